/** Which stack a hart was on: the one that outer frames of the code stand on. */
import { address, type Dump } from '@noinit/model';
import { makeDump } from '@noinit/testing';
import { RegisterSet, type UnwoundCall } from '@noinit/unwind';
import { describe, expect, it } from 'vitest';
import type { KernelThread } from '../threads/kernel-thread.ts';
import type { Scene } from './scene.ts';
import { findStackBounds, judgeByStackPointer } from './stack-bounds.ts';

const START = 0x8001_0000;
const SIZE = 0x400;
const task = {
  name: 'task "logger"',
  context: { kind: 'running' },
  stack: { start: START, size: SIZE },
} as unknown as KernelThread;

function frameAt(cfa: number): UnwoundCall {
  return {
    kind: 'call',
    pc: address(0x8000_0000),
    registers: new RegisterSet(),
    method: 'captured',
    confidence: 'certain',
    cfa: address(cfa),
  };
}

function judge(sp: number, cfas: readonly number[]) {
  const dump: Dump = { ...makeDump(), machine: 'riscv32', threads: [{ crashed: true, registers: { sp } }] };
  const stacks = findStackBounds(dump, [task], undefined, cfas.map(frameAt));
  return judgeByStackPointer({ registers: { sp }, stacks, isFault: true } as unknown as Scene, 'write_line');
}

describe('the stack of a hart', () => {
  it('overflowed where its pointer is below its end and an outer frame stands on it', () => {
    expect(judge(START - 32, [START - 16, START + 64])).toMatchObject({
      class: 'stack-overflow',
      sentence: expect.stringContaining('task "logger" overflowed in write_line: its pointer is 32 bytes below its end'),
    });
  });

  it('did not where the pointer is on it', () => {
    expect(judge(START + 32, [START + 48, START + 64])).toBeUndefined();
  });

  it('is another one where no frame stands on it', () => {
    expect(judge(START - 32, [START - 16])).toBeUndefined();
    expect(judge(START - 32, [START + SIZE + 16])).toBeUndefined();
  });
});
