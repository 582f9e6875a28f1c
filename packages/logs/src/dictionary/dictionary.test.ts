import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatBytes } from '@noinit/bytes';
import { parseElf } from '@noinit/elf';
import { NoinitError } from '@noinit/model';
import { describeWith, makeDescriptor, makeLogBody, makeLogSection, Random, TEST_BUILD } from '@noinit/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decodeLogBody } from '../entries/log-body.ts';
import { LogDictionary } from './log-dictionary.ts';
import { collectContent, type DescriptorSection, readDictionary } from './read-dictionary.ts';
import { encodeDictionary, parseDictionary } from './stored-dictionary.ts';

const TARGET = { littleEndian: true, addressSize: 4 } as const;
const sites = [
  { format: 'ready' },
  { format: 'motor %d stalled at %u mA', types: ['i32', 'u32'], level: 1, line: 300, file: 'src/motor.c' },
  { format: 'separator \x1f inside', level: 4 },
  { format: 'state %s', types: ['string'] },
] as const;
const { bytes: section, ids } = makeLogSection(sites);
const ours: DescriptorSection = { name: 'noinit_log', address: 0, bytes: section };

describe('the reboot reasons of a build', () => {
  const STUCK = { value: 0xc011, name: 'ValveStuck', help: 'The valve did not move.' };
  const CALM = { value: 0x4001, name: 'Calibrated', help: '' };
  const reasonsIn = (...descriptors: readonly Uint8Array[]) =>
    new LogDictionary(collectContent([{ ...ours, bytes: concatBytes(descriptors) }], TARGET)).reasons;

  it('are found by their value, among log sites', () => {
    const { bytes } = makeLogSection([...sites, STUCK, CALM]);
    expect([...new LogDictionary(collectContent([{ ...ours, bytes }], TARGET)).reasons]).toEqual([
      [0xc011, { kind: 'named', name: 'ValveStuck', help: 'The valve did not move.' }],
      [0x4001, { kind: 'named', name: 'Calibrated', help: '' }],
    ]);
  });

  it('are one where files that include the same list each left it, and ambiguous where they differ in the name', () => {
    const stuck = makeDescriptor(STUCK);
    expect(reasonsIn(stuck, stuck).get(0xc011)).toEqual({ kind: 'named', name: 'ValveStuck', help: STUCK.help });
    const other = makeDescriptor({ ...STUCK, name: 'PumpDry' });
    expect(reasonsIn(stuck, other, stuck).get(0xc011)).toEqual({ kind: 'ambiguous', names: ['PumpDry', 'ValveStuck'] });
  });

  it('are read in either byte order', () => {
    const target = { littleEndian: false, addressSize: 4 } as const;
    const { reasons } = collectContent([{ ...ours, bytes: makeDescriptor(STUCK, target) }], target);
    expect(reasons).toEqual([{ kind: 'reason', ...STUCK }]);
  });

  it.each([
    ['one that is not the project’s own', { value: 0x8011 }],
    ['number 0', { value: 0xc000 }],
    ['one with bits that say nothing yet', { value: 0xc111 }],
    ['an empty name', { name: '' }],
    ['a name of 65 bytes', { name: `${'é'.repeat(32)}x` }],
    ['a help text of 256 bytes', { help: 'x'.repeat(256) }],
    ['a third part', { help: 'one\x1ftwo' }],
  ])('are not %s', (_what, fields) => {
    expect([...reasonsIn(makeDescriptor({ ...STUCK, ...fields }))]).toEqual([]);
  });

  it('are not what was cut, nor what lacks a help text', () => {
    const whole = makeDescriptor(STUCK);
    const text = 4 + 'ValveStuck'.length + 1 + STUCK.help.length;
    for (let length = 0; length <= text; length++) expect([...reasonsIn(whole.subarray(0, length))]).toEqual([]);
    expect(reasonsIn(whole.subarray(0, text + 1)).size).toBe(1);
    const bare = whole.slice();
    bare[4 + 'ValveStuck'.length] = 0;
    expect([...reasonsIn(bare)]).toEqual([]);
  });

  it('come back out of a stored dictionary', () => {
    const { bytes } = makeLogSection([STUCK, { ...STUCK, name: 'PumpDry' }, CALM]);
    const dictionary = new LogDictionary(collectContent([{ ...ours, bytes }], TARGET), TEST_BUILD);
    expect(parseDictionary(encodeDictionary(dictionary)).reasons).toEqual(dictionary.reasons);
  });
});

