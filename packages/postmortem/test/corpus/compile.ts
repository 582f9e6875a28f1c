/** Builds one program of the corpus. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { compileRust } from './compile-rust.ts';
import { CORES, type Core, RAM_BYTES } from './cores.ts';
import { FIRMWARE, WORKSHOP } from './folders.ts';
import { type Build, nameOf, SCENARIOS, seedOf } from './parameters.ts';
import { runTool } from './run-tool.ts';

/** Gives the path of the ELF file. */
export async function compile(build: Build): Promise<string> {
  mkdirSync(WORKSHOP, { recursive: true });
  const stem = join(WORKSHOP, nameOf(build));
  const elf = `${stem}.elf`;
  const start = await startObjects(CORES[build.core]);
  const program = build.compiler === 'rustc' ? await compileRust(build, stem) : await compileProgram(build, stem);
  await link(build, [...start, ...program], elf);
  await finish(build, elf);
  return elf;
}

const starts = new Map<string, Promise<readonly string[]>>();

/** Start-up and console are the same for every build of a core. */
function startObjects(core: Core): Promise<readonly string[]> {
  const known = starts.get(core.name);
  if (known) return known;
  const made = makeStartObjects(core);
  starts.set(core.name, made);
  return made;
}

function makeStartObjects(core: Core): Promise<readonly string[]> {
  const isArm = core.machine === 'cortex-m';
  return Promise.all(
    [isArm ? 'start-arm' : 'start-riscv', 'console'].map(async (source) => {
      const object = join(WORKSHOP, `${core.name}-${source}.o`);
      const args = [
        ...core.gcc,
        ...(isArm ? ['-masm-syntax-unified'] : ['-march=rv32imac_zicsr', '-mno-relax']),
        '-std=c11',
        '-ffreestanding',
        '-Wall',
        '-Os',
        '-g',
        '-gdwarf-4',
        ...PATHS,
        '-c',
        `${source}.c`,
        '-o',
        object,
      ];
      await runTool(gccOf(core, 'gcc'), args, FIRMWARE);
      return object;
    }),
  );
}

/** No path of this machine shall stand in a fixture. */
const MAPPED = `-ffile-prefix-map=${FIRMWARE.replace(/\/$/, '')}=firmware`;
const PATHS = ['-I.', MAPPED];

export function gccOf(core: Core, name: 'gcc' | 'g++' | 'objcopy'): string {
  return `${core.machine === 'cortex-m' ? 'arm-none-eabi' : 'riscv64-unknown-elf'}-${name}`;
}

async function compileProgram(build: Build, stem: string): Promise<readonly string[]> {
  const core = CORES[build.core];
  const isCpp = build.compiler.includes('++');
  const isClang = build.compiler.startsWith('clang');
  const compiler = isClang ? build.compiler : gccOf(core, isCpp ? 'g++' : 'gcc');
  const object = `${stem}.o`;
  const language = isCpp ? ['-std=c++17', '-fno-exceptions', '-fno-rtti', '-fno-threadsafe-statics'] : ['-std=c11'];
  const args = [
    ...(isClang ? core.clang : core.gcc),
    ...language,
    '-ffreestanding',
    '-ffunction-sections',
    '-fdata-sections',
    build.level,
    ...debugOptions(build, isClang),
    ...(build.lto === 'lto' ? ['-flto'] : []),
    ...PATHS,
    `-DSEED=${seedOf(build)}`,
    `-DSCENARIO=${SCENARIOS[build.scenario]}`,
    ...(build.voice === 'quiet' ? ['-DQUIET'] : []),
    '-c',
    isCpp ? 'program.cpp' : 'program.c',
    '-o',
    object,
  ];
  await runTool(compiler, args, FIRMWARE);
  return [object];
}

