/** The C packetizer and packages/wire follow the same pages: what one writes the other reads, and writes again byte for byte. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHex, toHex } from '@noinit/bytes';
import { parseElf } from '@noinit/elf';
import { decodeLogBody, decodeLogEntries, type LogDictionary, readDictionary } from '@noinit/logs';
import type { Record } from '@noinit/model';
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
    expect(plain.records).toContainEqual(
      expect.objectContaining({ kind: 'reboot', reason: 0x8002, hardware: { reason: 3, raw: 0x1234567 } }),
    );
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
    expect(cause).toEqual({ kind: 'assert', reason: 0x8002, entry: fromHex('d00f0706') });
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
    ...['-DNOINIT_PACKETIZER_ONE_WAY=1', ...cflags, ...includes],
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
