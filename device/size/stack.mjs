/**
 * The deepest way through the calls, by GCC's own count of each function's frame. Of calls through pointers those of a capture are in it: to
 * what its kinds write and do. A project's list of threads and its port come on top.
 */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, folder } from './build.mjs';
import { sdkFiles } from './targets.mjs';

/** What a call does that comes before noinit_init. */
const START = 'noinit_start';

const ENTRIES = [
  ['a log call with up to three words', 'noinit_log_short', START],
  ['a log call with any arguments', 'noinit_log_long', START],
  ['hexdump', 'noinit_log_hexdump', START],
  ['the first log call, before noinit_init', 'noinit_log_long'],
  ['noinit_init', 'noinit_init'],
  ['noinit_packetizer_get_chunk', 'noinit_packetizer_get_chunk'],
  ['noinit_log_process', 'noinit_log_process'],
  ['a snapshot, before its capture', 'noinit_snapshot'],
];
/** On the fault stack. */
const CAPTURE = ['a capture, on its own stack', 'noinit_capture'];
const INDIRECT = '__indirect_call';
const OF_KINDS =
  /(^|:)(put_(name|size|panic|abort|entry|refused|threads)|finish_\w+|wait_for_reset|go_on|noinit_capture_put_reason)$/;

export function measureStack(target) {
  const { frames, calls } = readCalls(target, '-Os');
  return ENTRIES.map(([name, entry, without]) => ({ name, bytes: depth(entry, frames, calls, [without]) })).concat(
    measureCapture(target, ['-Os']).map(({ bytes }) => ({ name: CAPTURE[0], bytes })),
  );
}

/** A capture at several levels of optimisation. */
export function measureCapture(target, levels) {
  return levels.map((level) => {
    const { frames, calls } = readCalls(target, level);
    calls.set(INDIRECT, new Set([...frames.keys()].filter((title) => OF_KINDS.test(title))));
    return { level, bytes: depth(CAPTURE[1], frames, calls, []) };
  });
}

const read = new Map();

function readCalls(target, level) {
  const key = `stack-${target.name}${level}`;
  const known = read.get(key);
  if (known !== undefined) return known;
  const dumps = join(folder, key);
  mkdirSync(dumps);
  for (const { module, file } of sdkFiles(target)) {
    const name = module.replaceAll('/', '__');
    compile(target, file, [level, '-fcallgraph-info=su', '-dumpdir', `${dumps}/`, '-dumpbase', name], name);
  }
  const calls = new Map();
  const frames = new Map();
  for (const name of readdirSync(dumps).filter((file) => file.endsWith('.ci')))
    readGraph(readFileSync(join(dumps, name), 'utf8'), frames, calls);
  read.set(key, { frames, calls });
  return { frames, calls };
}

function readGraph(text, frames, calls) {
  for (const [, title, label] of text.matchAll(/node: \{ title: "([^"]*)" label: "([^"]*)"/g)) {
    const bytes = /(\d+) bytes/.exec(label);
    if (bytes !== null) frames.set(title, Number(bytes[1]));
  }
  for (const [, from, to] of text.matchAll(/edge: \{ sourcename: "([^"]*)" targetname: "([^"]*)"/g)) {
    const known = calls.get(from);
    if (known === undefined) calls.set(from, new Set([to]));
    else known.add(to);
  }
}

/** A function that is on the way already is not gone through again: the ring opens its segment through itself, once. */
function depth(title, frames, calls, way) {
  if (way.includes(title)) return 0;
  const below = [...(calls.get(title) ?? [])].map((next) => depth(next, frames, calls, [...way, title]));
  return (frames.get(title) ?? 0) + Math.max(0, ...below);
}
