/** What each feature costs: the link of a program that calls it minus the link of one that does not. */
import { join } from 'node:path';
import { compile, costOf, link, sdkObjects } from './build.mjs';
import { DEVICE } from './targets.mjs';

/**
 * `calls`: what features.c calls. `config`: options of the whole program. `over`: the row it comes on top of; the empty program where none
 * is named.
 */
const START = ['START'];
const WORDS = [...START, 'WORDS'];
const LONG = [...WORDS, 'LONG'];
const TEXT = ['-DNOINIT_LOG_TEXT=1'];
const UART = [...TEXT, '-DNOINIT_LOG_UART=1'];
const ALONE = ['-DNOINIT_PACKETIZER_LOG=0'];

const FIRST = 'start: head, build id, boot and reboot records, the log recovered';
const CRASH = 'crash: stack and one region';

export const FEATURES = [
  { name: FIRST, calls: START },
  { name: 'log, up to three words', calls: WORDS, over: FIRST },
  { name: 'log, any arguments', calls: LONG, over: 'log, up to three words' },
  { name: 'strings with a precision', calls: [...LONG, 'LIMIT'], over: 'log, any arguments' },
  { name: 'hexdump', calls: [...LONG, 'HEXDUMP'], over: 'log, any arguments' },
  { name: 'raw text', calls: [...LONG, 'TEXT'], over: 'log, any arguments' },
  { name: 'foreign frames', calls: [...LONG, 'FOREIGN'], over: 'log, any arguments' },
  { name: 'an instance', calls: [...WORDS, 'INSTANCE'], over: 'log, up to three words' },
  { name: 'once', calls: [...WORDS, 'ONCE'], over: 'log, up to three words' },
  { name: 'limited rate', calls: [...WORDS, 'EVERY'], over: 'log, up to three words' },
  { name: 'levels set at run time', calls: [...WORDS, 'CONTROL'], over: 'log, up to three words' },
  { name: 'back ends, deferred', calls: [...WORDS, 'PROCESS'], over: 'log, up to three words' },
  { name: 'log, up to three words, and crash', calls: [...WORDS, 'CRASH'], over: 'log, up to three words' },
  { name: 'back ends, and panic', calls: [...WORDS, 'PROCESS', 'PANIC'], over: 'back ends, deferred' },
  { name: 'text on the UART', calls: [...WORDS, 'UART'], config: UART, over: 'log, up to three words' },
  { name: 'entries over RTT', calls: [...WORDS, 'RTT'], config: ['-DNOINIT_LOG_RTT=1'], over: 'log, up to three words' },
  { name: 'another clock', calls: [...WORDS, 'CLOCK'], config: ['-DNOINIT_LOG_CLOCK=1'], over: 'log, up to three words' },
  { name: 'two cores', calls: WORDS, config: ['-DNOINIT_CORES=2', '-DNOINIT_ARCH_CORE()=0u'], over: 'log, up to three words' },
  { name: 'no filter at run time', calls: WORDS, config: ['-DNOINIT_LOG_RUNTIME_FILTER=0'], over: 'log, up to three words' },
  {
    name: 'Consumer',
    calls: [...WORDS, 'CONSUMER'],
    config: [...ALONE, '-DNOINIT_LOG_CONSUMER=1'],
    over: 'log, up to three words',
  },
  { name: 'packetizer, with the log', calls: [...WORDS, 'PACKETIZER'], over: 'log, up to three words' },
  { name: 'packetizer, without the log', calls: [...WORDS, 'PACKETIZER'], config: ALONE, over: 'log, up to three words' },
  { name: 'a mark, and why it restarted', calls: [...START, 'REBOOT'], over: FIRST },
  { name: 'a reason of its own', calls: [...START, 'REBOOT', 'REASON'], over: 'a mark, and why it restarted' },
  { name: 'boot loops, counters', calls: [...START, 'COUNTERS'], over: FIRST },
  { name: 'sign of life from a timer’s interrupt', calls: [...START, 'TICK'], over: FIRST },
  {
    name: 'boot records that wait for the version',
    calls: [...START, 'COLLECT'],
    config: ['-DNOINIT_BOOT_DEFERRED=1'],
    over: FIRST,
  },
  { name: 'lineage in storage', calls: START, config: ['-DNOINIT_LINEAGE_STORE=1'], over: FIRST },
  { name: 'reset cause that a bootloader stashed', calls: START, config: ['-DNOINIT_BOOTLOADER_STASH=1'], over: FIRST },
  { name: CRASH, calls: [...START, 'CRASH'], over: FIRST },
  { name: 'crash without postcards', calls: [...START, 'CRASH'], config: ['-DNOINIT_POSTCARDS=0'], over: CRASH },
  { name: 'crash in one slot', calls: [...START, 'CRASH'], config: ['-DNOINIT_CRASH_SLOTS=1'], over: CRASH },
  {
    name: 'crash with the newest log entries',
    calls: [...START, 'CRASH'],
    config: ['-DNOINIT_CRASH_LOG_BYTES=256'],
    over: CRASH,
  },
  { name: 'threads', calls: [...START, 'CRASH', 'THREADS'], over: CRASH },
  { name: 'snapshot', calls: [...START, 'CRASH', 'SNAPSHOT'], over: CRASH },
  { name: 'watchdog’s warning', calls: [...START, 'CRASH', 'WATCHDOG'], over: CRASH },
  { name: 'stack guard', calls: [...START, 'CRASH', 'GUARD'], over: CRASH },
  { name: 'stack check, overflow hook', calls: [...START, 'CRASH', 'CHECK'], over: CRASH },
  { name: 'out of memory', calls: [...START, 'CRASH', 'MEMORY'], over: CRASH },
  { name: 'panic', calls: [...START, 'CRASH', 'GIVE_UP'], over: CRASH },
  { name: 'abort', calls: [...START, 'CRASH', 'ABORT'], over: CRASH },
  { name: 'a handler after the capture', calls: [...START, 'CRASH', 'CHAIN'], over: CRASH },
  { name: 'fault of the secure side', calls: [...START, 'CRASH', 'SECURE'], over: CRASH },
  { name: 'assertion', calls: [...WORDS, 'CRASH', 'ASSERT'], over: 'log, up to three words, and crash' },
  { name: 'self-test of retained RAM', calls: [...WORDS, 'CRASH', 'SELFTEST'], over: 'log, up to three words, and crash' },
  { name: 'self-test of crashes', calls: [...WORDS, 'CRASH', 'CRASHES'], over: 'log, up to three words, and crash' },
  { name: 'default set', calls: [...LONG, 'PACKETIZER', 'REBOOT', 'CRASH', 'ASSERT'], isWhole: true },
  { name: 'reader for a bootloader, alone', calls: ['READER'] },
  {
    name: 'text: no floating point',
    calls: [...WORDS, 'UART'],
    config: [...UART, '-DNOINIT_LOG_TEXT_FLOAT=0'],
    over: 'text on the UART',
  },
  { name: 'text: dates', calls: [...WORDS, 'UART'], config: [...UART, '-DNOINIT_LOG_TEXT_DATES=1'], over: 'text on the UART' },
  {
    name: 'text: RFC 5424',
    calls: [...WORDS, 'UART'],
    config: [...UART, '-DNOINIT_LOG_TEXT_SYSLOG=1'],
    over: 'text on the UART',
  },
  { name: 'text: SyS-T', calls: [...WORDS, 'UART'], config: [...UART, '-DNOINIT_LOG_TEXT_SYST=1'], over: 'text on the UART' },
  {
    name: 'immediate mode',
    calls: [...WORDS, 'PROCESS'],
    config: ['-DNOINIT_LOG_MODE_IMMEDIATE=1'],
    over: 'back ends, deferred',
  },
  { name: 'minimal mode: text, no ring', calls: WORDS, config: [...TEXT, '-DNOINIT_LOG_MODE_MINIMAL=1'], over: FIRST },
  {
    name: 'thread of its own',
    calls: [...WORDS, 'PROCESS'],
    config: ['-DNOINIT_LOG_PROCESS_THREAD=1'],
    over: 'back ends, deferred',
  },
  { name: 'waiting for room', calls: WORDS, config: ['-DNOINIT_LOG_BLOCK_MS=20'], over: 'log, up to three words' },
  { name: 'strings of flash as addresses', calls: LONG, config: ['-DNOINIT_LOG_ROM_STRINGS=1'], over: 'log, any arguments' },
];

