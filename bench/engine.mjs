// `npm run bench:engine`: the debug engine beside the native tools, each figure with its bar. All times and counts of one run.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseElf } from '@noinit/elf';
import { explainDump, renderTrace } from '@noinit/postmortem';
import { buildSymbolCache, loadSymbols, openSymbolCache } from '@noinit/symbols';
import { scanMessage } from '@noinit/wire';
import { makeElfCore } from '../packages/testing/dist/elf-core.js';
import { findDeepDump } from './engine/deep-dump.mjs';
import { makeFirmware } from './engine/firmware.mjs';
import { ask, askGdb, findTools, parseAnswers } from './engine/tools.mjs';
import { findTruth, judge } from './engine/truth.mjs';

/** 4.6 MB and 24 MB. */
const UNITS = { medium: 250, big: 1300 };
const DEMO = { dump: 'fixtures/crash/demo-null-call.dump', elf: 'apps/demo/firmware/room-1.4.0.elf' };
const PYTHON = process.env['NOINIT_BENCH_PYTHON'] ?? '/usr/bin/python3.11d';
const MEBIBYTE = 1024 * 1024;

const scratch = mkdtempSync(join(tmpdir(), 'noinit-bench-'));
let missed = 0;
try {
  await benchEngine();
} finally {
  rmSync(scratch, { recursive: true });
}
process.exitCode = missed === 0 ? 0 : 1;

async function benchEngine() {
  const load = (loadavg()[0] / availableParallelism()).toFixed(1);
  console.log(`${load} jobs wait for each processor: above 0.5 the times say little by themselves, their ratios more`);
  if (spawnSync('arm-none-eabi-gcc', ['--version']).error) {
    console.log('SKIPPED everything but the demo: apt-get install gcc-arm-none-eabi');
    benchExplain('demo', readFileSync(DEMO.elf), scanMessage(readFileSync(DEMO.dump)).record.dump, 1);
    return;
  }
  const medium = await makeFirmware(UNITS.medium);
  const big = await makeFirmware(UNITS.big);
  console.log('\n-- symbol cache --');
  const cache = benchCache('firmware, flash at 0', medium.atZero);
  benchCache('big firmware', big.atZero);
  if (existsSync(PYTHON)) benchCache("Debian's python3.11d", PYTHON);
  else console.log('SKIPPED python3.11d: apt-get install python3.11-dbg');
  const tools = findTools();
  const image = { elf: medium.atZero, cache };
  console.log('\n-- answers, flash at 0 with dropped functions (truth: see bench/engine/truth.mjs) --');
  benchAnswers(tools, image, medium.atFlash);
  console.log('\n-- time of one more address, text in and out --');
  benchAddresses(tools, image);
  console.log('\n-- explaining, cache warm --');
  benchExplain('demo', readFileSync(DEMO.elf), scanMessage(readFileSync(DEMO.dump)).record.dump, 1);
  const dump = findDeepDump(medium);
  if (dump === undefined) console.log('SKIPPED the deep stack: apt-get install qemu-system-arm gdb-multiarch');
  else benchExplain('deep stack', readFileSync(medium.atZero), dump, 5);
}

/** Prints and returns the path of the cache. */
function benchCache(name, path) {
  const file = readFileSync(path);
  const size = file.length / MEBIBYTE;
  // A whole process, as the server's child works: what is compiled while it runs counts.
  const cold = coldBuild(path);
  const cache = buildSymbolCache(parseElf(file));
  const cachePath = join(scratch, `${name.replaceAll(/\W/g, '-')}.cache`);
  writeFileSync(cachePath, cache);
  const open = median(21, () => {
    const elf = parseElf(file);
    const start = performance.now();
    loadSymbols(elf, openSymbolCache(readFileSync(cachePath), elf));
    return performance.now() - start;
  });
  console.log(`${name}, ${size.toFixed(1)} MiB`);
  bar('  size, of the ELF file', (100 * cache.length) / file.length, 20, '%');
  bar('  built, first time in a process', cold, Math.max(1000, (size / 24) * 1000), 'ms');
  bar('  read and opened', open, size > 5 ? 5 : 1, 'ms');
  return cachePath;
}

function coldBuild(path) {
  const script = `
    import { readFileSync } from 'node:fs';
    import { parseElf } from '@noinit/elf';
    import { buildSymbolCache } from '@noinit/symbols';
    const start = performance.now();
    buildSymbolCache(parseElf(readFileSync(process.argv[1])));
    console.log(performance.now() - start);`;
  const times = Array.from({ length: 3 }, () => {
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script, path], { encoding: 'utf8' });
    return Number(stdout);
  });
  return times.sort((left, right) => left - right)[1];
}

