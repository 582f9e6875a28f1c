/** What the builds of the corpus differ in, and which differences may not stand together. */
import { CORE_NAMES, type CoreName } from './cores.ts';
import { type Constraint, coverPairs, type Parameter, type Row } from './covering-array.ts';

const COMPILERS = [
  'gcc',
  'g++',
  'clang-13',
  'clang-14',
  'clang++-14',
  'clang++-15',
  'clang-16',
  'clang-19',
  'clang++-19',
  'rustc',
] as const;
export type Compiler = (typeof COMPILERS)[number];

const LEVELS = ['-O0', '-O1', '-O2', '-O3', '-Os', '-Og'] as const;
const DWARF = ['2', '3', '4', '5'] as const;

/** Numbers of the scenarios in firmware/tell.h. */
export const SCENARIOS = {
  fault: 1,
  'null-call': 2,
  isr: 3,
  thread: 4,
  'isr-on-thread': 5,
  'bad-address': 6,
  nested: 7,
  'fpu-live': 8,
  'data-call': 9,
  naked: 10,
  'tail-call': 11,
  noreturn: 12,
  recursion: 13,
  alloca: 14,
  values: 15,
  stopped: 16,
  handler: 17,
  'handler-on-thread': 18,
} as const;
export type Scenario = keyof typeof SCENARIOS;

export interface Build {
  readonly compiler: Compiler;
  readonly core: CoreName;
  readonly level: (typeof LEVELS)[number];
  readonly lto: 'separate' | 'lto';
  readonly dwarf: (typeof DWARF)[number];
  /** `-gz` with zlib or zstd, or type units. */
  readonly sections: 'plain' | 'zlib' | 'zstd' | 'type-units';
  /** Code at 0 beside collected functions at 0, at 0 with all functions kept, or elsewhere. */
  readonly layout: 'at-0-collected' | 'at-0-kept' | 'above-collected';
  /** What is left of the debug information. */
  readonly info: 'full' | 'lines' | 'no-frames' | 'tables' | 'names';
  /** A quiet program prints nothing of itself. */
  readonly voice: 'told' | 'quiet';
  /** What of the dump is given: all of it, what an ELF core holds, or the first part of each stack only. */
  readonly view: 'full' | 'core' | 'cut';
  readonly scenario: Scenario;
}

const PARAMETERS: readonly Parameter[] = [
  { name: 'compiler', values: COMPILERS },
  { name: 'scenario', values: Object.keys(SCENARIOS) },
  { name: 'core', values: CORE_NAMES },
  { name: 'level', values: LEVELS },
  { name: 'dwarf', values: DWARF },
  { name: 'sections', values: ['plain', 'zlib', 'zstd', 'type-units'], mostlyFirst: true },
  { name: 'layout', values: ['at-0-collected', 'at-0-kept', 'above-collected'] },
  { name: 'info', values: ['full', 'lines', 'no-frames', 'tables', 'names'], mostlyFirst: true },
  { name: 'lto', values: ['separate', 'lto'], mostlyFirst: true },
  { name: 'voice', values: ['told', 'quiet'], mostlyFirst: true },
  { name: 'view', values: ['full', 'core', 'cut'], mostlyFirst: true },
];

/** Linkers are there for some versions of clang only. */
const LTO_COMPILERS = new Set(['gcc', 'g++', 'clang-14', 'clang++-14', 'clang-16', 'clang-19', 'clang++-19', 'rustc']);

const isAllowed: Constraint = ({ compiler, core, level, lto, dwarf, sections, layout, info, voice, scenario }) => {
  if (lto === 'lto' && compiler !== undefined && !LTO_COMPILERS.has(compiler)) return false;
  // Nothing names what a program with names only could be compared by; it is told or nothing is.
  if (voice === 'quiet' && info !== undefined && info !== 'full') return false;
  if (sections === 'type-units' && (compiler === 'rustc' || dwarf === '2' || dwarf === '3')) return false;
  if (sections !== undefined && sections !== 'plain' && info === 'names') return false;
  if (compiler === 'rustc' && level === '-Og') return false;
  // Rust's old compiler writes DWARF 4; version 5 is written by LLVM's own code generator from what it hands out.
  if (compiler === 'rustc' && (dwarf === '2' || dwarf === '3' || (dwarf === '5' && lto === 'lto'))) return false;
  if ((core === 'M33' || core === 'RV32') && layout !== undefined && layout !== 'above-collected') return false;
  if (core === 'RV32' && (scenario === 'naked' || scenario?.startsWith('handler'))) return false;
  // Rust has no stack that moves.
  if (compiler === 'rustc' && scenario === 'alloca') return false;
  // RISC-V has no other tables than those that are there always.
  if (core === 'RV32' && info === 'tables') return false;
  return true;
};

/** Beside all pairs: values of every compiler at every level, and every scenario on every core in each language. */
const WANTED: readonly { readonly [name: string]: string }[] = [
  ...COMPILERS.flatMap((compiler) => LEVELS.map((level) => ({ compiler, level, scenario: 'values', info: 'full' }))),
  ...[...LTO_COMPILERS].flatMap((compiler) =>
    ['fault', 'values', 'isr'].map((scenario) => ({ compiler, scenario, lto: 'lto', info: 'full' })),
  ),
  ...CORE_NAMES.flatMap((core, c) =>
    Object.keys(SCENARIOS).map((scenario, s) => ({
      core,
      scenario,
      compiler: COMPILERS[(7 * c + 3 * s) % COMPILERS.length] ?? 'gcc',
    })),
  ),
];

/** Another variant has other builds that cover the same. */
export function chooseBuilds(variant = 1): readonly Build[] {
  const rows = coverPairs(PARAMETERS, isAllowed, WANTED, variant);
  const names = new Set<string>();
  return rows.map(toBuild).filter((build) => {
    const isNew = !names.has(nameOf(build));
    names.add(nameOf(build));
    return isNew;
  });
}

function toBuild(row: Row): Build {
  // The values are those of PARAMETERS.
  return row as unknown as Build;
}

/** Also the name of its files. */
export function nameOf(build: Build): string {
  const { compiler, core, level, lto, dwarf, sections, layout, info, voice, view, scenario } = build;
  const rest = [lto, sections, layout, info, voice, view].filter((value) => !DEFAULTS.has(value));
  return [core, compiler.replaceAll('+', 'p'), level.slice(1), `dwarf${dwarf}`, scenario, ...rest].join('_');
}

const DEFAULTS: ReadonlySet<string> = new Set(['separate', 'plain', 'at-0-collected', 'full', 'told']);

/** Differs from build to build, the same in each run. */
export function seedOf(build: Build): number {
  let hash = 0;
  for (const character of nameOf(build)) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) & 0x3ffe;
  return hash | 2;
}