const OWN = /^(features|port)$/;

function linkProgram(target, calls, config, flags) {
  const defines = calls.map((name) => `-DWITH_${name}`);
  // RAM of a microbit is too small for the default crash record beside two kilobytes of log.
  const options = [
    '-Os',
    ...config,
    ...flags,
    ...(target.name === 'M0' ? ['-DNOINIT_CRASH_CAPACITY=1024', '-DNOINIT_CRASH_STACK_BYTES=256'] : []),
  ];
  const own = ['features', 'port'].map((name) => compile(target, join(DEVICE, `size/${name}.c`), [...options, ...defines], name));
  return link(target, [...own, ...(calls.includes('START') ? sdkObjects(target, options) : [])], ['-Os', ...flags]);
}

/** A row a feature: bytes of the SDK; what the calls cost their caller is not in it. */
export function measureFeatures(target, only = FEATURES) {
  const programs = new Map();
  const programOf = (feature) => {
    const { calls, config = [], flags = [] } = feature;
    const key = [...calls, ...config, ...flags].join(' ');
    if (!programs.has(key)) programs.set(key, sdkPart(linkProgram(target, calls, config, flags)));
    return programs.get(key);
  };
  const empty = programOf({ calls: [] });
  return only.map((feature) => {
    const ground = feature.over === undefined ? empty : programOf(FEATURES.find(({ name }) => name === feature.over));
    // The header alone is the reader: there the caller's own file counts.
    const whole = programOf(feature);
    const key = feature.calls.includes('READER') ? 'all' : 'sdk';
    return {
      name: feature.name,
      flash: whole[key].flash - ground[key].flash,
      ram: whole[key].ram - ground[key].ram,
      retained: whole[key].retained - ground[key].retained,
    };
  });
}

