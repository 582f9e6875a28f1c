/** Every row and list of every fixture, as LLVM's and GNU's tools print them. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Address, address } from '@noinit/model';
import { describeWith, type OpenedElf, openElf } from '@noinit/testing';
import { expect, it } from 'vitest';
import {
  AT,
  DebugInfo,
  type Entry,
  FrameTable,
  type InfoOffset,
  type LineOffset,
  operationName,
  type UnwindRow,
} from '../src/index.ts';
import { readLineHeader } from '../src/line/line-header.ts';
import { runLineProgram } from '../src/line/line-program.ts';

const FOLDER = fileURLToPath(new URL('../../../fixtures/elf/', import.meta.url));
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.elf') && !name.includes('names-only'));
/** LLVM 14 reads no zstd, and of lists with pairs of views only the beginning. */
const FOR_LLVM = FILES.filter((name) => !/zstd|views/.test(name));

function run(program: string, ...options: string[]): string[] {
  return execFileSync(program, options, { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'ignore'] }).split(
    '\n',
  );
}

function infoOf({ elf, lookup }: OpenedElf): DebugInfo {
  return new DebugInfo(lookup, elf.littleEndian);
}

/** Numbers beyond 2^53 are marks of linkers: they count as the largest address. */
function hex(text: string | undefined): number {
  const value = BigInt(`0x${text}`);
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}

describeWith(['llvm-dwarfdump-14'], 'line programs', () => {
  const ours = (name: string, offsets: readonly LineOffset[]) => {
    const opened = openElf(join(FOLDER, name));
    const { sections } = infoOf(opened);
    const rows: string[] = [];
    for (const offset of offsets) {
      rows.push(`program ${offset}`);
      runLineProgram(sections, readLineHeader(sections, offset, opened.elf.addressSize), {
        row: (at, file, line, column) => rows.push(`${at} ${line} ${column} ${file}`),
        endSequence: (at) => rows.push(`end ${at}`),
      });
    }
    return rows;
  };
  const theirs = (name: string) => {
    const rows: string[] = [];
    const offsets: LineOffset[] = [];
    for (const text of run('llvm-dwarfdump-14', '--debug-line', join(FOLDER, name))) {
      const start = /^debug_line\[0x([0-9a-f]+)\]/.exec(text);
      if (start) offsets.push(hex(start[1]) as LineOffset);
      if (start) rows.push(`program ${hex(start[1])}`);
      const row = /^0x([0-9a-f]+)\s+(\d+)\s+(\d+)\s+(\d+)\s+\d+\s+\d+\s(.*)$/.exec(text);
      if (!row) continue;
      const [, at, line, column, file, flags = ''] = row;
      if (flags.includes('end_sequence')) rows.push(`end ${hex(at)}`);
      else rows.push(`${hex(at)} ${line} ${column} ${file}`);
    }
    return { rows, offsets };
  };

  it.each(FOR_LLVM)('of %s give the same rows', (name) => {
    const { rows, offsets } = theirs(name);
    expect(rows.length).toBeGreaterThan(10);
    expect(ours(name, offsets)).toEqual(rows);
  });
});

