/** A power cut behind every store of the ring, and behind every store of the recovery that follows. */
import { join } from 'node:path';
import { describeWith } from '@noinit/testing';
import { beforeAll, expect, it } from 'vitest';
import { DEVICE } from './firmware.ts';
import { ringSources } from './proof/arm.ts';
import { type CutTally, cutEverywhere } from './proof/cuts.ts';
import { dropping, holding, nesting, overwriting } from './proof/scripts.ts';
import { buildWasm, MACHINE_EXPORTS } from './proof/wasm.ts';

const IS_THOROUGH = process.env['NOINIT_PROOF'] === 'all';
const LIMIT = IS_THOROUGH ? 3_600_000 : 60_000;
/** NOINIT_PROOF=all cuts the recovery after each cut; else after each n-th. */
const every = (nth: number): number => (IS_THOROUGH ? 1 : nth);

describeWith(['clang-14', 'wasm-ld-14', 'wasm2wat'], 'a power cut behind every store', () => {
  let module: WebAssembly.Module;

  beforeAll(() => {
    module = buildWasm({
      sources: [...ringSources(), join(DEVICE, 'tests/proof/machine.c')],
      exports: MACHINE_EXPORTS,
    });
  }, LIMIT);

  function report(name: string, tally: CutTally): CutTally {
    const { cuts, recoveryCuts, evicted, dropped, gaps, longest } = tally;
    console.log(
      `${name}: ${cuts} cuts, ${recoveryCuts} in recovery; ${evicted} evicted, ${dropped} dropped, ${gaps} gaps, longest ${longest}`,
    );
    return tally;
  }

  it(
    'leaves every closed entry where the oldest are overwritten',
    () => {
      const plan = { module, blocks: 5, steps: 200, choose: overwriting(1), recoveryEvery: every(41) };
      expect(report('overwrite', cutEverywhere(plan)).evicted).toBeGreaterThan(100);
    },
    LIMIT,
  );

  it(
    'loses nothing and counts exactly where the newest are dropped',
    () => {
      const plan = { module, blocks: 5, steps: 250, choose: dropping(2), recoveryEvery: every(41) };
      const tally = report('drop', cutEverywhere(plan));
      expect(tally.dropped).toBeGreaterThan(20);
      expect(tally.gaps).toBeGreaterThan(5);
    },
    LIMIT,
  );

  it(
    'never overwrites what a grant or a back end holds',
    () => {
      const plan = { module, blocks: 6, steps: 200, choose: holding(3), recoveryEvery: every(41) };
      expect(report('hold', cutEverywhere(plan)).dropped).toBeGreaterThan(5);
    },
    LIMIT,
  );

  it(
    'keeps what closed behind an entry that is still open',
    () => {
      const plan = { module, blocks: 6, steps: 300, choose: nesting(4), recoveryEvery: every(41) };
      report('nested', cutEverywhere(plan));
    },
    LIMIT,
  );

  it(
    'keeps entries of up to 4,095 bytes whole',
    () => {
      const choose = overwriting(5, { usual: 3000, long: 4080 });
      report('long', cutEverywhere({ module, blocks: 80, steps: 30, choose, recoveryEvery: every(211), many: 300 }));
    },
    LIMIT,
  );
});
