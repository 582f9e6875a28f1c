import { address, type Dump } from '@noinit/model';
import { makeMemory } from '@noinit/unwind';
import { expect, it } from 'vitest';
import { judgeByInstruction } from './by-instruction.ts';
import type { Scene } from './scene.ts';

const regions: Dump['regions'] = [{ kind: 'data', address: address(0x2000_0000), bytes: new Uint8Array(16) }];

function judge(at: number) {
  const action = { kind: 'load', base: 'r0', address: at, size: 4 } as const;
  const scene = { action, dump: { regions }, memory: makeMemory(regions), registers: {}, frames: [], bits: [], isFault: true };
  return judgeByInstruction(scene as unknown as Scene, 'work');
}

it('an access that is not aligned is the trouble where memory is there', () => {
  expect(judge(0x2000_0001)).toMatchObject({
    class: 'unaligned-access',
    sentence: 'work read from 0x20000001, which is not aligned to 4 bytes.',
    confidence: 'likely',
  });
});

it('where none is known, it may be that as well', () => {
  expect(judge(0x7000_0001)).toMatchObject({
    class: 'memory-access',
    sentence: 'work read from 0x70000001, which is not aligned to 4 bytes, or where nothing answered.',
    confidence: 'unsure',
  });
});
