/**
 * What the SDK costs: flash and RAM of the default set on a Cortex-M3 at -Os, and the instructions of a log call on QEMU.
 * `node device/size/measure.mjs [--json]`. Needs arm-none-eabi-gcc and qemu-system-arm.
 *
 * The total is a link with the SDK minus a link without, each without the sample's own object files (its main and its port, which the linker
 * keeps only where the SDK calls it): the SDK and whatever it pulls in from libraries, padding included. What the calls cost their caller,
 * all of size/default.c, stands in a line of its own. The build id note of 36 bytes that the SDK wants is in both links.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DEVICE = fileURLToPath(new URL('..', import.meta.url));
const MODULES = ['core', 'log', 'reboot', 'crash', 'packetizer', 'arch/cortex_m'];
const M3 = ['-mcpu=cortex-m3', '-mthumb'];
const CFLAGS = [
  ...['-std=c11', '-ffunction-sections', '-fdata-sections', '-ffreestanding', `-I${DEVICE}include`, `-I${DEVICE}src`],
  ...[`-I${DEVICE}ports/qemu`, '-DBOARD_mps2_an385'],
];
/** The bars of docs: bytes of flash, bytes of RAM beside buffers and fault stack, instructions at -O2 and -Os. */
const BARS = { flash: 4096, ram: 256, o2: 115, os: 140 };

