import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatBytes } from '@noinit/bytes';
import { parseElf } from '@noinit/elf';
import { NoinitError } from '@noinit/model';
import { describeWith, makeDescriptor, makeLogBody, makeLogSection, Random, TEST_BUILD } from '@noinit/testing';
import { describe, expect, it } from 'vitest';
import { encodeDictionary, findDescriptors, LogDictionary, parseDictionary, readDictionary } from './dictionary.ts';
import { decodeLogBody } from './log-body.ts';

const sites = [
  { format: 'ready' },
  { format: 'motor %d stalled at %u mA', types: ['i32', 'u32'], level: 1, line: 300, module: 'motor', file: 'src/motor.c' },
  { format: 'separator \x1f inside', level: 4 },
] as const;

describe('the descriptors of a build', () => {
  it('are found in their section, by their address divided by four', () => {
    const { bytes, ids } = makeLogSection(sites);
    const found = findDescriptors([{ name: 'noinit_log', address: 0, bytes }], true);
    expect(found.map(({ id }) => id)).toEqual(ids);
    expect(found[1]).toEqual({
      id: ids[1],
      level: 'error',
      line: 300,
      types: ['i32', 'u32'],
      module: 'motor',
      file: 'src/motor.c',
      format: 'motor %d stalled at %u mA',
    });
    expect(found[2]).toMatchObject({ level: 'debug', format: 'separator \x1f inside' });
  });

  it('are found in any other section, whatever stands between them', () => {
    const { bytes } = makeLogSection(sites, 0x0800_1004);
    const noise = new Random(8).bytes(4_096);
    const section = { name: '.rodata', address: 0x0800_1002, bytes: concatBytes([noise.subarray(0, 2), bytes, noise]) };
    expect(findDescriptors([section], true).map(({ id }) => id)).toEqual(makeLogSection(sites, 0x0800_1004).ids);
  });

  it('of their own section outrank what elsewhere looks like one', () => {
    const ours = { name: 'noinit_log', address: 0, bytes: makeDescriptor({ format: 'ours' }) };
    const other = { name: '.text', address: 0, bytes: makeDescriptor({ format: 'chance' }) };
    expect(findDescriptors([other, ours], true).map(({ format }) => format)).toEqual(['ours']);
  });

  it('are read in the byte order of the target', () => {
    const section = { name: 'noinit_log', address: 0, bytes: makeDescriptor({ format: 'x', line: 0x1234 }, false) };
    expect(findDescriptors([section], false)).toMatchObject([{ line: 0x1234 }]);
  });

  it('never come from a cut or bent section as anything that throws', () => {
    const { bytes } = makeLogSection(sites);
    for (let length = 0; length < bytes.length; length++)
      findDescriptors([{ name: 'noinit_log', address: 0, bytes: bytes.subarray(0, length) }], true);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const bent = bytes.slice();
      bent[bit >>> 3] = (bent[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      const found = findDescriptors([{ name: 'noinit_log', address: 0, bytes: bent }], true);
      expect(found.length).toBeLessThanOrEqual(3);
    }
  });
});

describe('a dictionary', () => {
  const dictionary = new LogDictionary(
    findDescriptors([{ name: 'noinit_log', address: 0, bytes: makeLogSection(sites).bytes }], true),
    TEST_BUILD,
  );

  it('is the same after it was stored', () => {
    const stored = parseDictionary(encodeDictionary(dictionary));
    expect(stored.build).toBe(TEST_BUILD);
    expect(stored.list()).toEqual(dictionary.list());
    expect(stored.size).toBe(3);
  });

  it('of another version is refused', () => {
    expect(() => parseDictionary(new TextEncoder().encode('{"schema":"noinit.dictionary/999","sites":[]}'))).toThrow(NoinitError);
    expect(() => parseDictionary(new Uint8Array([1, 2]))).toThrow(NoinitError);
  });
});

describeWith(['arm-none-eabi-gcc'], 'a linked firmware', () => {
  const source = `
    struct site { unsigned char magic, version, level, count; unsigned short line, zero; unsigned char types[2]; char text[24]; };
    __attribute__((section("noinit_log"), aligned(4), used)) static const struct site site =
      { 0x6e, 0, 2, 1, 77, 0, { 1, 0 }, "pump\\x1f" "main.c\\x1f" "speed %d" };
    const void *volatile where = &site;
    void _start(void) { for (;;) { } }`;
  const script = 'SECTIONS { .text 0x08000000 : { *(.text*) *(.rodata*) } .data 0x20000000 : { *(.data*) } INSERTED }';

  it.each([
    ['with the section kept out of flash', 'noinit_log 0 (INFO) : { KEEP(*(noinit_log)) }'],
    ['without it, the descriptors in flash', ''],
  ])('gives its log sites %s', (_what, inserted) => {
    const folder = mkdtempSync(join(tmpdir(), 'noinit-dictionary-'));
    try {
      writeFileSync(join(folder, 'main.c'), source);
      writeFileSync(join(folder, 'link.ld'), script.replace('INSERTED', inserted));
      const options = ['-mcpu=cortex-m3', '-mthumb', '-nostdlib', '-Wl,--build-id', '-T', 'link.ld', '-o', 'main.elf', 'main.c'];
      execFileSync('arm-none-eabi-gcc', options, { cwd: folder, stdio: 'pipe' });
      const elf = parseElf(readFileSync(join(folder, 'main.elf')));
      const dictionary = readDictionary(elf);
      expect(dictionary.build).toBe(elf.buildId);
      const [site] = dictionary.list();
      expect(site).toMatchObject({ level: 'warning', line: 77, module: 'pump', file: 'main.c', format: 'speed %d' });
      const body = makeLogBody({ id: site?.id ?? -1, uptime: 5, args: [{ type: 'i32', value: -8 }] });
      expect(decodeLogBody(body, dictionary)?.text).toBe('speed -8');
      expect(site?.id === 0).toBe(inserted !== '');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
