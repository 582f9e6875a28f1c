/** `noinit logs`: every form of a log becomes the lines that the device would have printed. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatBytes, fromHex } from '@noinit/bytes';
import { type BuildPrefix, milliseconds } from '@noinit/model';
import {
  ENTRY,
  MadeRing,
  makeDescriptor,
  makeElf,
  makeLog,
  makeLogBody,
  makeLogEntry,
  makeLogSection,
  makeNote,
  matchesGolden,
} from '@noinit/testing';
import { encodeChunks, encodeMessage, joinChunks } from '@noinit/wire/encode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noinit } from './run.ts';

const OLD = 'aa11223344556677889900112233445566778899';
const NEW = 'bb11223344556677889900112233445566778899';
const LEFT = 0x2000_0300;
const ROM = 0x0800_0000;
const golden = (name: string) => new URL(`./golden/${name}`, import.meta.url);

const old = makeLogSection([
  { format: 'ready' },
  { format: 'speed %d of %u', types: ['i32', 'u32'], level: 2, line: 9, file: 'src/motor.c' },
  { format: 'rx', flags: 2, level: 4 },
  { format: 'stalled', level: 1, flags: 4, function: ROM },
  { format: 'axis at %d', types: ['source', 'i32'] },
  { format: 'printed %d\n', types: ['i32'], level: 0, flags: 1 },
]);
const fresh = makeLogSection([{ format: 'ready, and better' }]);
const [ready = 0, speed = 0, rx = 0, stalled = 0, axis = 0, printed = 0] = old.ids;

let folder: string;
let oldElf: string;
let newElf: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'noinit-logs-'));
  oldElf = file('old.elf', elf(old.bytes, OLD));
  newElf = file('new.elf', elf(fresh.bytes, NEW));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function elf(section: Uint8Array, build: string): Uint8Array {
  const instance = makeDescriptor({ name: 'axis.left', source: LEFT, kind: 1 });
  return makeElf({
    sections: [
      { name: '.note.gnu.build-id', type: 7, flags: 2, address: 0x100, bytes: makeNote('GNU', 3, fromHex(build)) },
      { name: '.rodata', flags: 2, address: ROM, bytes: new TextEncoder().encode('motor_step\0') },
      { name: 'noinit_log', bytes: concatBytes([section, instance]) },
    ],
  });
}

/** One boot of every kind of line, then one of another build. */
function twoBuilds(): MadeRing {
  const ring = new MadeRing({ blocks: 20 }).boot({ boot: 7, build: OLD });
  ring.log(ready, 1).log(speed, 1_250, [
    { type: 'i32', value: -5 },
    { type: 'u32', value: 80 },
  ]);
  ring.log(rx, 61_001, [], { kind: ENTRY.hexdump, data: Uint8Array.from({ length: 21 }, (_, at) => 0x2a + at * 7) });
  ring.log(stalled, 61_002).log(axis, 61_003, [
    { type: 'source', value: LEFT },
    { type: 'i32', value: 12 },
  ]);
  ring
    .log(printed, 61_004, [{ type: 'i32', value: 3 }])
    .text(61_005, 'raw without end')
    .log(ready, 3_700_000)
    .gap(3_700_001, 4);
  return ring.boot({ boot: 8, build: NEW }).log(ready, 2);
}

