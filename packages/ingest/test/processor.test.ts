import { buildPrefix, type CrashId } from '@noinit/model';
import { encodeChunks, encodeMessage } from '@noinit/wire/encode';
import { describe, expect, it } from 'vitest';
import type { Change, Explainer } from '../src/index.ts';
import { startProcessor } from '../src/index.ts';
import {
  cutMessages,
  makeBootMessages,
  makeBuild,
  makeCrash,
  makeExplainer,
  makeProject,
  makeTrace,
  OLD,
  PROJECT,
  SERIAL,
} from './fleet.ts';
import { Intake } from './intake.ts';

const CRASHED = makeBootMessages({ lineage: 1, boot: 1, build: OLD, logs: 1, crashAt: 0x0800_0100, ended: true });

describe('the processor', () => {
  it('makes rows within 200 ms of the acknowledgement', async () => {
    const intake = await Intake.open();
    const waits: number[] = [];
    for (let boot = 1; boot <= 10; boot++) {
      const stored = new Promise<number>((resolve) => {
        const poll = async () => {
          const { ingest } = await intake.store.reader.overview(PROJECT);
          if (ingest.records >= boot * 4) resolve(performance.now());
          else setTimeout(poll, 1);
        };
        void poll();
      });
      await intake.send(
        cutMessages(makeBootMessages({ lineage: 1, boot, build: OLD, logs: 2, ended: true }), { firstId: boot * 10 }),
      );
      const acknowledged = performance.now();
      waits.push((await stored) - acknowledged);
    }
    expect(Math.max(...waits)).toBeLessThan(200);
    await intake.close();
  });

  it('explains what waited when its symbols come, under the same id, and the raw issue goes', async () => {
    const changes: Change[] = [];
    const intake = await Intake.open({ onChange: (change) => changes.push(change) });
    await intake.send(cutMessages(CRASHED));
    await intake.processor.idle();
    const { reader } = intake.store;
    const [before] = (await reader.crashes(PROJECT)).items;
    const raw = await reader.findCrash(PROJECT, idOf(before));
    expect(raw).toMatchObject({
      waiting: { build: OLD, why: 'missing-symbols' },
      explained: false,
      trace: { build: { symbols: 'none' } },
    });
    await intake.saveSymbols(OLD);
    await intake.processor.idle();
    const explained = await reader.findCrash(PROJECT, idOf(before));
    expect(explained).toMatchObject({ waiting: null, explained: true, issueTitle: 'Bus error in function_8000100' });
    expect(explained?.trace).toEqual(makeTrace({ build: OLD, dumpMessage: CRASHED[2] as Uint8Array }));
    expect((await reader.issues(PROJECT)).items.map((issue) => issue.id)).toEqual([explained?.issue]);
    expect(changes.map((change) => change.kind)).toEqual(['stored', 'crash', 'explained', 'explained']);
    await intake.close();
  });

  it('puts the same crash of two builds into one issue', async () => {
    const intake = await Intake.open();
    const newer = makeBuild('9999');
    for (const build of [OLD, newer]) await intake.saveSymbols(build);
    await intake.send(cutMessages(CRASHED));
    await intake.send(
      cutMessages(makeBootMessages({ lineage: 1, boot: 2, build: newer, logs: 0, crashAt: 0x0800_0100, ended: true }), {
        firstId: 50,
      }),
    );
    await intake.processor.idle();
    expect((await intake.store.reader.issues(PROJECT)).items).toMatchObject([{ crashes: 2, versions: ['1.0.0', '1.1.0'] }]);
    await intake.close();
  });

  it('never uses symbols of a build that only begins alike', async () => {
    const twin = makeBuild(`${buildPrefix(OLD)}ffff`);
    const explainer = makeExplainer();
    const intake = await Intake.open({ explainer });
    await intake.saveSymbols(twin);
    // The boot record says which build it is, before or after the crash.
    await intake.send(cutMessages(CRASHED));
    await intake.processor.idle();
    const [crash] = (await intake.store.reader.crashes(PROJECT)).items;
    expect(await intake.store.reader.findCrash(PROJECT, idOf(crash))).toMatchObject({
      explained: false,
      waiting: { build: OLD, why: 'missing-symbols' },
    });
    expect(explainer.jobs.map((job) => job.build)).toEqual([undefined]);
    await intake.close();
  });

  it('does not believe a trace that was made with another build', async () => {
    const liar: Explainer = { explain: async (job) => ({ kind: 'trace', trace: makeTrace({ ...job, build: makeBuild('77') }) }) };
    const intake = await Intake.open({ explainer: liar });
    await intake.saveSymbols(OLD);
    await intake.send(cutMessages(CRASHED));
    await intake.processor.idle();
    const [crash] = (await intake.store.reader.crashes(PROJECT)).items;
    expect(await intake.store.reader.findCrash(PROJECT, idOf(crash))).toMatchObject({
      explained: false,
      trace: null,
      waiting: { why: 'failed' },
    });
    await intake.close();
  });

  it.each([
    ['refuses', async () => ({ kind: 'refused', code: 'parser-limit', detail: 'it wanted 10 GB' }) as const],
    ['throws', () => Promise.reject(new Error('it wanted 10 GB'))],
  ])('shows why a crash is not explained when the explainer %s', async (_name, fail) => {
    const explainer: Explainer = { explain: (job) => (job.build === undefined ? makeExplainer().explain(job) : fail()) };
    const intake = await Intake.open({ explainer });
    await intake.saveSymbols(OLD);
    await intake.send(cutMessages(CRASHED));
    await intake.processor.idle();
    const [crash] = (await intake.store.reader.crashes(PROJECT)).items;
    expect(await intake.store.reader.findCrash(PROJECT, idOf(crash))).toMatchObject({
      explained: false,
      waiting: { build: OLD, why: 'failed', detail: 'it wanted 10 GB' },
      trace: { build: { symbols: 'none' } },
    });
    expect(intake.errors).toEqual([]);
    await intake.close();
  });

  it('changes nothing when the same rows come again after a cut between the commit and the inbox', async () => {
    const intake = await Intake.open();
    await intake.send(cutMessages(CRASHED));
    const once = await intake.storedRows();
    await intake.send([...cutMessages(CRASHED)].reverse());
    expect(await intake.storedRows()).toEqual(once);
    expect(await intake.store.inbox.backlog()).toBe(0);
    await intake.close();
  });

  it('takes up what a stopped one left', async () => {
    const intake = await Intake.open();
    await intake.processor.stop();
    await intake.send(cutMessages(CRASHED));
    expect(await intake.store.inbox.backlog()).toBeGreaterThan(0);
    const next = startProcessor({ store: intake.store, explainer: makeExplainer() });
    await next.idle();
    expect(await intake.store.inbox.backlog()).toBe(0);
    expect((await intake.store.reader.overview(PROJECT)).crashes).toBe(1);
    await next.stop();
    await intake.close();
  });

  it('keeps two projects with the same serial apart', async () => {
    const other = makeProject('other');
    const alone = await Intake.open();
    await alone.send(cutMessages(CRASHED));
    const expected = ofProject(await alone.storedRows(), PROJECT);
    await alone.close();

    const both = await Intake.open();
    const others = cutMessages(
      makeBootMessages({ lineage: 1, boot: 1, build: OLD, logs: 3, crashAt: 0x0800_0500, ended: false }),
    );
    // Interleaved chunk by chunk: same serial, same message ids, same lineage and boot.
    const mine = cutMessages(CRASHED);
    for (const [index, chunk] of others.entries()) {
      const own = mine[index];
      if (own) await both.send([own]);
      await both.send([chunk], { project: other });
    }
    await both.send(mine.slice(others.length));
    await both.saveSymbols(OLD, other);
    expect(ofProject(await both.storedRows(), PROJECT)).toEqual(expected);
    expect((await both.store.reader.findDevice(other, SERIAL))?.bootList).toMatchObject([{ ended: null }]);
    const [crash] = (await both.store.reader.crashes(PROJECT)).items;
    expect(await both.store.reader.findCrash(other, idOf(crash))).toBeUndefined();
    expect((await both.store.reader.findCrash(PROJECT, idOf(crash)))?.explained).toBe(false);
    await both.close();
  });

  it('stores a message larger than a database row should be', async () => {
    const intake = await Intake.open();
    const message = encodeMessage(makeCrash({ stackBytes: 300_000 }));
    await intake.send(encodeChunks(message, { messageId: 1, size: 60_000 }));
    await intake.processor.idle();
    const [crash] = (await intake.store.reader.crashes(PROJECT)).items;
    const dump = await intake.store.reader.findDump(PROJECT, idOf(crash));
    expect(dump && Buffer.compare(dump, message)).toBe(0);
    await intake.close();
  });
});

function idOf(crash: { readonly id: CrashId } | undefined): CrashId {
  if (!crash) throw new Error('there is no crash');
  return crash.id;
}

function ofProject(rows: Awaited<ReturnType<Intake['storedRows']>>, project: string) {
  return Object.fromEntries(Object.entries(rows).map(([table, all]) => [table, all.filter((row) => row['project'] === project)]));
}
