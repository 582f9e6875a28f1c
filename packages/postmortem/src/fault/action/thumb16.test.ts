import { describe, expect, it } from 'vitest';
import { decodeThumb16 } from './thumb16.ts';

const REGISTERS = { r0: 0x100, r1: 0x10, r2: 0x20, sp: 0x2000_0000, pc: 0x42 };

/** Encodings as GNU as gives them. */
describe('a 16-bit Thumb instruction', () => {
  it.each([
    ['ldr r3, [r0]', 0x6803, { kind: 'load', base: 'r0', offset: 0, register: 'r3', address: 0x100, size: 4 }],
    ['ldr r3, [r0, #124]', 0x6fc3, { kind: 'load', base: 'r0', offset: 124, register: 'r3', address: 0x17c, size: 4 }],
    ['str r3, [r0, #4]', 0x6043, { kind: 'store', base: 'r0', offset: 4, register: 'r3', address: 0x104, size: 4 }],
    ['strb r3, [r0, #3]', 0x70c3, { kind: 'store', base: 'r0', offset: 3, register: 'r3', address: 0x103, size: 1 }],
    ['ldrb r3, [r0, #1]', 0x7843, { kind: 'load', base: 'r0', offset: 1, register: 'r3', address: 0x101, size: 1 }],
    ['ldrh r3, [r0, #2]', 0x8843, { kind: 'load', base: 'r0', offset: 2, register: 'r3', address: 0x102, size: 2 }],
    ['strh r3, [r0, #2]', 0x8043, { kind: 'store', base: 'r0', offset: 2, register: 'r3', address: 0x102, size: 2 }],
    ['str r3, [sp, #8]', 0x9302, { kind: 'store', base: 'sp', offset: 8, register: 'r3', address: 0x2000_0008, size: 4 }],
    ['ldr r3, [sp, #8]', 0x9b02, { kind: 'load', base: 'sp', offset: 8, register: 'r3', address: 0x2000_0008, size: 4 }],
    ['ldr r3, [pc, #8]', 0x4b02, { kind: 'load', base: 'pc', offset: 8, register: 'r3', address: 0x4c, size: 4 }],
    ['str r3, [r0, r1]', 0x5043, { kind: 'store', base: 'r0', register: 'r3', address: 0x110, size: 4 }],
    ['ldrsh r3, [r0, r2]', 0x5e83, { kind: 'load', base: 'r0', register: 'r3', address: 0x120, size: 2 }],
    ['stmia r0!, {r1, r2}', 0xc006, { kind: 'store', base: 'r0', offset: 0, address: 0x100, size: 4 }],
    ['ldmia r0!, {r1, r2}', 0xc806, { kind: 'load', base: 'r0', offset: 0, address: 0x100, size: 4 }],
    ['udf #1', 0xde01, { kind: 'undefined-instruction' }],
    ['bkpt 0xab', 0xbeab, { kind: 'breakpoint' }],
    ['adds r0, r1, r2', 0x1888, undefined],
    ['blx r3', 0x4798, undefined],
    ['ldr r3, [r7]', 0x683b, { kind: 'load', base: 'r7', offset: 0, size: 4, register: 'r3' }],
  ])('%s', (_text, code, expected) => {
    expect(decodeThumb16(code, REGISTERS)).toEqual(expected);
  });
});