describe('noinit logs', () => {
  it('prints a dump of the region as the device would have', async () => {
    const region = file('region.bin', twoBuilds().region());
    const { code, out, error } = await noinit('logs', region, '--elf', oldElf, '--elf', newElf);
    expect([code, error]).toEqual([0, 'noinit: 4 entries were lost, in 1 place\n']);
    matchesGolden(golden('logs.region.txt'), out);
  });

  it('prints the same for a stream of blocks, wherever in memory the ring is, and whatever its form is said to be', async () => {
    const whole = await noinit('logs', file('a.bin', twoBuilds().region()), '--elf', oldElf, '--elf', newElf);
    const inputs = [twoBuilds().stream(), concatBytes([new Uint8Array(36), twoBuilds().region(), new Uint8Array(99)])];
    for (const bytes of inputs) {
      const { code, out } = await noinit('logs', file('b.bin', bytes), '--elf', oldElf, '--elf', newElf);
      expect([code, out]).toEqual([0, whole.out]);
    }
    const said = await noinit(
      'logs',
      file('c.bin', twoBuilds().stream()),
      '--format',
      'blocks',
      '--elf',
      oldElf,
      '--elf',
      newElf,
    );
    expect(said.out).toBe(whole.out);
  });

  it.each([['raw'], ['linux'], ['date'], ['iso8601'], ['none']])('prints stamps in the style %s', async (style) => {
    const region = file('style.bin', twoBuilds().region());
    const { out } = await noinit('logs', region, '--elf', oldElf, '--elf', newElf, '--timestamp', style, '--source', 'app');
    matchesGolden(golden(`logs.${style}.txt`), out);
  });

  it('prints colours, syslog and JSON', async () => {
    const region = file('forms.bin', twoBuilds().region());
    const elfs = ['--elf', oldElf, '--elf', newElf];
    matchesGolden(golden('logs.color.txt'), (await noinit('logs', region, ...elfs, '--color', 'always')).out);
    matchesGolden(golden('logs.syslog.txt'), (await noinit('logs', region, ...elfs, '--syslog', 'pump-7')).out);
    const { out } = await noinit('logs', region, ...elfs, '--json');
    matchesGolden(golden('logs.json.txt'), out);
    for (const line of out.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('number');
  });

  it('shows only the levels and sources that are asked for, and always what was lost', async () => {
    const region = file('filter.bin', twoBuilds().region());
    const shown = async (...words: string[]) =>
      (await noinit('logs', region, '--elf', oldElf, '--elf', newElf, '--timestamp', 'none', ...words)).out;
    expect(await shown('--level', 'warning')).toBe(
      [
        '--- boot 7 of lineage c0ffee42, build aa11223344556677 ---',
        '<wrn> app: speed -5 of 80',
        '<err> app: motor_step: stalled',
        'printed 3',
        'raw without end',
        '--- 4 messages dropped ---',
        '',
      ].join('\n'),
    );
    expect(await shown('--source', 'axis')).toContain('<inf> axis.left: axis at 12\n--- 4');
    expect(await shown('--source', 'axis')).not.toContain('app');
  });

  it('shows what no ELF file explains raw, says which build it is, and exits with 3', async () => {
    const region = file('unknown.bin', twoBuilds().region());
    const { code, out, error } = await noinit('logs', region, '--elf', oldElf);
    expect(code).toBe(3);
    expect(out).toContain(`log ${ready} (unknown, because: no ELF file of build bb11223344556677 was given)`);
    expect(error).toContain('no ELF file of build bb11223344556677 was given');
    expect(error).toContain('old.elf is of build aa11223344556677');
    const any = await noinit('logs', region, '--elf', oldElf, '--any-build');
    expect([any.code, any.out.includes('unknown')]).toEqual([0, false]);
  });

  it('names damage, shows the rest, and exits with 3', async () => {
    const region = twoBuilds().region();
    region[88 + 60] = 0xff ^ (region[88 + 60] ?? 0);
    const { code, out, error } = await noinit('logs', file('bent.bin', region), '--elf', oldElf, '--elf', newElf);
    expect(code).toBe(3);
    expect(error).toContain('damaged, at byte 88: block 0 of the ring is damaged');
    expect(out).toContain('lost to damage');
    expect(out).toContain('ready, and better');
  });

  it('reads log records, whole or in chunks of any order', async () => {
    const entries = concatBytes([
      makeLogEntry(makeLogBody({ id: ready, delta: 5 })),
      makeLogEntry(makeLogBody({ id: ready, delta: 5 })),
    ]);
    const clock = { frequency: 1000, stamp: 0, uptime: milliseconds(0) };
    const record = makeLog({ build: OLD.slice(0, 16) as BuildPrefix, firstEntry: 9, dropped: 3, base: 100, clock, entries });
    const message = encodeMessage(record);
    const expected = '--- 3 entries were lost ---\n[00:00:00.105,000] <inf> app: ready\n[00:00:00.110,000] <inf> app: ready\n';
    expect((await noinit('logs', file('message.bin', message), '--elf', oldElf)).out).toBe(expected);
    const chunks = [...encodeChunks(message, { messageId: 4, size: 20 })].reverse();
    expect((await noinit('logs', file('chunks.bin', joinChunks(chunks)), '--elf', oldElf)).out).toBe(expected);
  });

  it('merges the rings of several cores by time', async () => {
    const [first, second] = [0, 1].map((core) => new MadeRing({ blocks: 4 }).boot({ build: OLD, core }));
    first?.log(ready, 10).log(ready, 30);
    second?.log(ready, 20).log(ready, 40);
    const dump = concatBytes([first, second].flatMap((ring) => ring?.region() ?? []));
    const { out } = await noinit('logs', file('cores.bin', dump), '--elf', oldElf, '--timestamp', 'raw');
    expect(out).toBe([10, 20, 30, 40].map((at, index) => `[000000${at}] <inf> core${index % 2}/app: ready\n`).join(''));
  });

  it('never lets a device act on the terminal', async () => {
    const ring = new MadeRing().boot({ build: OLD }).text(1, 'a\x1b[2J\u009bb\r\n');
    expect((await noinit('logs', file('evil.bin', ring.region()), '--elf', oldElf)).out).toBe('a\\x1b[2J\\x9bb\n');
  });

  it.each([
    ['no file', ['logs'], "missing required argument 'files'"],
    ['a file that is not there', ['logs', 'nowhere.bin'], 'there is no such file'],
    ['an unknown level', ['logs', 'x', '--level', 'loud'], 'Allowed choices'],
    ['two forms', ['logs', 'x', '--json', '--syslog'], 'not both'],
    ['a followed standard input', ['logs', '-', '--follow'], 'give a file to follow'],
    ['any build of several', ['logs', 'x', '--any-build'], 'exactly one --elf'],
  ])('exits with 2 for %s', async (_name, words, said) => {
    const { code, out, error } = await noinit(...words);
    expect([code, out]).toEqual([2, '']);
    expect(error).toContain(said);
  });

  it('exits with 3 for a file that is no log, and for one without a line', async () => {
    const noise = await noinit('logs', file('noise.bin', new Uint8Array(500)));
    expect([noise.code, noise.error]).toEqual([3, expect.stringContaining('noise.bin is no log: neither a ring')]);
    const nothing = await noinit('logs', file('nothing.bin', new Uint8Array(0)));
    expect([nothing.code, nothing.error]).toEqual([3, expect.stringContaining('nothing.bin is no log: it is empty')]);
    const elf = await noinit('logs', oldElf);
    expect([elf.code, elf.error]).toEqual([
      3,
      expect.stringContaining('is no log: it is an ELF file\nGive the ELF file with --elf'),
    ]);
    const empty = await noinit('logs', file('empty.bin', new MadeRing().boot({ build: OLD }).region()), '--elf', oldElf);
    expect([empty.code, empty.error]).toEqual([3, 'noinit: there is no log line in it\n']);
  });
});

it('a log that grows is printed as it grows', async () => {
  const ring = new MadeRing({ blocks: 50 }).boot({ build: OLD }).log(ready, 1);
  const path = file('growing.bin', ring.stream());
  const before = ring.stream().length;
  const running = noinit('logs', path, '--elf', oldElf, '--follow', '--timestamp', 'raw');
  await new Promise((resolve) => setTimeout(resolve, 300));
  appendFileSync(path, ring.log(ready, 2).stream().subarray(before));
  await new Promise((resolve) => setTimeout(resolve, 600));
  process.emit('SIGINT');
  const { code, out } = await running;
  expect([code, out]).toEqual([0, '[00000001] <inf> app: ready\n[00000002] <inf> app: ready\n']);
});