describeWith(['llvm-dwarfdump-14'], 'entries', () => {
  /** What LLVM prints of an entry, and what is read here, in the same words. */
  const compare = (name: string) => {
    const info = infoOf(openElf(join(FOLDER, name)));
    const [expected, found]: [string[], string[]] = [[], []];
    let entry: Entry | undefined;
    let list: 'ranges' | 'location' | 'frame_base' | undefined;
    for (const text of run('llvm-dwarfdump-14', '--debug-info', join(FOLDER, name))) {
      const start = /^0x([0-9a-f]+):\s+DW_TAG/.exec(text);
      if (start) entry = info.entryAt(hex(start[1]) as InfoOffset);
      const attribute = /^\s+DW_AT_(\w+)\s*(.*)$/.exec(text);
      if (attribute || start) list = undefined;
      if (!entry) continue;
      const add = (theirs: unknown, own: unknown) => {
        expected.push(`0x${entry?.offset.toString(16)} ${text.trim()}: ${theirs}`);
        found.push(`0x${entry?.offset.toString(16)} ${text.trim()}: ${own}`);
      };
      const [, key = '', value = ''] = attribute ?? [];
      const plain = /^\("([^"\\]*)"\)$/.exec(value)?.[1];
      const number = /^\(0x([0-9a-f]+)/.exec(value)?.[1];
      if (key === 'name' && plain !== undefined) add(plain, entry.text(AT.name));
      else if (key === 'low_pc' && number) add(hex(number), entry.address(AT.low_pc));
      else if (key === 'type' && number) add(number.replace(/^0+(?=.)/, ''), referenceOf(entry));
      else if (
        (key === 'ranges' || key === 'location' || key === 'frame_base') &&
        /^\(0x[0-9a-f]+: *$|^\(0x[0-9a-f]+$/.test(value)
      )
        list = key;
      const item = /\[0x([0-9a-f]+), ?0x([0-9a-f]+)\)(?:: (DW_OP_\w+))?/.exec(text);
      if (!item || !list || item[1] === item[2]) continue;
      const [from, to] = [hex(item[1]), hex(item[2])];
      if (list === 'ranges')
        add(`${from}-${to}`, entry.ranges().find(({ start, end }) => start === from && end === to) && `${from}-${to}`);
      else if (item[3]) {
        const name = list === 'location' ? AT.location : AT.frame_base;
        add(`${item[3]} ${item[3]}`, `${operationAt(entry, name, address(from))} ${operationAt(entry, name, address(to - 1))}`);
      }
    }
    return { expected, found };
  };
  const referenceOf = (entry: Entry) => {
    const value = entry.value(AT.type);
    if (value?.kind === 'signature') return value.signature.toString(16);
    return value?.kind === 'entry' ? value.offset.toString(16) : value?.kind;
  };
  /** Operations that have a register or number in their code are named by it. */
  const operationAt = (entry: Entry, name: number, pc: Address) => {
    const chosen = entry.location(name, pc);
    if (chosen?.kind !== 'expression') return chosen?.kind;
    const code = chosen.expression.bytes[0] ?? 0;
    if (code >= 0x30 && code < 0x90) return `DW_OP_${['lit', 'reg', 'breg'][(code - 0x30) >> 5]}${(code - 0x30) % 32}`;
    return operationName(code);
  };

  it.each(FOR_LLVM)('of %s have the same names, addresses, types, ranges and locations', (name) => {
    const { expected, found } = compare(name);
    expect(expected.length).toBeGreaterThan(1);
    expect(found).toEqual(expected);
  });
});

describeWith(['readelf'], 'call frame information', () => {
  const tables = ({ elf, lookup }: OpenedElf) => {
    const { addressSize, littleEndian } = elf;
    const table = (kind: 'debug_frame' | 'eh_frame') => {
      const bytes = lookup(`.${kind}`) ?? new Uint8Array();
      const at = elf.sections.find(({ name }) => name === `.${kind}`)?.address ?? address(0);
      return new FrameTable([{ kind, bytes, address: at, addressSize, littleEndian }], () => true);
    };
    return { debug_frame: table('debug_frame'), eh_frame: table('eh_frame') };
  };

  /** Functions that the linker dropped stand on top of others: of those that begin together the first is compared. */
  const compare = (name: string) => {
    const opened = openElf(join(FOLDER, name));
    const found = tables(opened);
    const registers = REGISTERS[opened.elf.machine] ?? [];
    const differences: string[] = [];
    let rows = 0;
    let table: FrameTable | undefined;
    let columns: string[] = [];
    let begin: number | undefined;
    const seen = new Set<number>();
    for (const text of run('readelf', '-W', '--debug-dump=frames-interp', join(FOLDER, name))) {
      const section = /^Contents of the \.(debug_frame|eh_frame) section/.exec(text);
      if (section) seen.clear();
      if (section) table = found[section[1] as 'debug_frame' | 'eh_frame'];
      if (/ CIE /.test(text)) begin = undefined;
      const frame = / FDE .*pc=([0-9a-f]+)\.\./.exec(text);
      if (frame) {
        const from = hex(frame[1]);
        begin = seen.has(from) ? undefined : from;
        seen.add(from);
      }
      if (/^\s+LOC\s/.test(text)) columns = text.trim().split(/\s+/).slice(2);
      const line = /^([0-9a-f]{8,16})\s+(?!ZERO|[0-9a-f]{8})(\S+)\s*(.*)$/.exec(text);
      if (!line || begin === undefined) continue;
      const row = table?.rowAt(address(hex(line[1])));
      // A function that begins later covers this address too.
      if (row && row.start !== begin) continue;
      rows++;
      const expected = `${line[2]?.replace(/ .*/, '')} ${line[3]?.trim().split(/\s+/).join(' ')}`.trim();
      const own = row ? describeRow(row, columns, registers) : 'none';
      if (own !== expected) differences.push(`${text}: ${own}`);
    }
    return { rows, differences };
  };

  it.each(FILES)('of %s gives the same rows', (name) => {
    const { rows, differences } = compare(name);
    expect(differences).toEqual([]);
    expect(rows).toBeGreaterThan(2);
  });
});

/** Names by DWARF number, as GNU's tools have them. */
const X86 = 'rax rdx rcx rbx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15 ra'.split(' ');
const RISCV = 'zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6'.split(' ');
const numbered = (letter: string) => Array.from({ length: 32 }, (_, index) => `${letter}${index}`);
const REGISTERS: { readonly [machine: string]: readonly string[] } = {
  arm: numbered('r').with(14, 'ra'),
  aarch64: numbered('x').with(30, 'ra').with(31, 'sp'),
  riscv: RISCV,
  'x86-64': X86,
};

function describeRow({ cfa, registers }: UnwindRow, columns: readonly string[], names: readonly string[]): string {
  const place = cfa.kind === 'register' ? `${names[cfa.register]}${signed(cfa.offset)}` : 'exp';
  const rules = columns.map((column) => {
    const rule = registers.get(names.indexOf(column));
    if (!rule || rule.kind === 'undefined') return 'u';
    if (rule.kind === 'offset') return `c${signed(rule.offset)}`;
    if (rule.kind === 'value-offset') return `v${signed(rule.offset)}`;
    if (rule.kind === 'register') return names[rule.register];
    return { 'same-value': 's', expression: 'exp', 'value-expression': 'vexp' }[rule.kind];
  });
  return [place, ...rules].join(' ');
}

function signed(offset: number): string {
  return offset < 0 ? `${offset}` : `+${offset}`;
}
