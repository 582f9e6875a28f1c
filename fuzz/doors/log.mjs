// Logs in every form: dumps of the region, streams of blocks, entries of a record, RTT frames, chunks; and the sections of log sites.
import { concatBytes, crc16, crc32 } from '@noinit/bytes';
import { collectContent, decodeLogEntries, decodeLogFile, LOG_FORMATS, LogDictionary, renderLine } from '@noinit/logs';
import { encodeChunks, encodeMessage, joinChunks } from '@noinit/wire/encode';
import { ENTRY, MadeRing, makeLog, makeLogBody, makeLogEntry, makeLogSection } from '../../packages/testing/dist/index.js';
import { mutate, pick } from '../mutate.mjs';

const HEADER = 88;
const BLOCK = 128;
const CRC_AT = 126;
const TARGETS = [true, false].flatMap((littleEndian) => [4, 8].map((addressSize) => ({ littleEndian, addressSize })));
const RENDERING = { frequency: 1000, stamps: 'date', colors: true, showsCore: true };

const { bytes: section, ids } = makeLogSection([
  { format: 'speed %d of %u', types: ['i32', 'u32'] },
  { format: '%s %*.*f %p %lld', types: ['string', 'i32', 'i32', 'f64', 'string', 'i64'] },
  { format: 'frame %Lg', types: ['f128'], flags: 2 },
  { format: 'axis %d', types: ['source', 'i32'], flags: 4, function: 16 },
  { format: 'raw %x\n', types: ['u32'], level: 0, flags: 1 },
  { value: 0xc011, name: 'ValveStuck', help: 'The valve did not move.' },
]);
const dictionary = open(section, TARGETS[0]);
const samples = [section, ...collectSamples()];

export const door = { samples, bend, run, isRefusal: (error) => error.code === 'unreadable-dump' };

/** Half of the mutations meet bytes whose check sums are put right: they keep out accidents, and what stands behind them must hold too. */
function bend(random) {
  const bent = mutate(pick(samples, random), random, samples);
  return random.below(2) === 0 ? bent : sealed(bent);
}

function run(input) {
  decodeAll(input, dictionary);
  for (const target of TARGETS) {
    const strange = open(input, target);
    decodeLogEntries(samples[3], { dictionary: strange, firstEntry: 0 });
  }
}

function decodeAll(input, known) {
  const options = { dictionaryOf: () => known };
  for (const format of LOG_FORMATS) {
    for (const { lines } of decodeLogFile(input, { ...options, format }).segments)
      for (const line of lines) renderLine(line, RENDERING);
  }
  decodeLogEntries(input, { dictionary: known, firstEntry: 0 });
}

function open(bytes, target) {
  const sections = [
    { name: 'noinit_log', address: 0, bytes },
    { name: '.rodata', address: 0, bytes: bytes.subarray(0, 64) },
  ];
  return new LogDictionary(collectContent(sections, target));
}

function sealed(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = bytes[0] === 0x4e ? HEADER : 0;
  if (start > 0 && bytes.length >= HEADER) view.setUint32(16, crc32(bytes.subarray(4, 16)), true);
  for (let at = start; at + BLOCK <= bytes.length; at += BLOCK)
    view.setUint16(at + CRC_AT, crc16(bytes.subarray(at, at + CRC_AT)), true);
  return bytes;
}

function collectSamples() {
  const ring = new MadeRing({ blocks: 8 }).boot({ build: '0123456789abcdef' });
  const entries = concatBytes([
    makeLogEntry(makeLogBody({ id: ids[0], delta: 3, args: integers(5) })),
    makeLogEntry(
      makeLogBody({ id: ids[2], args: [{ type: 'f128', value: 1n << 126n }], data: new Uint8Array(40) }),
      ENTRY.hexdump,
    ),
    makeLogEntry(makeLogBody({ id: ids[3], args: [{ type: 'source', value: 9 }, ...integers(1).slice(1)] })),
  ]);
  for (let index = 0; index < 12; index++) ring.log(ids[0], index, integers(index));
  ring.log(ids[1], 20, [
    { type: 'string', value: 'a long text that goes on over the end of its block, certainly' },
    { type: 'i32', value: 5 },
    { type: 'i32', value: 3 },
    { type: 'f64', value: 0.1 },
    { type: 'string', address: 17 },
    { type: 'i64', value: -1n },
  ]);
  ring.log(ids[2], 21, [{ type: 'f128', value: 1n << 126n }], { kind: ENTRY.hexdump, data: new Uint8Array(300) });
  ring
    .entry(ENTRY.open, 22, new Uint8Array(40))
    .gap(23, 300)
    .text(24, 'raw')
    .entry(ENTRY.defmt, 25, Uint8Array.of(1, 2, 3));
  ring.boot({ boot: 2, frequency: 7, stamp: 2 ** 47 }).log(ids[4], 2 ** 47 + 9, [{ type: 'u32', value: 7 }]);
  const message = encodeMessage(makeLog({ entries }));
  const chunks = joinChunks(encodeChunks(message, { messageId: 1, size: 40 }));
  return [ring.region({ lost: 3 }), ring.stream(), entries, message, chunks, rttFrames(entries)];
}

function integers(index) {
  return [
    { type: 'i32', value: index },
    { type: 'u32', value: index },
  ];
}

/** No byte of it is 0 but the ends: one group of COBS each. */
function rttFrames(body) {
  const frame = concatBytes([Uint8Array.from({ length: 14 }, () => 1), body.map((byte) => byte || 1)]);
  const whole = concatBytes([frame, Uint8Array.of(crc16(frame) & 0xff, crc16(frame) >>> 8)]);
  return concatBytes([Uint8Array.of(0, whole.length + 1), whole, Uint8Array.of(0)]);
}