function debugOptions({ dwarf, sections, info }: Build, isClang: boolean): readonly string[] {
  if (info === 'names') return ['-g0'];
  const version = [`-gdwarf-${dwarf}`, ...(isClang ? [] : ['-gstrict-dwarf'])];
  const level = info === 'lines' ? '-g1' : '-g';
  const types = sections === 'type-units' ? ['-fdebug-types-section'] : [];
  const tables = info === 'tables' ? ['-funwind-tables'] : [];
  // Strict DWARF 5 is what gcc writes anyway; strict DWARF 2 to 4 leave its extensions out.
  return [...(dwarf === '2' || dwarf === '3' ? version : version.slice(0, 1)), level, ...types, ...tables];
}

const LLD_VERSIONS = ['14', '16', '19'];

/** For bitcode, and on RISC-V: the linker of binutils 2.40 crashes over some of clang's objects. */
function needsLld({ lto, core }: Build): boolean {
  return lto === 'lto' || core === 'RV32';
}

async function link(build: Build, objects: readonly string[], elf: string): Promise<void> {
  const core = CORES[build.core];
  const symbols = {
    VECTORS: core.vectors,
    RAM: core.ram,
    RAM_SIZE: RAM_BYTES,
    ...(build.layout === 'above-collected' && core.vectors === 0 ? { CODE: 0x8000 } : {}),
    ...(core.machine === 'riscv32' ? { RAM_IS_LOADED: 1 } : {}),
  };
  const defines = Object.entries(symbols).map(([name, value]) => `--defsym=${name}=0x${value.toString(16)}`);
  // Of Rust's core, all of it kept, some needs what only Rust's own runtime has.
  const keeps = build.compiler === 'rustc' ? ['--unresolved-symbols=ignore-all'] : [];
  const collects = build.layout === 'at-0-kept' ? keeps : ['--gc-sections'];
  // Rust's projects seldom ask for one.
  const buildId = build.compiler === 'rustc' ? 'none' : 'sha1';
  const options = [...defines, ...collects, `--build-id=${buildId}`, '-T', 'layout.ld'];
  if (build.compiler.startsWith('clang') && needsLld(build)) {
    const version = LLD_VERSIONS.find((number) => build.compiler.endsWith(number)) ?? '19';
    const library = (await runTool(gccOf(core, 'gcc'), [...core.gcc, '-print-libgcc-file-name'], FIRMWARE)).trim();
    await runTool(`ld.lld-${version}`, [...options, ...objects, library, '-o', elf], FIRMWARE);
    return;
  }
  const driver = [
    ...core.gcc,
    '-nostdlib',
    '-nostartfiles',
    build.level,
    ...(build.lto === 'lto' && build.compiler !== 'rustc' ? ['-flto', MAPPED] : []),
  ];
  await runTool(
    gccOf(core, 'gcc'),
    [...driver, ...options.map((option, at) => asDriverOption(option, options[at - 1])), ...objects, '-lgcc', '-o', elf],
    FIRMWARE,
  );
}

function asDriverOption(option: string, before: string | undefined): string {
  return option === '-T' || before === '-T' ? option : `-Wl,${option}`;
}

/** What is done to the linked file: sections compressed, frame information taken away. */
async function finish({ core, sections, info }: Build, elf: string): Promise<void> {
  const objcopy = 'llvm-objcopy-19';
  if (info === 'no-frames') {
    const args = [
      '--remove-section=.debug_frame',
      '--remove-section=.eh_frame',
      '--remove-section=.ARM.exidx',
      '--remove-section=.ARM.extab',
    ];
    await runTool(gccOf(CORES[core], 'objcopy'), [...args, elf], FIRMWARE);
  }
  if (info === 'tables') await runTool(gccOf(CORES[core], 'objcopy'), ['--remove-section=.debug_frame', elf], FIRMWARE);
  if (info === 'names') await runTool(gccOf(CORES[core], 'objcopy'), ['--strip-debug', elf], FIRMWARE);
  if (sections === 'zlib' || sections === 'zstd') {
    await runTool(objcopy, [`--compress-debug-sections=${sections}`, elf], FIRMWARE);
  }
}
