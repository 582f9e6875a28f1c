/** The same questions put to binutils and gdb. Where they are wrong on purpose-built traps, a comment says how. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DebugInfo, readLineTable } from '@noinit/dwarf';
import { findSection, parseElf, sectionBytes } from '@noinit/elf';
import { type Address, address } from '@noinit/model';
import { describeWith } from '@noinit/testing';
import { expect, it } from 'vitest';
import { loadSymbols, type Symbols } from './index.ts';

const FILES = [
  'm0-O0-dwarf4',
  'm0-Og-dwarf5',
  'm0-Os-dwarf5',
  'm3-O0-dwarf5',
  'm3-Og-dwarf4',
  'm3-O2-dwarf2',
  'm3-O2-dwarf3',
  'm3-O2-dwarf4',
  'm3-O2-dwarf5',
  'm3-O2-gz',
  'm3-O2-lto',
  'm3-O2-clang-dwarf4',
  'm3-O2-clang-dwarf5',
];
/** Below this gdb and binutils take the remains of dropped functions, which linkers leave at 0, for code. */
const BEHIND_DROPPED = 0x100;
const CODE_END = 0x600;

const pathOf = (name: string) => fileURLToPath(new URL(`../../../fixtures/elf/${name}.elf`, import.meta.url));
const bytesOf = (name: string) => new Uint8Array(readFileSync(pathOf(name)));
const run = (program: string, parameters: readonly string[]) =>
  execFileSync(program, parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

/** One answer of gdb a command. */
function askGdb(file: string, commands: readonly string[]): string[] {
  const parameters = commands.flatMap((command) => ['-ex', 'echo \\n@@\\n', '-ex', command]);
  return run('gdb-multiarch', ['-q', '-nx', '-batch', pathOf(file), ...parameters])
    .split('\n@@\n')
    .slice(1);
}

function codeAddresses(symbols: Symbols, from: number): number[] {
  const found: number[] = [];
  for (let pc = from; pc < CODE_END; pc += 2) {
    if (symbols.locate(address(pc))[0]?.file?.startsWith('src/')) found.push(pc);
  }
  return found;
}

describeWith(['arm-none-eabi-gcc'], 'readelf', () => {
  it.each(FILES)('decodes the same line rows of %s', (file) => {
    expect(ourRows(file)).toEqual(readelfRows(file));
  });

  it.each(FILES)('decodes the same call frame rows of %s', (file) => {
    const symbols = loadSymbols(bytesOf(file));
    const rows = readelfFrameRows(file);
    expect(rows.length).toBeGreaterThan(5);
    for (const { pc, cfa, registers } of rows) {
      const row = symbols.unwindRow(address(pc));
      expect(row?.cfa.kind === 'register' && `r${row.cfa.register}+${row.cfa.offset}`).toBe(cfa);
      const ours = [...(row?.registers ?? [])].map(([register, rule]) => [
        `r${register}`,
        rule.kind === 'offset' ? `c${rule.offset}` : rule.kind,
      ]);
      expect(Object.fromEntries(ours)).toEqual(registers);
    }
  });
});

function ourRows(file: string): string[] {
  const elf = parseElf(bytesOf(file));
  const lookup = (name: string) => {
    const section = findSection(elf, name);
    return section && sectionBytes(elf, section);
  };
  const rows = new Set<string>();
  for (const unit of new DebugInfo(lookup, true).units) {
    if (unit.lineOffset === undefined) continue;
    const table = readLineTable(unit.sections, unit.lineOffset, 4, (start) => start !== 0);
    for (const row of table.rows()) rows.add(`${row.address.toString(16)} ${row.line} ${baseName(table.file(row.file))}`);
  }
  return [...rows].sort();
}

/** readelf's rows, of each address the last; sequences that begin at 0 were dropped by the linker. */
function readelfRows(file: string): string[] {
  const rows = new Set<string>();
  let sequence = new Map<number, { line: number; name: string }>();
  let start: number | undefined;
  for (const text of run('arm-none-eabi-readelf', ['-W', '--debug-dump=decodedline', pathOf(file)]).split('\n')) {
    const row = /^(\S+)\s+(\d+|-)\s+(0x[0-9a-f]+|0)(?:\[\d+\])?(?:\s+\d+)?(?:\s+x)?(?:\s+END)?\s*$/.exec(text);
    if (!row) continue;
    const [, name = '', line = '', at = ''] = row;
    start ??= Number(at);
    if (line === '-') {
      if (start !== 0) for (const [pc, { line: number, name: of }] of sequence) rows.add(`${pc.toString(16)} ${number} ${of}`);
      sequence = new Map();
      start = undefined;
      continue;
    }
    sequence.set(Number(at), { line: Number(line), name: baseName(name) });
  }
  return [...rows].sort();
}

function baseName(path: string | undefined): string {
  return path?.split('/').at(-1) ?? '';
}

function readelfFrameRows(file: string) {
  const rows: { pc: number; cfa: string; registers: { [name: string]: string } }[] = [];
  let isLive = false;
  let columns: string[] = [];
  for (const text of run('arm-none-eabi-readelf', ['--debug-dump=frames-interp', pathOf(file)]).split('\n')) {
    if (/ (CIE|FDE) /.test(text)) isLive = / FDE /.test(text) && !text.includes('pc=00000000..');
    const words = text.trim().split(/\s+/);
    if (words[0] === 'LOC') columns = words.slice(2);
    if (!isLive || !/^r\d+\+/.test(words[1] ?? '') || words.length !== columns.length + 2) continue;
    const registers = columns.flatMap((name, index): [string, string][] => {
      const rule = words[index + 2] ?? 'u';
      return rule === 'u' ? [] : [[name === 'ra' ? 'r14' : name, rule]];
    });
    rows.push({ pc: Number.parseInt(words[0] ?? '', 16), cfa: words[1] ?? '', registers: Object.fromEntries(registers) });
  }
  return rows;
}

describeWith(['arm-none-eabi-gcc'], 'addr2line', () => {
  // gdb holds to the last row that begins a statement, where another one is in force at the same address.
  it.each(FILES)('gives the same lines of %s', (file) => {
    const symbols = loadSymbols(bytesOf(file));
    const pcs = codeAddresses(symbols, BEHIND_DROPPED);
    const answers = run('arm-none-eabi-addr2line', ['-e', pathOf(file), ...pcs.map(hexadecimal)])
      .trimEnd()
      .split('\n');
    expect(answers.length).toBe(pcs.length);
    const different = pcs.filter((pc, index) => {
      const { file: path, line } = symbols.locate(address(pc))[0] ?? {};
      const [, theirPath, theirLine] = /^(?:\.\/)*(.+):(\d+|\?)/.exec(answers[index] ?? '') ?? [];
      return `${path}:${line ?? '?'}` !== `${theirPath}:${theirLine}`;
    });
    expect(different.map(hexadecimal)).toEqual([]);
  });
});

function hexadecimal(value: number): string {
  return `0x${value.toString(16)}`;
}

describeWith(['gdb-multiarch'], 'gdb', () => {
  // In strict DWARF 2 a block that was cut into pieces has lost its addresses, and gdb drops what was inlined into it.
  it.each(FILES.filter((file) => file !== 'm3-O2-dwarf2'))('finds the same variables of %s at the same addresses', (file) => {
    const symbols = loadSymbols(bytesOf(file));
    const pcs = codeAddresses(symbols, BEHIND_DROPPED).filter((pc) => pc % 4 === 0);
    const answers = askGdb(
      file,
      pcs.map((pc) => `info scope *${pc}`),
    );
    pcs.forEach((pc, index) => {
      const ours = ourVariables(symbols, address(pc));
      const theirs = gdbVariables(answers[index] ?? '', pc);
      expect([pc, ours.there]).toEqual([pc, theirs.there]);
      // gdb lists as optimised out also what blocks of an inlined function hold that are not entered at this pc.
      expect(theirs.gone).toEqual(expect.arrayContaining([...ours.gone]));
    });
  });

  it.each(FILES)('names the same types of %s', (file) => {
    const symbols = loadSymbols(bytesOf(file));
    const globals = symbols.globals().filter(({ name }) => name !== 'opened');
    const answers = askGdb(
      file,
      globals.map(({ name }) => `whatis ${name}`),
    );
    globals.forEach(({ name, type }, index) => {
      expect([name, withoutSpaces(type.name)]).toEqual([name, withoutSpaces(answers[index]?.replace('type = ', '') ?? '')]);
    });
  });
});

function withoutSpaces(name: string): string {
  return name.trim().replace(/\s*([*[\]()])\s*/g, '$1');
}

interface Names {
  /** Variables with a place. */
  readonly there: readonly string[];
  readonly gone: readonly string[];
}

function ourVariables(symbols: Symbols, pc: Address): Names {
  const [scope] = symbols.locate(pc);
  const variables = scope ? symbols.variables(scope, pc) : [];
  const names = (isThere: boolean) =>
    variables.filter(({ place }) => (place.kind !== 'optimized-out') === isThere).map(({ name }) => name);
  return { there: names(true).sort(), gone: names(false).sort() };
}

/**
 * `info scope` lists variables with all their ranges. What an inlined function has inside of a block gdb lists a second
 * time, as optimised out, because it looks for its origin among the direct children only.
 */
function gdbVariables(answer: string, pc: number): Names {
  const there = new Set<string>();
  const gone = new Set<string>();
  for (const [, name = '', description = ''] of answer.matchAll(/^Symbol (\S+) is ([\s\S]*?)(?=^Symbol |$(?![\s\S]))/gm)) {
    if (description.startsWith('a function at')) continue;
    const ranges = [...description.matchAll(/Range (0x[0-9a-f]+)-(0x[0-9a-f]+)/g)];
    const covered = ranges.some(([, from, to]) => pc >= Number(from) && pc < Number(to));
    const isGone = description.startsWith('multi-location') ? !covered : description.startsWith('optimized out');
    (isGone ? gone : there).add(name);
  }
  return { there: [...there].sort(), gone: [...gone].sort() };
}
