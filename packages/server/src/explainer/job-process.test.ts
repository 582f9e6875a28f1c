import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JobProcess } from './job-process.ts';
import { findResidentMemory } from './resident-memory.ts';

const ENTRY = fileURLToPath(new URL('../../test/explainer/misbehave.mjs', import.meta.url));
const MEBIBYTE = 1024 * 1024;
const LIMITS = { memory: 300 * MEBIBYTE, deadline: 5_000, watchEvery: 10, waiting: 3 };

interface Echo {
  readonly value: unknown;
  readonly pid: number;
}

describe('a job process', () => {
  const events: string[] = [];
  let jobs: JobProcess;
  const echo = async (value: unknown) => (await jobs.run({ kind: 'echo', value })) as Echo;

  beforeEach(() => {
    events.length = 0;
    jobs = new JobProcess({ entry: ENTRY, limits: LIMITS, log: (event) => events.push(event) });
  });
  afterEach(() => jobs.close());

  it('answers jobs in order from one process that stays', async () => {
    const answers = await Promise.all([echo(1), echo('two'), echo(new Uint8Array([3]))]);
    expect(answers.map(({ value }) => value)).toEqual([1, 'two', new Uint8Array([3])]);
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(1);
  });

  it('kills a job that wants 10 GB, twice, and goes on with the next one', async () => {
    let largest = 0;
    const { pid } = await echo('where');
    const sample = setInterval(() => {
      largest = Math.max(largest, findResidentMemory(pid) ?? 0);
    }, 5);
    const greedy = jobs.run({ kind: 'allocate', bytes: 10_000 * MEBIBYTE });
    const after = echo('after');
    await expect(greedy).rejects.toMatchObject({ code: 'parser-limit', message: expect.stringContaining('300 MiB of memory') });
    clearInterval(sample);
    expect((await after).value).toBe('after');
    expect(events).toHaveLength(2);
    // The memory is looked at every 10 ms; what a process can touch meanwhile is far from what it wanted.
    expect(largest).toBeLessThan(2_000 * MEBIBYTE);
  });

  it('kills a job that hangs', async () => {
    jobs = new JobProcess({ entry: ENTRY, limits: { ...LIMITS, deadline: 300 }, log: (event) => events.push(event) });
    await expect(jobs.run({ kind: 'hang' })).rejects.toMatchObject({
      code: 'parser-limit',
      message: expect.stringContaining('took longer than 0.3 s'),
    });
    expect((await echo('after')).value).toBe('after');
  });

  it('is not ended by the Ctrl-C that a terminal sends to every process of a group', async () => {
    const { pid } = await echo('before');
    const answer = echo('after');
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.kill(pid, signal);
    expect((await answer).pid).toBe(pid);
    expect((await echo('later')).pid).toBe(pid);
    expect(events).toEqual([]);
  });

  it('refuses a job whose process ends by itself', async () => {
    await expect(jobs.run({ kind: 'exit' })).rejects.toMatchObject({
      code: 'parser-limit',
      message: expect.stringContaining('exit code 7'),
    });
    expect((await echo('after')).value).toBe('after');
  });

  it('survives a full heap of the child', async () => {
    const small = { ...LIMITS, memory: 100 * MEBIBYTE };
    jobs = new JobProcess({ entry: ENTRY, limits: small, log: (event) => events.push(event) });
    await expect(jobs.run({ kind: 'heap' })).rejects.toMatchObject({ code: 'parser-limit' });
  });

  it('tells a bug of the child as internal and keeps the process', async () => {
    const { pid } = await echo('before');
    await expect(jobs.run({ kind: 'throw' })).rejects.toMatchObject({ code: 'internal' });
    expect((await echo('after')).pid).toBe(pid);
  });

  it('refuses when too many jobs wait', async () => {
    const waiting = [1, 2, 3, 4].map((value) => echo(value));
    await expect(echo(5)).rejects.toMatchObject({ code: 'overloaded' });
    expect(await Promise.all(waiting)).toHaveLength(4);
  });

  it('refuses what still waits when it is closed', async () => {
    const hanging = jobs.run({ kind: 'hang' });
    const waiting = echo('never');
    const ends = Promise.allSettled([hanging, waiting]);
    await jobs.close();
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
