import { address, type MemoryRegion } from '@noinit/model';
import { describe, expect, it } from 'vitest';
import { makeProgram } from '../test/make-program.ts';
import { MAX_READ_BYTES, makeMemory } from './memory.ts';

function region(at: number, ...bytes: number[]): MemoryRegion {
  return { kind: 'data', address: address(at), bytes: Uint8Array.from(bytes) };
}

describe('memory', () => {
  it('reads across regions that touch, in whatever order they stand', () => {
    const memory = makeMemory([region(0x104, 5, 6), region(0x100, 1, 2, 3, 4)]);
    expect(memory.read(address(0x102), 4)).toEqual(Uint8Array.of(3, 4, 5, 6));
  });

  it('gives nothing where one byte is missing', () => {
    const memory = makeMemory([region(0x100, 1, 2), region(0x103, 4)]);
    expect(memory.read(address(0x100), 4)).toBeUndefined();
    expect(memory.read(address(0xff), 2)).toBeUndefined();
    expect(memory.read(address(0x103), 1)).toEqual(Uint8Array.of(4));
  });

  it('takes the region that stands first where two overlap', () => {
    const memory = makeMemory([region(0x101, 9, 9), region(0x100, 1, 2, 3, 4)]);
    expect(memory.read(address(0x100), 4)).toEqual(Uint8Array.of(1, 9, 9, 4));
  });

  it('asks the program for constants, after what was captured', () => {
    const symbols = makeProgram([{ name: 'f', at: 0x100, size: 4, calls: [{ returnsTo: 0x102, register: 3 }] }]);
    expect(makeMemory([], symbols).read(address(0x100), 2)).toEqual(Uint8Array.of(0x98, 0x47));
    expect(makeMemory([region(0x100, 7, 7)], symbols).read(address(0x100), 2)).toEqual(Uint8Array.of(7, 7));
  });

  it('refuses a read longer than any value', () => {
    const memory = makeMemory([{ kind: 'data', address: address(0), bytes: new Uint8Array(MAX_READ_BYTES + 1) }]);
    expect(memory.read(address(0), MAX_READ_BYTES)).toHaveLength(MAX_READ_BYTES);
    expect(memory.read(address(0), MAX_READ_BYTES + 1)).toBeUndefined();
  });
});
