/** What a capture takes while it runs: bytes of its stack, painted, and instructions from the fault to the reset, on QEMU. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, folder, link, run, sdkObjects } from './build.mjs';
import { DEVICE } from './targets.mjs';

/** Numbers of noinit/selftest.h. */
const KINDS = [
  ['a fault', { kind: 1 }],
  ['a fault, three threads', { kind: 1, threads: 1 }],
  ['an assertion', { kind: 9 }],
  ['an abort', { kind: 10 }],
  ['out of memory', { kind: 11 }],
  ['a panic', { kind: 12 }],
  ['a snapshot', { kind: 16 }],
];

/** One slot that holds 4 KiB of memory, and what a record has beside it. */
const CONFIG = ['-DNOINIT_CRASH_SLOTS=1', '-DNOINIT_CRASH_CAPACITY=4864'];

/** An image of 4 KiB captures. `target.compiler` is clang where it is not GCC. */
export function linkFault(target, level, config = CONFIG) {
  const own = ['size/fault.c', 'ports/qemu/startup.c', 'ports/qemu/board.c'].map((file) =>
    compile(target, join(DEVICE, file), [...config, '-Os'], file.replaceAll(/\W/g, '_')),
  );
  return link(target, [...own, ...sdkObjects(target, [level, ...config])], ['-Wl,--wrap=noinit_port_reset']).elf;
}

export function runFault(target, elf, args, more = []) {
  const words = Object.entries({ ...args, random: 1 }).map(([name, value]) => `arg=${name}=${value}`);
  return run(target.emulator, target.machine, [
    ...['-display', 'none', '-monitor', 'none', '-serial', 'stdio'],
    ...['-semihosting-config', ['enable=on', 'target=native', 'arg=fault', ...words].join(',')],
    ...[...more, '-kernel', elf],
  ]);
}

/** Bytes of the fault stack that each kind of crash touched; the port's reset comes on top. */
export function measureFaultStack(target, level, config = []) {
  const elf = linkFault(target, level, [...CONFIG, ...config]);
  const used = (args) => Number(/used (\d+)/.exec(runFault(target, elf, args))?.[1]);
  return KINDS.map(([name, args]) => ({ name, bytes: used(args) }));
}

/** Instructions from the first of noinit_fault_entry to the first of the port's reset, and those of the dearest functions. */
export function measureFaultTime(target, level) {
  const log = join(folder, 'fault.log');
  runFault(target, linkFault(target, level), { kind: 1 }, ['-singlestep', '-d', 'exec,nochain', '-D', log]);
  const counts = new Map();
  let isWithin = false;
  for (const [, name] of readFileSync(log, 'latin1').matchAll(/^Trace .*\[[0-9a-f]+\/[0-9a-f]+\/.*\]\s*(\S*)$/gm)) {
    if (name === 'noinit_fault_entry') isWithin = true;
    if (name === '__wrap_noinit_port_reset') break;
    if (isWithin) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const sum = (pattern) => [...counts].reduce((total, [name, count]) => (pattern.test(name) ? total + count : total), 0);
  return {
    'from the fault to the reset, 4 KiB': sum(/./),
    'of it CRC-16 of the items': sum(/crc16/),
    'of it CRC-32 of the postcard': sum(/crc32/),
    'of it copying': sum(/memcpy|cbor_(raw|string|bytes)|put_bytes/),
    counts: Object.fromEntries([...counts].toSorted((a, b) => b[1] - a[1]).slice(0, 8)),
  };
}
