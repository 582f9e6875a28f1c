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

export const FEATURES = [
  { name: 'start: head, build id, boot and reboot records, the log recovered', calls: START },
  { name: 'log, up to three words', calls: WORDS, over: 0 },
  { name: 'log, any arguments', calls: LONG, over: 1 },
  { name: 'strings with a precision', calls: [...LONG, 'LIMIT'], over: 2 },
  { name: 'hexdump', calls: [...LONG, 'HEXDUMP'], over: 2 },
  { name: 'raw text', calls: [...LONG, 'TEXT'], over: 2 },
  { name: 'foreign frames', calls: [...LONG, 'FOREIGN'], over: 2 },
  { name: 'an instance', calls: [...WORDS, 'INSTANCE'], over: 1 },
  { name: 'once', calls: [...WORDS, 'ONCE'], over: 1 },
  { name: 'limited rate', calls: [...WORDS, 'EVERY'], over: 1 },
  { name: 'levels set at run time', calls: [...WORDS, 'CONTROL'], over: 1 },
  { name: 'back ends, deferred', calls: [...WORDS, 'PROCESS'], over: 1 },
  { name: 'back ends, and panic', calls: [...WORDS, 'PROCESS', 'PANIC'], over: 11 },
  { name: 'text on the UART', calls: [...WORDS, 'UART'], config: UART, over: 1 },
  { name: 'entries over RTT', calls: [...WORDS, 'RTT'], config: ['-DNOINIT_LOG_RTT=1'], over: 1 },
  { name: 'another clock', calls: [...WORDS, 'CLOCK'], config: ['-DNOINIT_LOG_CLOCK=1'], over: 1 },
  { name: 'two cores', calls: WORDS, config: ['-DNOINIT_CORES=2', '-DNOINIT_ARCH_CORE()=0u'], over: 1 },
  { name: 'no filter at run time', calls: WORDS, config: ['-DNOINIT_LOG_RUNTIME_FILTER=0'], over: 1 },
  { name: 'Consumer', calls: [...WORDS, 'CONSUMER'], config: [...ALONE, '-DNOINIT_LOG_CONSUMER=1'], over: 1 },
  { name: 'packetizer, with the log', calls: [...WORDS, 'PACKETIZER'], over: 1 },
  { name: 'packetizer, without the log', calls: [...WORDS, 'PACKETIZER'], config: ALONE, over: 1 },
  { name: 'reboot by the firmware', calls: [...START, 'REBOOT'], over: 0 },
  { name: 'crash capture', calls: [...WORDS, 'CRASH'], over: 1 },
  { name: 'assertion', calls: [...WORDS, 'CRASH', 'ASSERT'], over: 22 },
  { name: 'default set', calls: [...LONG, 'PACKETIZER', 'REBOOT', 'CRASH', 'ASSERT'], isWhole: true },
  { name: 'reader for a bootloader, alone', calls: ['READER'] },
  { name: 'text: no floating point', calls: [...WORDS, 'UART'], config: [...UART, '-DNOINIT_LOG_TEXT_FLOAT=0'], over: 13 },
  { name: 'text: dates', calls: [...WORDS, 'UART'], config: [...UART, '-DNOINIT_LOG_TEXT_DATES=1'], over: 13 },
  { name: 'text: RFC 5424', calls: [...WORDS, 'UART'], config: [...UART, '-DNOINIT_LOG_TEXT_SYSLOG=1'], over: 13 },
  { name: 'text: SyS-T', calls: [...WORDS, 'UART'], config: [...UART, '-DNOINIT_LOG_TEXT_SYST=1'], over: 13 },
  { name: 'immediate mode', calls: [...WORDS, 'PROCESS'], config: ['-DNOINIT_LOG_MODE_IMMEDIATE=1'], over: 11 },
  { name: 'minimal mode: text, no ring', calls: WORDS, config: [...TEXT, '-DNOINIT_LOG_MODE_MINIMAL=1'], over: 0 },
  { name: 'thread of its own', calls: [...WORDS, 'PROCESS'], config: ['-DNOINIT_LOG_PROCESS_THREAD=1'], over: 11 },
  { name: 'waiting for room', calls: WORDS, config: ['-DNOINIT_LOG_BLOCK_MS=20'], over: 1 },
  { name: 'strings of flash as addresses', calls: LONG, config: ['-DNOINIT_LOG_ROM_STRINGS=1'], over: 2 },
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
    const ground = feature.over === undefined ? empty : programOf(FEATURES[feature.over]);
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
  const [plain, lto, empty, emptyLto] = [
    linkProgram(target, feature.calls, [], []),
    linkProgram(target, feature.calls, [], ['-flto']),
    linkProgram(target, [], [], []),
    linkProgram(target, [], [], ['-flto']),
  ].map(({ sizes }) => sizes.flash);
  return { flash: lto - emptyLto, without: plain - empty };
}
