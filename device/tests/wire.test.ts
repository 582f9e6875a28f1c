/** The C packetizer and packages/wire follow the same pages: what one writes the other reads, and writes again byte for byte. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHex, toHex } from '@noinit/bytes';
import { parseElf } from '@noinit/elf';
import { decodeLogBody, decodeLogEntries, type LogDictionary, readDictionary } from '@noinit/logs';
import { describeReason, type Record } from '@noinit/model';
import { describeWith } from '@noinit/testing';
import { assembleMessages, type Chunk, scanChunk, scanMessage } from '@noinit/wire';
import { encodeChunks, encodeMessage } from '@noinit/wire/encode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEVICE, sdkSources } from './firmware.ts';

describeWith(['gcc'], 'what the C packetizer sends', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-wire-'));
  let plain: Sent;
  let dictionary: LogDictionary;
  beforeAll(() => {
    plain = send(compile(folder, 'plain', []), 48);
    dictionary = readDictionary(parseElf(readFileSync(join(folder, 'plain'))));
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read without damage: boots, logs, a crash, and how the first boot ended', () => {
    expect(plain.records.map((record) => record.kind).sort()).toEqual(
      ['boot', 'boot', 'crash', 'log', 'log', 'log', 'postcard', 'reboot'].sort(),
    );
  });

  it('says of the first boot what was marked, what came later, and when it was last alive', () => {
    const reboot = plain.records.find((record) => record.kind === 'reboot');
    expect(reboot).toMatchObject({
      reason: 0x4011,
      unexpected: true,
      marked: { reason: 0x4011 },
      later: { reason: 0x8002 },
      hardware: { reason: 3, raw: 0x1234567 },
      alive: { interval: 900 },
    });
    expect(describeReason(0x4011, dictionary.reasons)).toEqual({
      name: 'Calibrated',
      expected: true,
      sentence: 'A calibration was asked for.',
    });
    const postcard = plain.records.find((record) => record.kind === 'postcard');
    expect(postcard).toMatchObject({ reason: 0x4011, cause: { kind: 'assert' } });
  });

  it('has threads, memory and the newest log entries in the crash', () => {
    const crash = plain.records.find((record) => record.kind === 'crash');
    const dump = crash?.kind === 'crash' ? crash.dump : undefined;
    expect(dump?.damage).toEqual([]);
    expect(dump?.threads.map(({ name, id, crashed, stack }) => [name, id, crashed, stack?.size])).toEqual([
      ['main', 0x2000_0400, true, undefined],
      ['waiting', 0x2000_0500, false, 256],
      [undefined, 0x2000_0600, false, undefined],
    ]);
    expect(dump?.threads[1]?.registers).toMatchObject({ r0: 0x2000, lr: 0x200e, xpsr: 0x2010 });
    const [, stack, data] = dump?.regions ?? [];
    expect([stack?.kind, stack?.address, toHex(stack?.bytes ?? new Uint8Array())]).toEqual([
      'stack',
      dump?.threads[1]?.registers['sp'],
      '3c0000003d0000003e0000003f000000',
    ]);
    expect([data?.kind, toHex(data?.bytes ?? new Uint8Array())]).toEqual(['data', '0102030405']);
    const [log] = dump?.log ?? [];
    const { lines, damage } = decodeLogEntries(log?.entries ?? new Uint8Array(), {
      ...log,
      firstEntry: log?.firstEntry ?? 0,
      dictionary,
    });
    expect(damage).toEqual([]);
    expect(lines.at(-1)?.text).toBe('line 39');
  });

  it.each([
    ['without', 8, []],
    ['without', 61, []],
    ['without', 500, []],
    ['with', 10, ['-DNOINIT_CHUNK_CRC=1']],
    ['with', 200, ['-DNOINIT_CHUNK_CRC=1']],
  ])('equals what our encoders write, %s CRCs, in chunks of %i bytes', (_what, size, cflags) => {
    const crc = cflags.length > 0;
    const sent = send(compile(folder, `crc-${crc}`, cflags), size);
    const again = sent.messages.flatMap(({ bytes, messageId }, index) => {
      const record = sent.records[index];
      if (record === undefined || record.kind === 'unknown') throw new Error('a record that cannot be written again');
      expect(toHex(encodeMessage(record))).toBe(toHex(bytes));
      return encodeChunks(bytes, { messageId, size, crc }).map(toHex);
    });
    expect(again).toEqual(sent.chunks.map(toHex));
  });

  it('has log lines as they were meant', () => {
    const logs = plain.records.flatMap((record) => (record.kind === 'log' ? [record] : []));
    const decoded = logs.map((record) => decodeLogEntries(record.entries, { dictionary, firstEntry: record.firstEntry }));
    expect(decoded.flatMap(({ damage }) => damage)).toEqual([]);
    const lines = decoded.flatMap(({ lines }) => lines);
    const numbers = lines.map(({ number }) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(lines.map(({ text }) => text)).toEqual([
      'ready',
      'speed -5 of 4000000000',
      '-2147483648 0 2147483647',
      '-5 fedcba9876543210',
      `short and ${'0123456789'.repeat(13).slice(0, 126)}…`,
      '1.500 0.1',
      'ok 200 0xff 0x20000100',
      ...Array.from({ length: 40 }, (_, index) => `line ${index}`),
      'again',
    ]);
    expect(lines[1]).toMatchObject({ level: 'warning', source: 'host', file: 'print_chunks.c' });
  });

  it('has an assertion whose values can be read', () => {
    const crash = plain.records.find((record) => record.kind === 'crash');
    const cause = crash?.kind === 'crash' ? crash.dump.cause : undefined;
    expect(cause).toEqual({ kind: 'assert', reason: 0x4011, entry: fromHex('d00f0706') });
    expect(decodeLogBody(fromHex('d00f0706'))).toMatchObject({ uptime: 1000, text: 'log 7: 06' });
  });
});

interface Sent {
  readonly chunks: readonly Uint8Array[];
  /** In the order in which they were sent. */
  readonly messages: readonly { readonly messageId: number; readonly bytes: Uint8Array }[];
  readonly records: readonly Record[];
}

