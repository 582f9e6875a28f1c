import { address } from '@noinit/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCall } from '../../../test/make-program.ts';
import { makeMemory } from '../../memory.ts';
import { findThumbCallBefore } from './call.ts';

function memoryOf(at: number, bytes: Uint8Array) {
  return makeMemory([{ kind: 'data', address: address(at), bytes }]);
}

describe('the call before a return address', () => {
  it('is a BL with its target', () => {
    // `bl 0x80001f8` at 0x8000130, as GNU as assembles it.
    const memory = memoryOf(0x0800_0130, Uint8Array.of(0x00, 0xf0, 0x62, 0xf8));
    expect(findThumbCallBefore(0x0800_0134, memory)).toEqual({ kind: 'direct', target: 0x0800_01f8 });
  });

  it('is a BL to any place within 16 MiB', () => {
    const at = 0x0800_0000;
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 23), max: 2 ** 23 - 1 }), (half) => {
        const returnsTo = at + 2 ** 24;
        const target = returnsTo + 2 * half;
        const bytes = encodeCall({ returnsTo, target });
        expect(findThumbCallBefore(returnsTo, memoryOf(returnsTo - 4, bytes))).toEqual({ kind: 'direct', target });
      }),
    );
  });

  it('is a BLX with its register', () => {
    expect(findThumbCallBefore(0x102, memoryOf(0x100, Uint8Array.of(0xa0, 0x47)))).toEqual({ kind: 'indirect', register: 4 });
  });

  it.each([
    ['a BX', [0x18, 0x47]],
    ['a branch', [0x00, 0xf0, 0x62, 0xb8]],
    ['something else', [0x00, 0xbf, 0x00, 0xbf]],
  ])('is not %s', (_name, bytes) => {
    expect(findThumbCallBefore(0x100 + bytes.length, memoryOf(0x100, Uint8Array.from(bytes)))).toBe('no-call');
  });

  it('is not known where the instruction was not captured', () => {
    expect(findThumbCallBefore(0x100, memoryOf(0x100, Uint8Array.of(0)))).toBe('not-readable');
  });
});
