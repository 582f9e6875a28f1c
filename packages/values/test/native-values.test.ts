/** Real compilers' programs: what their statics hold, compared with gdb number by number and with what Rust's source says. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Variable } from '@noinit/model';
import { loadSymbols, type Symbols } from '@noinit/symbols';
import { describeWith, isInstalled, type Tool } from '@noinit/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { NodeBudget, readGlobals } from '../src/index.ts';
import type { TargetMemory } from '../src/target.ts';
import { type GdbLeaf, readGdbLeaves } from './gdb-leaves.ts';
import { readSegments, readSnapshot } from './static-memory.ts';

const folder = mkdtempSync(join(tmpdir(), 'noinit-values-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = (name: string) => fileURLToPath(new URL(`./programs/${name}`, import.meta.url));

function compile(compiler: string, parameters: readonly string[], source: string): string {
  const path = join(folder, `${compiler}${parameters.join('').replace(/\W+/g, '')}${source}.elf`);
  execFileSync(compiler, [...parameters, '-g', '-o', path, program(source)], { stdio: ['ignore', 'ignore', 'pipe'] });
  return path;
}

function readStatics(symbols: Symbols, memory: TargetMemory): readonly Variable[] {
  return readGlobals({ symbols, memory, budget: new NodeBudget(20_000) });
}

/** Variables of C++ in unnamed namespaces have no name that gdb would take. */
const hasName = ({ name }: Variable) => !name.includes('anonymous') && !name.startsWith('__');

describeWith(['gdb-multiarch', 'arm-none-eabi-gcc'], 'statics of C', () => {
  const bare = ['-nostdlib', '-Og', '-Wl,-Ttext=0x8000,-Tdata=0x20000000'];
  const arm = ['-mcpu=cortex-m4', '-mfp16-format=ieee', ...bare];
  const builds: [string, string[], string][] = [
    ['arm-none-eabi-gcc', [...arm, '-gdwarf-2', '-gstrict-dwarf'], 'values.c'],
    ['arm-none-eabi-gcc', [...arm, '-gdwarf-3'], 'values.c'],
    ['arm-none-eabi-gcc', [...arm, '-gdwarf-4', '-fdebug-types-section'], 'values.c'],
    ['arm-none-eabi-gcc', [...arm, '-gdwarf-5'], 'values.c'],
    ['arm-none-eabi-gcc', [...arm, '-gdwarf-2', '-gstrict-dwarf', '-mbig-endian'], 'values.c'],
    ['arm-none-eabi-gcc', [...arm, '-gdwarf-5', '-mbig-endian'], 'values.c'],
    [
      'riscv64-unknown-elf-gcc',
      ['-march=rv32imac', '-mabi=ilp32', '-ffreestanding', '-nostdlib', '-Og', '-Wl,-Ttext=0x8000'],
      'values.c',
    ],
    ...[2, 4, 5].map((version): [string, string[], string] => [
      'clang-14',
      ['--target=armv7m-none-eabi', '-ffreestanding', '-fuse-ld=lld-14', `-gdwarf-${version}`, ...bare],
      'values.c',
    ]),
    ...[['-gdwarf-3'], ['-gdwarf-5'], ['-gdwarf-5', '-fdebug-types-section']].map((version): [string, string[], string] => [
      'arm-none-eabi-g++',
      [
        '-std=c++20',
        '-fno-exceptions',
        '-fno-rtti',
        '-ffreestanding',
        '-fno-threadsafe-statics',
        '-mcpu=cortex-m4',
        ...bare,
        ...version,
      ],
      'values.cpp',
    ]),
  ];
  const isThere = ([compiler]: (typeof builds)[number]) => !OPTIONAL.has(compiler as Tool) || isInstalled(compiler as Tool);

  it.each(builds.filter(isThere))('of %s %j %s are what gdb prints', (compiler, parameters, source) => {
    const path = compile(compiler, parameters, source);
    const file = new Uint8Array(readFileSync(path));
    const symbols = loadSymbols(file);
    const variables = readStatics(symbols, readSegments(file)).filter(hasName);
    const ours = new Map(variables.flatMap((variable) => flatten(variable, variable.name)));
    const theirs = readGdbLeaves(path, [...new Set(variables.map(({ name }) => name))]).filter(isComparable);
    expect(theirs.length).toBeGreaterThan(40);
    const wrong = theirs.flatMap((leaf) => compareLeaf(leaf, ours, symbols.littleEndian) ?? []);
    expect(wrong).toEqual([]);
  });
});

/** Compilers of which a machine may lack one. */
const OPTIONAL: ReadonlySet<Tool> = new Set(['riscv64-unknown-elf-gcc', 'clang-14']);

