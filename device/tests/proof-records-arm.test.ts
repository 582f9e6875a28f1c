/** The stores of the records' ARM binary, in the order in which that binary makes them: a power cut behind each. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyStore } from './proof/arm.ts';
import { armNoise, doneBy, moveToWasm, registerBy, traceRecords } from './proof/records/arm.ts';
import { checkAfterCut, cutRecords, newTally, type RecordPlan } from './proof/records/cuts.ts';
import { buildRecords, type RecordsModule } from './proof/records/device.ts';
import { living, SILENT, USUAL } from './proof/records/scripts.ts';

const IS_THOROUGH = process.env['NOINIT_PROOF'] === 'all';
const LIMIT = IS_THOROUGH ? 3_600_000 : 90_000;
/** NOINIT_PROOF=all plays longer, and cuts the start after each store, not only after each 97th. */
const recoveryEvery = IS_THOROUGH ? 1 : 97;
const steps = IS_THOROUGH ? 800 : 110;

describeWith(
  ['clang-14', 'wasm-ld-14', 'wasm2wat', 'arm-none-eabi-gcc', 'qemu-system-arm', 'gcc'],
  'each prefix of the stores of the ARM binary into the records',
  () => {
    let folder = '';
    let built: RecordsModule;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'noinit-arm-records-'));
      built = buildRecords();
    }, LIMIT);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each([
      ['-Os', 'gcc', 'usual'],
      ['-O2', 'clang', 'silent'],
      ['-O3', 'gcc', 'silent'],
      ['-Os', 'clang', 'usual'],
    ] as const)(
      'leaves what the last finished step left, at %s by %s, %s',
      (optimisation, compiler, name) => {
        const choose = name === 'usual' ? living(31, USUAL) : living(32, SILENT);
        const plan: RecordPlan = { built, steps: name === 'usual' ? steps : Math.ceil(steps / 2), choose, recoveryEvery };
        const { trace } = cutRecords({ ...plan, isCut: false });
        const arm = traceRecords({ folder, built, trace, compiler, optimisation });
        const region = armNoise(arm.size);
        const view = new DataView(region.buffer);
        const tally = newTally();
        let [done, from, register] = [0, 0, 0];
        for (const store of arm.stores) {
          const ends = doneBy(store);
          if (ends !== undefined) [done, from] = [ends, 0];
          register = registerBy(store) ?? register;
          if (store.offset < 0) continue;
          applyStore(view, store);
          tally.cuts += 1;
          const now = trace[done];
          if (now === undefined) throw new Error('a store behind the last operation');
          try {
            const remains = { retained: moveToWasm(built, arm, region), register };
            from = checkAfterCut(plan, tally, remains, now.states, from, new Set());
          } catch (error) {
            if (error instanceof Error)
              error.message = `store ${tally.cuts}, step ${done}, ${JSON.stringify(now.op)}: ${error.message}`;
            throw error;
          }
        }
        expect(done).toBe(trace.length);
        expect([...tally.seen]).toEqual(
          expect.arrayContaining(['capture open', 'mark', 'postcard', 'item 1', 'item 5', 'cause kept']),
        );
        console.log(
          `${optimisation} ${compiler} ${name}: ${tally.cuts} prefixes, ${tally.recoveryCuts} cuts of the start after one`,
        );
      },
      LIMIT,
    );
  },
);
