import type { ProjectId, Serial } from '@noinit/model';
import { expect, it } from 'vitest';
import { shardOf } from './shard.ts';

it('hashes project and serial as FNV-1a does', () => {
  // Nothing and nothing is one NUL byte, whose FNV-1a is published.
  expect(shardOf({ project: '' as ProjectId, serial: '' as Serial })).toBe(0x050c5d1f);
});

it('takes the longest project and serial whole', () => {
  const project = 'p'.repeat(40) as ProjectId;
  const shard = (end: string) => shardOf({ project, serial: ('é'.repeat(63) + end) as Serial });
  expect(shard('a')).not.toBe(shard('b'));
});
