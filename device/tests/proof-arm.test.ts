/** The stores of the ring's ARM binary, in the order in which that binary makes them: a power cut behind each. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEVICE } from './firmware.ts';
import { applyStore, endOfOperation, moveTo, RING_SOURCES, traceStores } from './proof/arm.ts';
import { type CutPlan, cutEverywhere, newTally, noise, recoverAndCheck } from './proof/cuts.ts';
import { dropping, nesting, overwriting } from './proof/scripts.ts';
import { buildWasm, MACHINE_EXPORTS, REGION } from './proof/wasm.ts';

const IS_THOROUGH = process.env['NOINIT_PROOF'] === 'all';
const LIMIT = IS_THOROUGH ? 3_600_000 : 60_000;
/** NOINIT_PROOF=all cuts the recovery after each store, not only after each 40th. */
const RECOVERY_EVERY = IS_THOROUGH ? 1 : 40;
const SCRIPTS = { overwriting: () => overwriting(21), dropping: () => dropping(22), nesting: () => nesting(23) } as const;

describeWith(
  ['clang-14', 'wasm-ld-14', 'wasm2wat', 'arm-none-eabi-gcc', 'ld.lld-14', 'qemu-system-arm', 'gcc'],
  'each prefix of the stores of the ARM binary',
  () => {
    let folder = '';
    let module: WebAssembly.Module;

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'noinit-arm-'));
      module = buildWasm({
        sources: [...RING_SOURCES, join(DEVICE, 'tests/proof/machine.c')],
        exports: MACHINE_EXPORTS,
      });
    }, LIMIT);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each([
      ['-Os', 'gcc', 'overwriting'],
      ['-O2', 'gcc', 'dropping'],
      ['-O3', 'gcc', 'nesting'],
      ['-Os', 'clang', 'nesting'],
      ['-O2', 'clang', 'overwriting'],
      ['-O3', 'clang', 'dropping'],
    ] as const)(
      'recovers to whole entries, at %s by %s, %s',
      (optimisation, compiler, name) => {
        const plan: CutPlan = { module, blocks: 5, steps: 150, choose: SCRIPTS[name](), recoveryEvery: RECOVERY_EVERY };
        const { steps } = cutEverywhere({ ...plan, isCut: false });
        const region = noise(plan.blocks);
        const stores = traceStores({ folder, ops: steps.map(({ done }) => done.op), region, optimisation, compiler });
        const view = new DataView(region.buffer);
        const tally = newTally();
        let step = 0;
        for (const store of stores) {
          if (endOfOperation(store)) step += 1;
          if (store.offset < 0) continue;
          applyStore(view, store);
          tally.cuts += 1;
          const now = steps[step];
          if (now === undefined) throw new Error('a store behind the last operation');
          try {
            recoverAndCheck(plan, tally, moveTo(REGION, region), now.pending);
          } catch (error) {
            if (error instanceof Error)
              error.message = `store ${tally.cuts}, step ${step}, ${JSON.stringify(now.done.op)}: ${error.message}`;
            throw error;
          }
        }
        expect(step).toBe(steps.length);
        console.log(`${optimisation} ${compiler} ${name}: ${tally.cuts} prefixes, ${tally.recoveryCuts} cuts in recovery`);
      },
      LIMIT,
    );
  },
);