const folder = mkdtempSync(join(tmpdir(), 'noinit-size-'));
try {
  const result = { compiler: compilerVersion(), ...measureSizes(), instructions: measureInstructions() };
  if (process.argv.includes('--json')) console.log(JSON.stringify(result, undefined, 2));
  else printTable(result);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function compilerVersion() {
  return execFileSync('arm-none-eabi-gcc', ['--version'], { encoding: 'utf8' }).split('\n')[0];
}

function gcc(...args) {
  execFileSync('arm-none-eabi-gcc', args.flat(), { stdio: ['ignore', 'inherit', 'inherit'] });
}

function compile(file, flags) {
  const object = join(folder, `${basename(dirname(file))}_${basename(file, '.c')}.o`);
  gcc(M3, CFLAGS, flags, '-c', file, '-o', object);
  return object;
}

function sdkFiles() {
  return MODULES.flatMap((module) =>
    readdirSync(join(DEVICE, 'src', module))
      .filter((name) => name.endsWith('.c'))
      .map((name) => ({ module, file: join(DEVICE, 'src', module, name) })),
  );
}

function linkerScript() {
  const script = join(folder, 'board.ld');
  const origins = ['-DROM_ORIGIN=0x0', '-DROM_LENGTH=4M', '-DRAM_ORIGIN=0x20000000', '-DRAM_LENGTH=4M'];
  gcc('-E', '-P', '-x', 'c', origins, join(DEVICE, 'ports/qemu/qemu.ld.in'), '-o', script);
  return ['-T', script, '-T', join(DEVICE, 'linker/noinit_log.ld'), '-Wl,--build-id=sha1', '-Wl,--gc-sections'];
}

function link(objects, name) {
  const elf = join(folder, `${name}.elf`);
  const map = join(folder, `${name}.map`);
  gcc(
    M3,
    '-nostartfiles',
    '--specs=nano.specs',
    linkerScript(),
    `-Wl,-Map=${map}`,
    '-Wl,--entry=reset_entry',
    objects,
    '-o',
    elf,
  );
  return { sizes: sectionSizes(elf), map: readFileSync(map, 'utf8') };
}

/** Bytes that go to flash and bytes of RAM; the stack and the retained buffers stand apart. */
function sectionSizes(elf) {
  const lines = execFileSync('arm-none-eabi-size', ['-A', elf], { encoding: 'utf8' }).split('\n');
  const size = (name) => Number(lines.find((line) => line.startsWith(`${name} `))?.split(/\s+/)[1] ?? 0);
  return {
    flash: size('.text') + size('.data') + size('.ARM.exidx'),
    ram: size('.data') + size('.bss'),
    retained: size('.noinit'),
  };
}

/** The default set linked; `flags` are for the SDK's files alone. */
function linkDefault(flags) {
  const objects = sdkFiles().map(({ module, file }) => ({ module, object: compile(file, ['-Os', ...flags]) }));
  const calls = compile(join(DEVICE, 'size/default.c'), ['-Os']);
  const port = compile(join(DEVICE, 'size/port.c'), ['-Os', '-DWITH_SDK']);
  const { sizes, map } = link(
    [calls, port].concat(
      objects.map(({ object }) => object),
      '-Os',
      flags,
    ),
    'default',
  );
  return { objects, map, sizes, calls: costOf(map, [calls]), port: costOf(map, [port]) };
}

function measureSizes() {
  const withSdk = linkDefault([]);
  const noCalls = compile(join(DEVICE, 'size/empty.c'), ['-Os']);
  const noSdk = compile(join(DEVICE, 'size/port.c'), ['-Os']);
  const without = link([noCalls, noSdk], 'empty');
  const ground = costOf(without.map, [noCalls, noSdk]);
  const modules = Object.fromEntries(
    MODULES.map((module) => [
      module,
      costOf(
        withSdk.map,
        withSdk.objects.filter((one) => one.module === module).map(({ object }) => object),
      ),
    ]),
  );
  const faultStack = Number(
    /NOINIT_FAULT_STACK_BYTES (\d+)/.exec(readFileSync(join(DEVICE, 'include/noinit/config.h'), 'utf8'))?.[1],
  );
  const total = ({ sizes, calls, port }) => ({
    flash: sizes.flash - calls.flash - port.flash - (without.sizes.flash - ground.flash),
    ram: sizes.ram - calls.ram - port.ram - (without.sizes.ram - ground.ram) - faultStack,
    faultStack,
    retained: sizes.retained,
  });
  return { modules, calls: withSdk.calls, default: total(withSdk), linkTime: total(linkDefault(['-flto'])) };
}

function costOf(map, objects) {
  const cost = { flash: 0, ram: 0, retained: 0 };
  for (const { section, bytes, object } of contributions(map)) {
    if (!objects.includes(object)) continue;
    if (/^\.(text|rodata|vectors|ARM\.exidx)/.test(section)) cost.flash += bytes;
    else if (/^\.(bss|data)/.test(section)) cost.ram += bytes;
    else if (/^\.noinit/.test(section)) cost.retained += bytes;
  }
  return cost;
}

/** What each object put into the image, from the linker's map. */
function contributions(map) {
  const used = map.slice(map.indexOf('Linker script and memory map'));
  return [...used.matchAll(/^ (\.\S+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S+\.o)$/gm)].map((match) => ({
    section: match[1],
    bytes: Number.parseInt(match[3], 16),
    object: match[4],
  }));
}

function measureInstructions() {
  return Object.fromEntries(['-O2', '-Os'].map((level) => [level, countInstructions(level)]));
}

/** QEMU writes one line for each instruction it runs; those between two entries of `mark` are a call's. */
function countInstructions(level) {
  const elf = join(folder, `count${level}.elf`);
  const sources = sdkFiles().map(({ file }) => file);
  const port = ['board.c', 'startup.c'].map((name) => join(DEVICE, 'ports/qemu', name));
  gcc(
    M3,
    CFLAGS,
    level,
    '-nostartfiles',
    '--specs=nano.specs',
    linkerScript(),
    join(DEVICE, 'size/instructions.c'),
    sources,
    port,
    '-o',
    elf,
  );
  const log = join(folder, 'exec.log');
  execFileSync('qemu-system-arm', [
    ...['-M', 'mps2-an385', '-display', 'none', '-monitor', 'none', '-serial', 'null'],
    ...['-semihosting-config', 'enable=on,target=native,arg=count,arg=random=1'],
    ...['-singlestep', '-d', 'exec,nochain', '-D', log, '-kernel', elf],
  ]);
  const gaps = gapsBetweenMarks(readFileSync(log, 'latin1'));
  const own = gaps[0];
  const [, twoIntegers, none, removed, string, , whenFull] = gaps.map((gap) => gap - own);
  return { twoIntegers, none, removed, string, twoIntegersRingFull: whenFull };
}

function gapsBetweenMarks(log) {
  const gaps = [];
  let last;
  let count = 0;
  let wasInMark = false;
  for (const line of log.split('\n')) {
    const match = /\[[0-9a-f]+\/[0-9a-f]+\/.*\]\s*(\S*)/.exec(line);
    if (match === null) continue;
    count++;
    const isInMark = match[1] === 'mark';
    if (isInMark && !wasInMark) {
      if (last !== undefined) gaps.push(count - last);
      last = count;
    }
    wasInMark = isInMark;
  }
  return gaps;
}

function printTable(result) {
  console.log(result.compiler);
  console.log('\nCortex-M3 -Os, bytes   flash     RAM  retained');
  const row = (name, { flash, ram, retained }) =>
    console.log(`${name.padEnd(20)} ${String(flash).padStart(7)} ${String(ram).padStart(7)} ${String(retained).padStart(9)}`);
  for (const [name, part] of Object.entries(result.modules)) row(name, part);
  row('(calls)', result.calls);
  row('default set', result.default);
  row('with -flto', result.linkTime);
  console.log(
    `bar                  ${String(BARS.flash).padStart(7)} ${String(BARS.ram).padStart(7)}   (and ${result.default.faultStack} of fault stack)`,
  );
  console.log('\ninstructions a log call         -O2    -Os');
  for (const name of Object.keys(result.instructions['-O2']))
    console.log(
      `${name.padEnd(28)} ${String(result.instructions['-O2'][name]).padStart(6)} ${String(result.instructions['-Os'][name]).padStart(6)}`,
    );
  console.log(`bar of twoIntegers           ${String(BARS.o2).padStart(6)} ${String(BARS.os).padStart(6)}`);
}
