// How long it takes to explain the demo's crash with warm symbols: decode, unwind, all variables, text. Beside it gdb's `bt full` of the same state.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseElf } from '@noinit/elf';
import { explainDump, renderTrace } from '@noinit/postmortem';
import { loadSymbols } from '@noinit/symbols';
import { scanMessage } from '@noinit/wire';
import { makeElfCore } from '../packages/testing/dist/elf-core.js';

const DUMP = 'fixtures/crash/demo-null-call.dump';
const ELF = 'apps/demo/firmware/room-1.4.0.elf';
const WARM_UP = 300;
const RUNS = 500;
const BAR_MS = 1;

const message = readFileSync(DUMP);
const elf = readFileSync(ELF);

const coldStart = performance.now();
const symbols = loadSymbols(parseElf(elf));
explainOnce();
const cold = performance.now() - coldStart;

for (let run = 0; run < WARM_UP; run++) explainOnce();
const times = Array.from({ length: RUNS }, () => {
  const start = performance.now();
  explainOnce();
  return performance.now() - start;
}).sort((left, right) => left - right);
const median = times[RUNS / 2];
const p95 = times[Math.floor(RUNS * 0.95)];

console.log(`cold (parse ${(elf.length / 1024).toFixed(0)} KiB ELF and explain)  ${cold.toFixed(1)} ms`);
console.log(
  `warm, median of ${RUNS}                    ${median.toFixed(3)} ms   bar ${BAR_MS} ms   ${median <= BAR_MS ? 'held' : 'MISSED'}`,
);
console.log(`warm, 95th percentile                  ${p95.toFixed(3)} ms`);
const gdb = timeGdb();
console.log(
  gdb === undefined
    ? 'gdb-multiarch is not installed: no comparison'
    : `gdb bt full, a whole process            ${gdb.toFixed(1)} ms   ${(gdb / median).toFixed(0)}x ours`,
);

function explainOnce() {
  const { record } = scanMessage(message);
  const trace = explainDump(record.dump, symbols);
  renderTrace(trace);
  JSON.stringify(trace);
}

function timeGdb() {
  if (spawnSync('gdb-multiarch', ['--version']).error) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'noinit-bench-'));
  const core = join(folder, 'core');
  writeFileSync(core, makeElfCore(scanMessage(message).record.dump));
  const runs = Array.from({ length: 5 }, () => {
    const start = performance.now();
    spawnSync('gdb-multiarch', [
      '-q',
      '-nx',
      '-batch',
      '-ex',
      'set stack-cache off',
      '-ex',
      `core-file ${core}`,
      '-ex',
      'bt full',
      ELF,
    ]);
    return performance.now() - start;
  }).sort((left, right) => left - right);
  rmSync(folder, { recursive: true });
  return runs[2];
}
