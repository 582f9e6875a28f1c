/** Builds the Rust program of the corpus, and for it Rust's core library for each target, once. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORES } from './cores.ts';
import { FIRMWARE, WORKSHOP } from './folders.ts';
import { type Build, SCENARIOS, seedOf } from './parameters.ts';
import { runTool } from './run-tool.ts';

const RUSTC = '/usr/bin/rustc';
const CORE_SOURCE = '/usr/lib/rustlib/src/rust/library/core/src/lib.rs';
const SYSROOT = join(WORKSHOP, 'rust');
/** What Rust's compiler expects beside core; the functions themselves come from libgcc and console.c. */
const BUILTINS = '#![feature(compiler_builtins)]\n#![compiler_builtins]\n#![no_std]\n';

/** No path of this machine shall stand in a fixture. */
const REMAPPED = [FIRMWARE, WORKSHOP].flatMap((folder) => ['--remap-path-prefix', `${folder.replace(/\/$/, '')}=firmware`]);

/** Gives what is to be linked. */
export async function compileRust(build: Build, stem: string): Promise<readonly string[]> {
  const target = CORES[build.core].rustTarget;
  await sysrootOf(target);
  const settings = `${stem}.settings.rs`;
  writeFileSync(settings, settingsOf(build));
  const options = [
    ...['--edition', '2021', '--target', target, '--sysroot', SYSROOT, '--crate-name', 'program'],
    ...['-C', 'panic=abort', '-C', `opt-level=${build.level.slice(2)}`, '-C', `debuginfo=${DEBUG_LEVEL[build.info] ?? 2}`],
    ...[
      '-C',
      'overflow-checks=off',
      '-C',
      'codegen-units=1',
      ...REMAPPED,
      ...(build.scenario.startsWith('handler') ? ['--cfg', 'own_handler'] : []),
    ],
  ];
  const variables = { CORPUS_SETTINGS: settings };
  if (build.dwarf === '5') return compileWithDwarf5(build, stem, options, variables);
  const archive = `${stem}.a`;
  const lto = ['-C', `lto=${build.lto === 'lto' ? 'fat' : 'off'}`];
  await runTool(RUSTC, [...options, ...lto, '--crate-type', 'staticlib', '-o', archive, 'program.rs'], FIRMWARE, variables);
  return [archive];
}

/** This rustc cannot be asked for DWARF 5, but the LLVM it was built with can: of the module that it is given. */
async function compileWithDwarf5(
  build: Build,
  stem: string,
  options: readonly string[],
  variables: { readonly [name: string]: string },
): Promise<readonly string[]> {
  const module = `${stem}.ll`;
  const object = `${stem}.o`;
  await runTool(RUSTC, [...options, '--crate-type', 'lib', '--emit', 'llvm-ir', '-o', module, 'program.rs'], FIRMWARE, variables);
  const level = build.level === '-Os' ? '-O2' : build.level;
  await runTool(
    'llc-14',
    [level, '-dwarf-version=5', '-filetype=obj', '-function-sections', '-data-sections', module, '-o', object],
    FIRMWARE,
  );
  return [object, join(folderOf(CORES[build.core].rustTarget), 'libcore.rlib')];
}

const DEBUG_LEVEL: { readonly [info: string]: number } = { lines: 1, names: 0 };

function settingsOf(build: Build): string {
  const scenarios = Object.entries(SCENARIOS).map(
    ([name, number]) => `const ${name.replaceAll('-', '_').toUpperCase()}: u32 = ${number};\n`,
  );
  const own = `const SEED: i32 = ${seedOf(build)};\nconst SCENARIO: u32 = ${SCENARIOS[build.scenario]};\nconst QUIET: bool = ${build.voice === 'quiet'};\n`;
  return scenarios.join('') + own;
}

const folderOf = (target: string) => join(SYSROOT, 'lib', 'rustlib', target, 'lib');

const sysroots = new Map<string, Promise<void>>();

function sysrootOf(target: string): Promise<void> {
  const known = sysroots.get(target) ?? makeSysroot(target);
  sysroots.set(target, known);
  return known;
}

async function makeSysroot(target: string): Promise<void> {
  const folder = folderOf(target);
  const done = join(folder, 'libcompiler_builtins.rlib');
  if (existsSync(done)) return;
  mkdirSync(folder, { recursive: true });
  const options = [
    '--edition',
    '2021',
    '--target',
    target,
    '--crate-type',
    'rlib',
    '-C',
    'panic=abort',
    ...REMAPPED,
    '--out-dir',
    folder,
  ];
  const builtins = join(SYSROOT, 'compiler_builtins.rs');
  writeFileSync(builtins, BUILTINS);
  await runTool(RUSTC, [...options, '--crate-name', 'core', '-C', 'opt-level=2', '-C', 'debuginfo=1', CORE_SOURCE], FIRMWARE);
  await runTool(RUSTC, [...options, '--sysroot', SYSROOT, '--crate-name', 'compiler_builtins', builtins], FIRMWARE);
}