/** Where memory before the first instruction is not enough, and what gdb makes of an array without a length. */
function isComparable({ path, kind }: GdbLeaf): boolean {
  return (
    (kind === 'integer' || kind === 'enum' || kind === 'float') && path !== 'flexible.items[0]' && !path.startsWith('diamond')
  );
}

/** Every node by its path; pointers end it, as in gdb. */
function flatten(variable: Variable, path: string): [string, Variable][] {
  const isEnd = variable.kind === 'pointer' || variable.kind === 'function';
  const parts = isEnd ? [] : (variable.children ?? []);
  return [
    [path, variable],
    ...parts.flatMap((part) => flatten(part, part.name.startsWith('[') ? path + part.name : `${path}.${part.name}`)),
  ];
}

/** Undefined where both say the same; else what they say. */
function compareLeaf(leaf: GdbLeaf, ours: ReadonlyMap<string, Variable>, little: boolean): string | undefined {
  const mine = ours.get(leaf.path) ?? characterOf(leaf.path, ours, little);
  if (!mine || 'unknown' in mine) return `${leaf.path} is ${leaf.text}, here it is not known`;
  const isSame =
    leaf.kind === 'float' ? isSameFloat(mine.value, leaf.text, mine.raw.length / 2) : isSameInteger(mine, leaf, little);
  return isSame ? undefined : `${leaf.path} is ${leaf.text}, not ${mine.value} (${mine.raw})`;
}

/** gdb takes texts apart too. */
function characterOf(path: string, ours: ReadonlyMap<string, Variable>, little: boolean): Variable | undefined {
  const [, whole = '', index = ''] = /^(.*)\[(\d+)\]$/.exec(path) ?? [];
  const text = ours.get(whole);
  if (text?.kind !== 'text' || 'unknown' in text) return undefined;
  const count = Number(/\[(\d+)\]$/.exec(text.type)?.[1]);
  const size = text.raw.length / count;
  const raw = text.raw.slice(Number(index) * size, (Number(index) + 1) * size);
  return { ...text, kind: 'pointer', raw, value: `${integerOf(raw, little)}` };
}

function integerOf(raw: string, little: boolean): bigint {
  const bytes = raw.match(/../g) ?? [];
  return BigInt(`0x${(little ? bytes.reverse() : bytes).join('')}`);
}

function isSameInteger(
  mine: Variable & { readonly raw: string; readonly value: string },
  { text }: GdbLeaf,
  little: boolean,
): boolean {
  const [number = '', ...names] = text.split(' ');
  const wanted = BigInt(number);
  if (mine.kind === 'int') return mine.value.split(' ')[0] === number;
  if (mine.kind === 'bool') return mine.value === String(wanted !== 0n);
  if (BigInt.asUintN(4 * mine.raw.length, wanted) !== integerOf(mine.raw, little)) return false;
  // gdb names no flags where the type also has names for several of them.
  if (mine.kind !== 'enum' || names.join(' ') === number) return true;
  const plain = (value: string) => value.replace(/[()]|unknown: |\w+::(?=\w+::)/g, '');
  return plain(mine.value) === plain(names.join(' ')) || plain(names.join(' ')).endsWith(`::${mine.value}`);
}

function isSameFloat(ours: string, theirs: string, size: number): boolean {
  const numberOf = (text: string) => Number(text.replace(/^(-?)inf$/, '$1Infinity').replace(/^-?nan.*/, 'NaN'));
  const [mine, wanted] = [numberOf(ours), numberOf(theirs)];
  if (size === 2) return Math.abs(mine - wanted) <= 1e-3 * Math.abs(wanted);
  return Object.is(mine, wanted) || (size === 4 && Object.is(Math.fround(mine), Math.fround(wanted)));
}

