import { ByteWriter, concatBytes, crc16 } from '@noinit/bytes';
import { ENTRY, makeLogSection, makeSegment, Random } from '@noinit/testing';
import { expect, it } from 'vitest';
import { LogDictionary } from '../dictionary/log-dictionary.ts';
import { collectContent } from '../dictionary/read-dictionary.ts';
import { decodeRttStream } from './decode-rtt-stream.ts';

const { bytes, ids } = makeLogSection([{ format: 'ready' }]);
const sections = [{ name: 'noinit_log', address: 0, bytes }];
const dictionary = new LogDictionary(collectContent(sections, { littleEndian: true, addressSize: 4 }));
const options = { dictionaryOf: () => dictionary };
const ready = Uint8Array.of(ids[0] ?? 0);

function frame(kind: number, number: number, stamp: number, body: Uint8Array, core = 0): Uint8Array {
  const writer = new ByteWriter().u8(core).u8(kind).u32(number).u64(stamp).bytes(body);
  return cobs(writer.u16(crc16(writer.toBytes())).toBytes());
}

/** Each group up to the next zero, after its length. */
function cobs(plain: Uint8Array): Uint8Array {
  const groups: number[][] = [[]];
  for (const byte of plain) {
    if (byte === 0) groups.push([]);
    else groups.at(-1)?.push(byte);
  }
  return Uint8Array.from([...groups.flatMap((group) => [group.length + 1, ...group]), 0]);
}

const start = (boot: number, core = 0) => frame(ENTRY.segment, 7, 0, makeSegment({ boot, core }), core);

it('a saved RTT channel gives its lines, though its start comes again and again', () => {
  const frames = [start(3), frame(ENTRY.log, 8, 70, ready), start(3), frame(ENTRY.log | 0x80, 9, 80, ready)];
  const dropped = frame(ENTRY.gap, 10, 81, Uint8Array.of(5));
  const other = [start(3, 1), frame(ENTRY.log, 2, 75, ready, 1)];
  const { segments, damage } = decodeRttStream(
    concatBytes([...frames, dropped, ...other, start(4), frame(ENTRY.text, 12, 1, Uint8Array.of(0x61))]),
    options,
  );
  expect(damage).toEqual([]);
  expect(segments.map((segment) => [segment.start?.boot, segment.start?.core, segment.lines.map(({ text }) => text)])).toEqual([
    [3, 0, ['ready', 'ready', '5 entries were dropped: there was no room']],
    [3, 1, ['ready']],
    [4, 0, ['a']],
  ]);
  expect(segments[0]?.lines[1]).toMatchObject({ number: 9, uptime: 80 });
});

it('a piece of a frame at either end is left out, a damaged one between is named', () => {
  const bent = frame(ENTRY.log, 8, 70, ready);
  bent[3] = (bent[3] ?? 0) ^ 0x40;
  const whole = frame(ENTRY.log, 9, 80, ready);
  const stream = concatBytes([whole.subarray(4), start(3), bent, whole, whole.subarray(0, 6)]);
  const { segments, damage } = decodeRttStream(stream, options);
  expect(damage).toMatchObject([{ why: 'checksum-mismatch' }]);
  expect(segments.flatMap(({ lines }) => lines)).toMatchObject([{ number: 9, text: 'ready' }]);
});

it('bytes of any kind never throw', () => {
  const random = new Random(11);
  for (let run = 0; run < 200; run++) decodeRttStream(random.bytes(random.below(300)), options);
});
