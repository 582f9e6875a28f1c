/** `noinit explain` of ELF core files: the answer of our own container, and what is said about foreign ones. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDump } from '@noinit/dumps';
import type { Trace, Variable } from '@noinit/model';
import { describeWith, type ElfCoreOptions, makeElfCore } from '@noinit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noinit } from './run.ts';

const MESSAGE = new URL('../../../fixtures/crash/demo-null-call.dump', import.meta.url).pathname;
const ELF = new URL('../../demo/firmware/room-1.4.0.elf', import.meta.url).pathname;
const NAMES_ONLY_ELF = new URL('../../../fixtures/elf/m3-O2-names-only.elf', import.meta.url).pathname;

const dump = readDump(readFileSync(MESSAGE));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'noinit-core-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writeCore(name: string, content = dump, options: ElfCoreOptions = { systemControl: true }): string {
  const file = join(folder, name);
  writeFileSync(file, makeElfCore(content, options));
  return file;
}

async function explain(file: string, ...flags: readonly string[]): Promise<Trace> {
  const { out } = await noinit('explain', file, '--elf', ELF, '--json', ...flags);
  return JSON.parse(out) as Trace;
}

/** The note's owner `GNU` (length 4, description of 20 bytes, type 3) becomes one that nobody knows. */
function withoutBuildId(elf: Buffer): Buffer {
  const at = elf.indexOf(Buffer.from('040000001400000003000000474e5500', 'hex'));
  if (at < 0) throw new TypeError('the fixture has no build id');
  elf.write('XNU', at + 12, 'latin1');
  return elf;
}

function hasChildren(variable: Variable): boolean {
  return variable.children !== undefined && variable.children.length > 0;
}

describe('a core file', () => {
  it('gets the answer that the same crash gets as a message', async () => {
    const [own, foreign] = [await explain(MESSAGE), await explain(writeCore('whole'))];
    expect(foreign.threads[0]?.frames).toEqual(own.threads[0]?.frames);
    expect(foreign.threads.length).toBe(own.threads.length);
    expect({ ...foreign.fault, exception: own.fault.exception }).toMatchObject({
      class: own.fault.class,
      sentence: own.fault.sentence,
      confidence: own.fault.confidence,
      address: own.fault.address,
    });
    expect(foreign.build).toEqual(own.build);
    expect(own.registers).toMatchObject(foreign.registers);
  });

  it('without system registers still has its frames and variables', async () => {
    const [own, foreign] = [await explain(MESSAGE), await explain(writeCore('bare', dump, {}))];
    expect(foreign.threads[0]?.frames).toEqual(own.threads[0]?.frames);
    expect(foreign.fault.class).toBe(own.fault.class);
  });

  it('without its memory shows none, whatever the ELF file holds', async () => {
    const file = writeCore('registers', { ...dump, regions: [] });
    const { globals = [] } = await explain(file, '--globals');
    const captured = globals.filter((variable) => 'value' in variable && variable.address?.startsWith('0x2'));
    expect(globals.length).toBeGreaterThan(0);
    expect(captured.map(({ name }) => name)).toEqual([]);
  });

  it('that is cut is explained up to the cut', async () => {
    const file = join(folder, 'cut');
    const core = makeElfCore(dump);
    writeFileSync(file, core.subarray(0, core.length - 500));
    const { code, out, error } = await noinit('explain', file, '--elf', ELF);
    expect(code).toBe(3);
    expect(out).toContain('read_slot');
    expect(error).toContain('the dump is damaged');
  });

  it('is explained whole by a program without a build id, and that nothing ties the two is said', async () => {
    const program = join(folder, 'no-build-id.elf');
    writeFileSync(program, withoutBuildId(readFileSync(ELF)));
    const { build: _build, ...anonymous } = dump;
    const { code, out, error } = await noinit('explain', writeCore('any', anonymous), '--elf', program);
    expect(code).toBe(0);
    expect(out).toContain('read_slot');
    expect(error).toContain('no build id');
  });

  it('without an ELF file says which is needed', async () => {
    const { code, error } = await noinit('explain', writeCore('alone'));
    expect(code).toBe(3);
    expect(error).toContain('exactly this build');
  });
});