function benchAnswers(tools, image, flashElf) {
  const elf = parseElf(readFileSync(image.elf));
  const calls = Array.from({ length: 0x50 }, (_, at) => at);
  const addresses = [...calls, ...randomAddresses(elf, 8000, 2)];
  const truths = findTruth(tools, flashElf, addresses);
  const known = addresses.map((_, index) => index).filter((index) => truths[index] !== undefined);
  console.log(
    `${known.length} addresses, ${addresses.length - known.length} disputed and left out; the first ${calls.length} are NULL calls and vectors`,
  );
  console.log(`${'tool'.padEnd(26)}${'right'.padStart(8)}${'unknown'.padStart(9)}${'wrong'.padStart(8)}`);
  const gdb = askGdb(image.elf, addresses);
  const everybody = gdb === undefined ? tools : [...tools, { name: 'gdb (by its own lines)', answers: gdb }];
  for (const tool of everybody) {
    const answers = tool.answers ?? parseAnswers(ask(tool, image, addresses).stdout);
    const counts = { right: 0, unknown: 0, wrong: 0 };
    for (const index of known) counts[judge(answers[index], tool.answers ? truths[index].gdb : truths[index].frames)]++;
    console.log(
      `${tool.name.padEnd(26)}${`${counts.right}`.padStart(8)}${`${counts.unknown}`.padStart(9)}${`${counts.wrong}`.padStart(8)}`,
    );
    if (tool.name === 'noinit') bar('  wrong answers of ours', counts.wrong, 0, '');
  }
}

function benchAddresses(tools, image) {
  const elf = parseElf(readFileSync(image.elf));
  const many = randomAddresses(elf, 500_000, 3);
  const times = new Map();
  for (const tool of tools) {
    const [few, all] = tool.slow ? [many.slice(0, 500), many.slice(0, 1500)] : [many.slice(0, 100_000), many];
    const runs = Array.from({ length: tool.slow ? 1 : 3 }, () => {
      const short = ask(tool, image, few).ms;
      return { short, each: ((ask(tool, image, all).ms - short) * 1000) / (all.length - few.length) };
    });
    const each = runs.map((run) => run.each).sort((left, right) => left - right)[runs.length >> 1];
    times.set(tool.name, each);
    const ratio = tool.name === 'noinit' ? '' : `   ${(each / times.get('noinit')).toFixed(2)}x ours`;
    console.log(`${tool.name.padEnd(26)}${each.toFixed(3).padStart(9)} us${ratio}`);
  }
  const peers = ['gimli addr2line', 'addr2line', 'arm-none-eabi-addr2line'].flatMap((name) => times.get(name) ?? []);
  if (peers.length > 0) bar('  ours, at most gimli and binutils', times.get('noinit'), Math.min(...peers), 'us');
}

function benchExplain(name, file, dump, barMs) {
  const elf = parseElf(file);
  const symbols = loadSymbols(elf, openSymbolCache(buildSymbolCache(elf), elf));
  const explain = () => {
    const start = performance.now();
    const trace = explainDump(dump, symbols);
    renderTrace(trace);
    JSON.stringify(trace);
    return { ms: performance.now() - start, trace };
  };
  for (let run = 0; run < 200; run++) explain();
  const warm = median(201, () => explain().ms);
  const frames = explain().trace.threads[0]?.frames ?? [];
  const variables = frames.reduce((sum, frame) => sum + frame.variables.length, 0);
  const gdb = timeGdb(name, dump, file);
  console.log(`${name}: ${frames.length} frames, ${variables} variables, ELF ${(file.length / MEBIBYTE).toFixed(2)} MiB`);
  bar('  explained, with text and JSON', warm, barMs, 'ms');
  if (gdb === undefined) console.log('SKIPPED gdb bt full: apt-get install gdb-multiarch');
  else bar(`  ours, of gdb bt full's ${gdb.toFixed(1)} ms`, warm / gdb, 0.1, 'x');
}

function timeGdb(name, dump, file) {
  if (spawnSync('gdb-multiarch', ['--version']).error) return undefined;
  const core = join(scratch, `${name.replaceAll(/\W/g, '-')}.core`);
  const elf = join(scratch, `${name.replaceAll(/\W/g, '-')}.elf`);
  writeFileSync(core, makeElfCore(dump));
  writeFileSync(elf, file);
  const commands = ['set stack-cache off', `core-file ${core}`, 'bt full'].flatMap((command) => ['-ex', command]);
  return median(5, () => {
    const start = performance.now();
    spawnSync('gdb-multiarch', ['-q', '-nx', '-batch', ...commands, elf]);
    return performance.now() - start;
  });
}

/** Addresses of executable sections, the same in every run. */
function randomAddresses(elf, count, seed) {
  const sections = elf.sections.filter(({ flags }) => (flags & 6) === 6);
  const total = sections.reduce((sum, { size }) => sum + size, 0);
  let state = seed * 2_654_435_761;
  return Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    let offset = Math.floor(((state >>> 0) / 2 ** 32) * total);
    const section = sections.find(({ size }) => {
      if (offset < size) return true;
      offset -= size;
      return false;
    });
    return (section?.address ?? 0) + offset;
  });
}

function median(runs, measure) {
  return Array.from({ length: runs }, measure).sort((left, right) => left - right)[runs >> 1];
}

function bar(what, value, most, unit) {
  const held = value <= most;
  if (!held) missed++;
  const digits = unit === '' ? 0 : 3;
  console.log(
    `${what.padEnd(40)}${value.toFixed(digits).padStart(10)} ${unit}   bar ${most.toFixed(digits)} ${unit}   ${held ? 'PASS' : 'MISS'}`,
  );
}
