import { describe, expect, it } from 'vitest';
import type { Change, Explainer } from '../src/index.ts';
import { cutMessages, makeBootMessages, makeExplainer, makeTrace, OLD, PROJECT } from './fleet.ts';
import { Intake } from './intake.ts';

const CRASHED = makeBootMessages({ lineage: 1, boot: 1, build: OLD, logs: 1, crashAt: 0x0800_0100, ended: true });

describe('the processor on its own thread', () => {
  it('stores the same rows as one on this thread', async () => {
    const [here, there] = [await Intake.open(), await Intake.openThreaded()];
    const rows = [];
    for (const intake of [here, there]) {
      await intake.send(cutMessages(CRASHED));
      await intake.saveSymbols(OLD);
      rows.push(await intake.storedRows());
      expect(await intake.store.inbox.backlog()).toBe(0);
      expect(intake.errors).toEqual([]);
      await intake.close();
    }
    expect(rows[1]).toEqual(rows[0]);
  });

  it('explains with the explainer of this thread, again when symbols come, and tells every change', async () => {
    const changes: Change[] = [];
    const explainer = makeExplainer();
    const intake = await Intake.openThreaded({ explainer, onChange: (change) => changes.push(change) });
    await intake.send(cutMessages(CRASHED));
    await intake.processor.idle();
    await intake.saveSymbols(OLD);
    await intake.processor.idle();
    const [crash] = (await intake.store.reader.crashes(PROJECT)).items;
    const explained = crash && (await intake.store.reader.findCrash(PROJECT, crash.id));
    expect(explained?.trace).toEqual(makeTrace({ build: OLD, dumpMessage: CRASHED[2] as Uint8Array }));
    expect(explainer.jobs.map((job) => job.build)).toEqual([undefined, OLD]);
    expect(changes.map((change) => change.kind)).toEqual(['stored', 'crash', 'explained', 'explained']);
    await intake.close();
  });

  it('shows why an explainer failed on this side', async () => {
    const explainer: Explainer = {
      explain: (job) => (job.build === undefined ? makeExplainer().explain(job) : Promise.reject(new Error('it wanted 10 GB'))),
    };
    const intake = await Intake.openThreaded({ explainer });
    await intake.saveSymbols(OLD);
    await intake.send(cutMessages(CRASHED));
    await intake.processor.idle();
    const [crash] = (await intake.store.reader.crashes(PROJECT)).items;
    const found = crash && (await intake.store.reader.findCrash(PROJECT, crash.id));
    expect(found).toMatchObject({ explained: false, waiting: { why: 'failed', detail: 'it wanted 10 GB' } });
    await intake.close();
  });

  it('makes rows within 200 ms of the acknowledgement', async () => {
    const intake = await Intake.openThreaded();
    const waits: number[] = [];
    for (let boot = 1; boot <= 10; boot++) {
      const messages = makeBootMessages({ lineage: 1, boot, build: OLD, logs: 2, ended: true });
      await intake.send(cutMessages(messages, { firstId: boot * 10 }));
      const acknowledged = performance.now();
      while ((await intake.store.reader.overview(PROJECT)).ingest.records < boot * 4) await new Promise(setImmediate);
      waits.push(performance.now() - acknowledged);
    }
    expect(Math.max(...waits)).toBeLessThan(200);
    await intake.close();
  });

  it('ends while chunks wait, and leaves them to the next', async () => {
    const intake = await Intake.openThreaded();
    const sent = intake.send(cutMessages(CRASHED));
    const stopped = intake.processor.stop();
    await Promise.all([sent, stopped, intake.processor.stop()]);
    const left = await intake.store.inbox.backlog();
    const { ingest } = await intake.store.reader.overview(PROJECT);
    expect(left > 0 || ingest.records === CRASHED.length).toBe(true);
    await intake.close();
  });
});