describe('what is shown', () => {
  it('are static variables with --globals', async () => {
    expect((await explain(MESSAGE)).globals).toBeUndefined();
    expect((await explain(MESSAGE, '--globals')).globals?.some(({ name }) => name === 'slots')).toBe(true);
  });

  it('are as many levels as --depth says', async () => {
    const variables = ({ threads }: Trace) => threads[0]?.frames.flatMap((frame) => [...frame.variables]) ?? [];
    expect(variables(await explain(MESSAGE)).some(hasChildren)).toBe(true);
    expect(variables(await explain(MESSAGE, '--depth', '0')).some(hasChildren)).toBe(false);
    const shown = await noinit('explain', MESSAGE, '--elf', ELF, '--depth', '0');
    expect(shown.out).toContain('calibration = 0x');
    expect(shown.out).not.toContain('temperature_offset');
  });

  it('are the calls of every thread with --all-threads', async () => {
    const [crashed] = dump.threads;
    const { threads } = await explain(MESSAGE);
    const place = threads[0]?.frames.find((frame) => frame.kind !== 'exception' && frame.function === 'read_slot');
    const other = { crashed: false, registers: { ...crashed?.registers, pc: Number(place?.pc) } };
    const file = writeCore('threads', { ...dump, threads: [crashed, other].flatMap((each) => each ?? []) });
    const [brief, full] = [
      await noinit('explain', file, '--elf', ELF),
      await noinit('explain', file, '--elf', ELF, '--all-threads'),
    ];
    expect(full.out.split('read_slot').length).toBeGreaterThan(brief.out.split('read_slot').length);
    expect(full.out.length).toBeGreaterThan(brief.out.length);
  });
});

describe('what is refused', () => {
  it.each([
    ['a depth that is none', ['--depth', 'deep'], 2, 'whole number'],
    ['a depth below 0', ['--depth', '-1'], 2, 'whole number'],
    ['an unknown format', ['--format', 'minidump'], 2, 'elf-core'],
    ['the wrong format', ['--format', 'noinit'], 3, 'this is not a crash'],
    ['a debug file without what it belongs to', ['--debug-file', ELF], 2, '--elf'],
  ])('is %s', async (_name, flags, wanted, said) => {
    const { code, out, error } = await noinit('explain', writeCore('refused'), ...flags);
    expect([code, out]).toEqual([wanted, '']);
    expect(error).toContain(said);
  });

  it('is a program where the dump should be', async () => {
    const { code, error } = await noinit('explain', ELF, '--elf', ELF);
    expect(code).toBe(3);
    expect(error).toContain('it is a program');
  });
});

describe('a program whose debug information lies in other files', () => {
  it.each([
    ['m3-O2-split', 'types and variables are in m3-O2-split.elf-main.dwo, m3-O2-split.elf-sensor.dwo, which are not read'],
    ['m3-O2-supplementary', 'names and types are in shared.debug, which is not read'],
  ])('is explained as far as %s goes, and the files are named', async (name, note) => {
    const elf = new URL(`../../../fixtures/elf/${name}.elf`, import.meta.url).pathname;
    const { code, error } = await noinit('explain', writeCore('other'), '--elf', elf);
    expect(code).toBe(3);
    expect(error).toContain(note);
  });
});

describe('a stripped program', () => {
  it('says that its debug information is missing', async () => {
    const { code, error } = await noinit('explain', writeCore('stripped'), '--elf', NAMES_ONLY_ELF);
    expect(code).toBe(3);
    expect(error).toContain('--debug-file');
  });

  describeWith(['arm-none-eabi-gcc'], 'with its debug file', () => {
    it('is explained like the whole one, and alone says where the rest is', async () => {
      const [stripped, debug] = [join(folder, 'stripped.elf'), join(folder, 'room.debug')];
      const objcopy = (...words: readonly string[]) => spawnSync('arm-none-eabi-objcopy', words, { cwd: folder });
      objcopy('--only-keep-debug', ELF, debug);
      objcopy('--strip-all', '--add-gnu-debuglink=room.debug', ELF, stripped);
      const alone = await noinit('explain', MESSAGE, '--elf', stripped);
      expect(alone.error).toContain('moved to room.debug');
      const swapped = await noinit('explain', writeCore('debug-only'), '--elf', debug);
      expect([swapped.code, swapped.error]).toEqual([3, expect.stringContaining('this one with --debug-file')]);
      const both = await noinit('explain', MESSAGE, '--elf', stripped, '--debug-file', debug);
      const whole = await noinit('explain', MESSAGE, '--elf', ELF);
      expect([both.code, both.error]).toEqual([0, '']);
      expect(both.out).toBe(whole.out);
    });
  });
});