describe('the descriptors of a build', () => {
  it('are found in their section, by their address divided by sixteen', () => {
    const { sites: found, sources } = collectContent([ours], TARGET);
    expect(found.map(({ id }) => id)).toEqual(ids);
    expect(found[1]).toEqual({
      kind: 'site',
      id: ids[1],
      level: 'error',
      line: 300,
      isText: false,
      isHexdump: false,
      showsFunction: false,
      source: 0,
      function: 0,
      types: ['i32', 'u32'],
      file: 'src/motor.c',
      format: 'motor %d stalled at %u mA',
    });
    expect(found[2]).toMatchObject({ level: 'debug', format: 'separator \x1f inside' });
    expect(sources).toMatchObject([{ address: 0, name: 'app', isInstance: false, level: 'debug' }]);
  });

  it.each([
    [true, 4],
    [false, 4],
    [true, 8],
    [false, 8],
  ] as const)('are read with little endian %s and pointers of %i bytes', (littleEndian, addressSize) => {
    const target = { littleEndian, addressSize };
    const fields = { format: 'x %d', types: ['i32'], line: 0x1234, source: 0x40, function: 0x8000_1234 } as const;
    const { sites: found } = collectContent([{ ...ours, bytes: makeDescriptor(fields, target) }], target);
    expect(found).toMatchObject([{ line: 0x1234, source: 0x40, function: 0x8000_1234, types: ['i32'], format: 'x %d' }]);
  });

  it('are found in any other section, whatever stands between them', () => {
    const address = 0x0800_1010;
    const { bytes, ids: own } = makeLogSection(sites, { address });
    const noise = new Random(8).bytes(4_096);
    const other = { name: '.rodata', address: address - 6, bytes: concatBytes([noise.subarray(0, 6), bytes, noise]) };
    expect(collectContent([other], TARGET).sites.map(({ id }) => id)).toEqual(own);
  });

  it('have the format that was written, also in another character set than UTF-8', () => {
    const bytes = makeDescriptor({ format: '%d ~C', types: ['i32'] }, TARGET).map((byte) => (byte === 0x7e ? 0xb0 : byte));
    expect(collectContent([{ ...ours, bytes }], TARGET).sites).toMatchObject([{ format: '%d \ufffdC', types: ['i32'] }]);
  });

  it('that differ and have one id are ambiguous: no line gets the wrong text', () => {
    const template = { name: '.text', address: 0, bytes: makeDescriptor({ format: 'template', file: 'a.cpp', line: 5 }) };
    const plain = { ...ours, bytes: makeDescriptor({ format: 'plain', line: 7 }) };
    const dictionary = new LogDictionary(collectContent([template, plain], TARGET));
    const line = decodeLogBody(makeLogBody({ id: 0, delta: 3 }), dictionary);
    expect(line).toMatchObject({ text: 'log 0', unknown: 'ambiguous: src/main.c:7 and a.cpp:5 have this id' });
    const same = new LogDictionary(collectContent([{ ...plain, name: '.text' }, plain], TARGET));
    expect(decodeLogBody(makeLogBody({ id: 0 }), same)).toMatchObject({ text: 'plain' });
  });

  it('never come from a cut or bent section as anything that throws', () => {
    for (let length = 0; length < section.length; length++)
      collectContent([{ ...ours, bytes: section.subarray(0, length) }], TARGET);
    for (let bit = 0; bit < section.length * 8; bit++) {
      const bent = section.slice();
      bent[bit >>> 3] = (bent[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      expect(collectContent([{ ...ours, bytes: bent }], TARGET).sites.length).toBeLessThanOrEqual(sites.length);
    }
  });
});

describe('a dictionary', () => {
  const rodata = { name: '.rodata', address: 0x0800_0000, bytes: new TextEncoder().encode('idle\0') };
  const data = { name: '.data', address: 0x2000_0000, bytes: new TextEncoder().encode('busy\0'), isWritable: true };
  const dictionary = new LogDictionary(collectContent([ours, rodata, data], TARGET), TEST_BUILD);

  it('is the same after it was stored', () => {
    const stored = parseDictionary(encodeDictionary(dictionary));
    expect(stored.build).toBe(TEST_BUILD);
    expect(stored.size).toBe(4);
    expect(stored.content.sites).toEqual(dictionary.content.sites);
    expect(stored.content.sources).toEqual(dictionary.content.sources);
    expect(stored.findString(0x0800_0001)).toEqual(new TextEncoder().encode('dle'));
  });

  it('takes no string from RAM: what stands there at run time is not in the file', () => {
    expect(dictionary.findString(0x2000_0000)).toBeUndefined();
  });

  it('of another version is refused', () => {
    expect(() => parseDictionary(new TextEncoder().encode('{"schema":"noinit.dictionary/999","sites":[]}'))).toThrow(NoinitError);
    expect(() => parseDictionary(new Uint8Array([1, 2]))).toThrow(NoinitError);
  });
});

describeWith(['arm-none-eabi-gcc', 'arm-none-eabi-objcopy'], 'a linked firmware', () => {
  const source = `
    struct source { unsigned char magic, version, level, kind; unsigned short zero[2]; const void *word; char name[8]; };
    struct site { unsigned char magic, version, level, count; unsigned short line, flags; const void *source, *function;
      unsigned char types[2]; char text[24]; };
    static unsigned filter;
    #define PLACED __attribute__((section("noinit_log"), aligned(16), used))
    PLACED static const struct source pump = { 0x73, 0, 4, 0, { 0, 0 }, &filter, "pump" };
    PLACED static const struct site site = { 0x6e, 0, 2, 1, 77, 0, &pump, 0, { 1, 0 }, "main.c\\x1f" "speed %d" };
    const void *volatile where = &site;
    void _start(void) { for (;;) { } }`;
  const script = `SECTIONS { .text 0x08000000 : { *(.text*) *(.rodata*) } .data 0x20000000 : { *(.data*) } .bss : { *(.bss*) }
    INSERTED }`;
  const kept = 'noinit_log 0 (INFO) : { KEEP(*(noinit_log)) }';

  it.each([
    ['with the section kept out of flash', kept, []],
    ['stripped', kept, ['-Wl,-s']],
    ['without the section, the descriptors in flash', '', []],
    ['without the section, and stripped', '', ['-Wl,-s']],
  ])('gives its log sites %s', (_what, inserted, more) => {
    const folder = mkdtempSync(join(tmpdir(), 'noinit-dictionary-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'main.c'), source);
    writeFileSync(join(folder, 'link.ld'), script.replace('INSERTED', inserted));
    const options = [
      '-mcpu=cortex-m3',
      '-mthumb',
      '-nostdlib',
      '-Wl,--build-id',
      ...more,
      '-T',
      'link.ld',
      '-o',
      'main.elf',
      'main.c',
    ];
    execFileSync('arm-none-eabi-gcc', options, { cwd: folder, stdio: 'pipe' });
    const elf = parseElf(readFileSync(join(folder, 'main.elf')));
    const dictionary = readDictionary(elf);
    expect(dictionary.build).toBe(elf.buildId);
    const [site] = dictionary.content.sites;
    expect(site).toMatchObject({ level: 'warning', line: 77, file: 'main.c', format: 'speed %d' });
    const body = makeLogBody({ id: site?.id ?? -1, delta: 5, args: [{ type: 'i32', value: -8 }] });
    expect(decodeLogBody(body, dictionary)).toMatchObject({ source: 'pump', text: 'speed -8' });
    expect((site?.id ?? 0) < 100).toBe(inserted !== '');
  });
});