function sdkPart(program) {
  const own = costOf(program, OWN);
  const less = (name) => program.sizes[name] - own[name];
  return { sdk: { flash: less('flash'), ram: less('ram'), retained: less('retained') }, all: program.sizes, program };
}

/** The default set by its folders, from the map. */
export function measureModules(target) {
  const feature = FEATURES.find(({ isWhole }) => isWhole === true);
  const program = linkProgram(target, feature.calls, [], []);
  const of = (name, pattern) => ({ name, ...costOf(program, pattern) });
  return [
    of('core: head, start, CBOR, CRCs', /^sdk\/core\/(head|init|cbor|crc)$/),
    of('  of it CBOR and CRCs', /^sdk\/core\/(cbor|crc)$/),
    of('ring', /^sdk\/core\/ring/),
    of('log', /^sdk\/log\//),
    of('reboot', /^sdk\/reboot\//),
    of('crash, with the capture', /^sdk\/(crash|arch)\//),
    of('packetizer', /^sdk\/packetizer\//),
  ];
}

/** What src/reboot takes where a program marks and asks; the head, which the log needs too, is in src/core. */
export function measureReboot(target) {
  return { flash: costOf(linkProgram(target, [...START, 'REBOOT'], [], []), /^sdk\/reboot\//).flash };
}

/** Ring and log of a program that logs up to three words and nothing else. */
export function measureLogAndRing(target) {
  const program = linkProgram(target, WORDS, [], []);
  return {
    logAndRing: costOf(program, /^sdk\/(log\/|core\/ring)/).flash,
    atRunTime: costOf(program, /^sdk\/(log\/(log_short|log_entry|log_ring|watch)|core\/(ring|ring_seal))$/).flash,
    coreCrcCbor: costOf(program, /^sdk\/core\/(head|init|cbor|crc)$/).flash,
  };
}

/** The default set with link-time optimisation. */
export function measureLinkTime(target) {
  const feature = FEATURES.find(({ isWhole }) => isWhole === true);
  // As a project links: with the options it compiles with.
  const flags = ['-flto', '-ffunction-sections', '-fdata-sections'];
  const [plain, lto, empty, emptyLto] = [
    linkProgram(target, feature.calls, [], []),
    linkProgram(target, feature.calls, [], flags),
    linkProgram(target, [], [], []),
    linkProgram(target, [], [], flags),
  ].map(({ sizes }) => sizes.flash);
  return { flash: lto - emptyLto, without: plain - empty };
}