describeWith(['rustc', 'gcc'], 'statics of Rust', () => {
  const path = join(folder, 'rust');
  const snapshot = join(folder, 'rust.memory');
  const parameters = [
    '--edition',
    '2021',
    '-g',
    '-C',
    'relocation-model=static',
    '-A',
    'warnings',
    '-o',
    path,
    program('values.rs'),
  ];
  const values = new Map<string, Variable>();
  const text = (name: string) => {
    const variable = values.get(name);
    return variable && ('unknown' in variable ? `unknown: ${variable.unknown.detail}` : variable.value);
  };

  it('are found', () => {
    execFileSync('rustc', parameters, { stdio: 'ignore' });
    execFileSync(path, [snapshot], { stdio: 'ignore' });
    const symbols = loadSymbols(new Uint8Array(readFileSync(path)));
    // The standard library's statics are some hundred; ours and the vtables are enough.
    const globals = symbols.globals().filter(({ name }) => name.startsWith('values::') || name.includes('vtable'));
    const own = Object.assign(Object.create(symbols) as Symbols, { globals: () => globals });
    const memory = readSnapshot(new Uint8Array(readFileSync(snapshot)));
    for (const variable of readStatics(own, memory)) values.set(variable.name.replace('values::', ''), variable);
    expect(values.size).toBeGreaterThan(50);
  }, 60_000);

  describe('are written as the source writes them:', () => {
    it.each(Object.entries(EXPECTED))('%s', (name, value) => {
      expect(text(name)).toBe(value);
    });
  });

  it('that point show where, and what is there', () => {
    const inside = (name: string) => JSON.stringify(values.get(name));
    expect(text('DEVICE')).toMatch(/^Some\(0x[0-9a-f]+ \(values::app::Motor\)\)$/);
    expect(inside('DEVICE')).toContain('"value":"Motor { speed = 77 }"');
    expect(inside('BOXED_DEVICE')).toContain('"value":"Motor { speed = 78 }"');
    expect(text('FUNCTION')).toMatch(/^0x[0-9a-f]+ <values::twice>$/);
    expect(text('NON_NULL')).toMatch(/^Some\(0x[0-9a-f]+ <&values::POINT>\)$/);
    expect(values.get('BOXED')?.children?.[0]?.children).toMatchObject([{ value: '5' }, { value: '6' }]);
    expect(inside('SHARED')).toContain('"name":"value","type":"u32","kind":"int","value":"4"');
    expect(inside('SHARED_TEXT')).toContain('"value":"\\"shared\\""');
  });

  it('that are closures and futures show what they captured and where they wait', () => {
    const inside = (name: string) => JSON.stringify(values.get(name));
    expect(inside('CLOSURE')).toContain('"value":"{closure_env#0} { offset = 3 }"');
    expect(inside('FUTURE')).toMatch(
      /"value":"\{async_fn_env#0\}::Suspend0 \{ doubled = 42, __awaitee = Pending, start = 21 \}"/,
    );
    expect(inside('FRESH')).toContain('"value":"{async_fn_env#0}::Unresumed { start = 1 }"');
  });

  it('of many elements say how many are left', () => {
    expect(values.get('MANY')).toMatchObject({ kind: 'array', more: { count: 155 } });
    expect(values.get('MANY')?.children).toHaveLength(100);
  });
});

const EXPECTED = {
  OPTION_SOME: 'Some(3)',
  OPTION_NONE: 'None',
  OPTION_NO_REFERENCE: 'None',
  OPTION_BOOL: 'Some(true)',
  OPTION_CHAR: 'None',
  OPTION_NONZERO: 'Some(7)',
  RESULT_OK: 'Ok(9)',
  RESULT_ERROR: 'Err(Error::Io { code = -5, retry = true })',
  ERROR_TEXT: 'Error::Text("disk", 2)',
  ERROR_FULL: 'Error::Full',
  SPEED: 'Speed::Half',
  LEVEL: 'Level::Low',
  SINGLE: 'Single::Only(12)',
  NICHE_DATA: 'Niche::Flag(false)',
  NICHE: 'Niche::Stopped',
  NESTED: 'Nested::Inner(Some(None))',
  NESTED_NONE: 'Nested::None',
  WIDE: 'Wide::Number(1267650600228229401496703205376)',
  FAR: 'Far::Away',
  POINT: 'Point { x = -1, y = 2 }',
  METERS: 'Meters(1.5)',
  PAIR: "Pair(1, (-2, 'é'))",
  TUPLE: '(1, -2, true)',
  UNION: 'Either { number = 67305985, bytes = [1, 2, 3, 4] }',
  TEXT: '"I like \\"you\\"\\n"',
  EMPTY: '""',
  SLICE: '[1, 2, 3]',
  BYTES: '[114, 97, 119]',
  ARRAY: '[[1, 2], [3, 4], [5, 6]]',
  RANGE: 'Range { start = 3, end = 9 }',
  INTEGER: '-170141183460469231731687303715884105728',
  LARGE: '340282366920938463463374607431768211455',
  LETTER: "'😀'",
  POINTER: 'NULL',
  COUNTER: '77',
  READY: 'true',
  CELL: '-4',
  WRAPPING: '250',
  MAYBE: '99',
  MANUAL: '5',
  REF_CELL: 'RefCell { borrow = 0, value = 6 }',
  STRING: 'Some("héllo")',
  STRINGS: '["one", ""]',
  VECTOR: '[1, 2, 3]',
  DEQUE: 'Some([6, 7, 8, 9])',
  BOXED_SLICE: 'Some([-1, 2])',
  BOXED_TEXT: 'Some("boxed")',
};