function compile(folder: string, name: string, cflags: readonly string[]): string {
  const program = join(folder, name);
  const native = join(DEVICE, 'tests/native');
  const includes = [`-I${join(DEVICE, 'include')}`, `-I${join(DEVICE, 'src')}`, `-I${native}`];
  execFileSync('gcc', [
    // Without PIE, because the wire has 32 bits for an address.
    ...['-std=gnu11', '-g', '-no-pie', '-fno-pie', '-Wall', '-Wextra', '-Werror', '-DNOINIT_STORE_HOOK="store_hook.h"'],
    ...['-DNOINIT_PACKETIZER_ONE_WAY=1', '-DNOINIT_CRASH_LOG_BYTES=256', ...cflags, ...includes],
    ...[join(native, 'print_chunks.c'), join(native, 'host.c'), ...sdkSources()],
    ...['-Wl,-T', join(native, 'host.ld'), '-o', program],
  ]);
  return program;
}

function send(program: string, size: number): Sent {
  const output = execFileSync(program, [String(size)], { encoding: 'utf8' });
  const chunks = output.trimEnd().split('\n').map(fromHex);
  const byId = new Map<number, Chunk[]>();
  for (const bytes of chunks) {
    const scan = scanChunk(bytes);
    if (scan.kind === 'damage') throw new Error(scan.damage.detail);
    byId.set(scan.chunk.messageId, [...(byId.get(scan.chunk.messageId) ?? []), scan.chunk]);
  }
  const messages = [...byId].flatMap(([messageId, each]) =>
    assembleMessages(each).messages.map((bytes) => ({ messageId, bytes })),
  );
  const scans = messages.map(({ bytes }) => scanMessage(bytes));
  expect(scans.flatMap(({ damage }) => damage)).toEqual([]);
  expect(messages).toHaveLength(byId.size);
  return { chunks, messages, records: scans.flatMap(({ record }) => (record ? [record] : [])) };
}
