/**
 * Builds a firmware for a QEMU machine out of C sources and the SDK, runs it, and gives what it sent.
 *
 *     const elf = buildFirmware({ board: 'mps2-an385', sources: ['main.c'], cflags: ['-DSEED=7'], out: 'fw.elf' });
 *     const run = runQemu({ board: 'mps2-an385', elf, args: { scenario: 3 } });
 *     run.chunks   // one Uint8Array a line `chunk HEX`, as qemu_send_chunks prints them, over all boots of the run
 *     run.text     // everything the UART sent
 *     run.exitCode // of qemu_exit; 124 where the time was up
 *
 * The firmware includes <noinit/noinit.h> and "board.h" (device/ports/qemu: qemu_print, qemu_argument, qemu_send_chunks, qemu_exit). A reset
 * keeps RAM, so one run holds all boots: the usual main() calls noinit_init, sends the chunks and exits if this is not the first boot,
 * and crashes otherwise. The link is one-way unless `oneWay: false`: a message is forgotten when it was handed out.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The names of device/ports/qemu/boards.json: M3, M4F, M7, M33, M0, RV32. */
export const BOARDS = ['mps2-an385', 'mps2-an386', 'mps2-an500', 'mps2-an505', 'microbit', 'rv32'] as const;
/** Other machines with the same cores, and an M55: for what may differ from machine to machine. */
export const MORE_BOARDS = [
  ...(['mps3-an547', 'mps2-an511', 'lm3s6965evb', 'emcraft-sf2', 'netduino2', 'netduinoplus2'] as const),
  ...(['mps2-an521', 'mps3-an524', 'musca-b1'] as const),
] as const;
export type Board = (typeof BOARDS)[number] | (typeof MORE_BOARDS)[number];
export type Arch = 'cortex_m' | 'riscv';
export type Compiler = 'gcc' | 'clang';

/** Where memory begins and how long it is, in the linker's words. */
export type MemoryRange = readonly [origin: string, length: string];

interface BoardFacts {
  readonly arch: Arch;
  /** QEMU's name of it, where that is another one. */
  readonly machine?: string;
  readonly cpu: readonly string[];
  /** More for the GNU compiler: it wants control registers named, and has no libgcc under that name; clang does not know the name. */
  readonly gcc?: readonly string[];
  readonly rom: MemoryRange;
  readonly ram: MemoryRange;
}

export const DEVICE = fileURLToPath(new URL('..', import.meta.url));
const PORT = join(DEVICE, 'ports/qemu');
const FACTS = JSON.parse(readFileSync(join(PORT, 'boards.json'), 'utf8')) as Record<Board, BoardFacts>;

/** Silent is what SDK and ports must be under these. */
export const WARNINGS = ['-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Wsign-conversion', '-Wshadow', '-Wundef'].concat([
  '-Wstrict-prototypes',
  '-Wmissing-prototypes',
]);

/** The SDK's C files; those of an architecture, and the self-test, which wants them, only where one is named. */
export function sdkSources(arch?: Arch): string[] {
  const folders = ['core', 'log', 'log_text', 'backends', 'reboot', 'crash', 'packetizer'];
  return [...folders, ...(arch === undefined ? [] : ['selftest', `arch/${arch}`])].flatMap((folder) =>
    readdirSync(join(DEVICE, 'src', folder))
      .filter((name) => name.endsWith('.c'))
      .map((name) => join(DEVICE, 'src', folder, name)),
  );
}

export interface FirmwareOptions {
  readonly board: Board;
  /** C files of the firmware itself. */
  readonly sources: readonly string[];
  /** The SDK's; default all. */
  readonly sdk?: readonly string[];
  readonly cflags?: readonly string[];
  /** Path of the ELF; its folder is made and also holds the linker script. */
  readonly out: string;
  /** Default `-Os`. */
  readonly optimisation?: string;
  /** Default gcc; clang links with lld. */
  readonly compiler?: Compiler;
  /** Link-time optimisation. */
  readonly lto?: boolean;
  /** Default true: messages are forgotten when handed out. */
  readonly oneWay?: boolean;
  /** Default nano; the full newlib where the firmware itself prints. Arm only. */
  readonly libc?: 'nano' | 'full';
  /** Other memory than the board's own, and bytes of the log's region (default 2K, microbit 1K). */
  readonly rom?: MemoryRange;
  readonly ram?: MemoryRange;
  readonly logLength?: string;
}

/** The program that builds it; both compilers take libgcc, and on Arm the C library, from the GNU one. */
export function toolOf(board: Board, compiler: Compiler = 'gcc'): 'arm-none-eabi-gcc' | 'riscv64-unknown-elf-gcc' | 'clang-14' {
  if (compiler === 'clang') return 'clang-14';
  return FACTS[board].arch === 'riscv' ? 'riscv64-unknown-elf-gcc' : 'arm-none-eabi-gcc';
}

export function emulatorOf(board: Board): 'qemu-system-arm' | 'qemu-system-riscv32' {
  return FACTS[board].arch === 'riscv' ? 'qemu-system-riscv32' : 'qemu-system-arm';
}

/** Compiles and links; gives the path of the ELF. Throws with the compiler's words where it refuses. */
export function buildFirmware(options: FirmwareOptions): string {
  mkdirSync(dirname(options.out), { recursive: true });
  const { arch } = FACTS[options.board];
  const sources = [
    ...options.sources,
    ...(options.sdk ?? sdkSources(arch)),
    ...[join(PORT, 'board.c'), join(PORT, arch === 'riscv' ? 'startup_riscv.c' : 'startup.c')],
  ];
  const link = ['--gc-sections', '--build-id=sha1', '-T', makeLinkerScript(options), '-T', join(DEVICE, 'linker/noinit_log.ld')];
  if (options.compiler === 'clang') linkWithLld(options, sources, link);
  else
    run(toolOf(options.board), [
      ...compilerFlags(options),
      ...['-nostartfiles', ...link.flatMap((word) => ['-Xlinker', word]), '-Wl,--no-warn-rwx-segments'],
      ...[...sources, ...(arch === 'riscv' ? libraries(options) : []), '-o', options.out],
    ]);
  return options.out;
}

function linkWithLld(options: FirmwareOptions, sources: readonly string[], link: readonly string[]): void {
  const objects = sources.map((source, index) => {
    const object = `${options.out}.${index}.o`;
    run('clang-14', [...compilerFlags(options), '-c', source, '-o', object]);
    return object;
  });
  run('ld.lld-14', [...link, ...objects, ...libraries(options), '-o', options.out]);
  for (const object of objects) rmSync(object);
}

function compilerFlags(options: FirmwareOptions): string[] {
  return [
    ...targetFlags(options),
    ...['-std=c11', '-g3', options.optimisation ?? '-Os', '-ffunction-sections', '-fdata-sections'],
    ...(options.lto === true ? ['-flto'] : []),
    ...[`-I${join(DEVICE, 'include')}`, `-I${join(DEVICE, 'src')}`, `-I${PORT}`, `-DBOARD_${options.board.replaceAll('-', '_')}`],
    `-DNOINIT_PACKETIZER_ONE_WAY=${options.oneWay === false ? 0 : 1}`,
    ...(options.cflags ?? []),
  ];
}

function makeLinkerScript(options: FirmwareOptions): string {
  const facts = FACTS[options.board];
  const [rom, ram] = [options.rom ?? facts.rom, options.ram ?? facts.ram];
  const logLength = options.logLength ?? (options.board === 'microbit' ? '1K' : '2K');
  const script = `${options.out}.ld`;
  const memory = [`-DROM_ORIGIN=${rom[0]}`, `-DROM_LENGTH=${rom[1]}`, `-DRAM_ORIGIN=${ram[0]}`, `-DRAM_LENGTH=${ram[1]}`];
  run(toolOf(options.board), [
    '-E',
    '-P',
    '-x',
    'c',
    ...memory,
    `-DLOG_LENGTH=${logLength}`,
    join(PORT, 'qemu.ld.in'),
    '-o',
    script,
  ]);
  return script;
}

function targetFlags({ board, compiler, libc }: FirmwareOptions): string[] {
  const { arch, cpu, gcc = [] } = FACTS[board];
  const instructions = arch === 'riscv' ? [...cpu] : [...cpu, '-mthumb'];
  if (compiler === 'clang') return [`--target=${arch === 'riscv' ? 'riscv32-unknown-elf' : 'arm-none-eabi'}`, ...instructions];
  // The GNU compiler for RISC-V comes without a C library, and finds its own headers only so.
  if (arch === 'riscv') return [...instructions, ...gcc, '-ffreestanding', '-nostdlib'];
  return libc === 'full' ? instructions : [...instructions, '--specs=nano.specs'];
}

/** What the compilers call by themselves: the GNU compiler's, also for clang; on Arm with a C library. */
function libraries({ board, cflags = [] }: FirmwareOptions): string[] {
  const { arch, cpu } = FACTS[board];
  const words = [
    ...cpu,
    ...cflags.filter((flag) => flag.startsWith('-march=')).map((flag) => flag.replace('_zicsr', '')),
    ...(arch === 'riscv' ? [] : ['-mthumb']),
  ];
  const ask = (question: string): string => run(toolOf(board), [...words, question]).trim();
  return [...(arch === 'riscv' ? [] : [ask('-print-file-name=libc_nano.a')]), ask('-print-libgcc-file-name')];
}

function run(tool: string, args: readonly string[]): string {
  return execFileSync(tool, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
}

export interface RunOptions {
  readonly board: Board;
  readonly elf: string;
  /** What `qemu_argument(name, …)` finds. `random` decides the lineage. */
  readonly args?: Readonly<Record<string, number>>;
  /** What the UART receives from the start. */
  readonly input?: string;
  readonly timeoutMs?: number;
  /** Further words of the QEMU command line. */
  readonly qemuArgs?: readonly string[];
  /**
   * A host file that is the 16 MB of RAM at 0x21000000 (PSRAM of mps2-an385, -an386 and -an500), made if it is not there: memory that
   * outlives the process, as RAM outlives a reset; a test may change it between two runs. Build with `ram: PSRAM`.
   */
  readonly ramFile?: string;
}

/** Memory that a host file can stand for. */
export const PSRAM: MemoryRange = ['0x21000000', '4M'];

export interface QemuRun {
  /** All that the UART sent, as bytes and as text. */
  readonly uart: Uint8Array;
  readonly text: string;
  readonly chunks: readonly Uint8Array[];
  readonly exitCode: number;
  /** QEMU's own complaints: a lock-up, for one. */
  readonly stderr: string;
}

/** Runs until the firmware calls qemu_exit; kills it after `timeoutMs` (default 5 s) with exit code 124. */
export function runQemu(options: RunOptions): QemuRun {
  const [program, ...args] = qemuCommand(options, 'stdio');
  const result = spawnSync(program, args, {
    input: options.input ?? '',
    timeout: options.timeoutMs ?? 5_000,
    killSignal: 'SIGKILL',
    maxBuffer: 64 * 1024 * 1024,
  });
  const text = result.stdout.toString('latin1');
  return {
    uart: new Uint8Array(result.stdout),
    text,
    chunks: chunksOf(text),
    exitCode: result.status ?? (result.signal === 'SIGKILL' ? 124 : 128),
    stderr: result.stderr.toString('utf8'),
  };
}

/** The program and its words; `serial` is where QEMU sends what the UART sends. */
export function qemuCommand(options: RunOptions, serial: string): [string, ...string[]] {
  const args = Object.entries(options.args ?? {}).map(([name, value]) => `arg=${name}=${value}`);
  const semihosting = ['enable=on', 'target=native', 'arg=firmware', ...args].join(',');
  return [
    ...([emulatorOf(options.board), ...machineFlags(options)] as const),
    ...['-display', 'none', '-monitor', 'none', '-serial', serial, '-semihosting-config', semihosting],
    ...['-kernel', options.elf, ...(options.qemuArgs ?? [])],
  ];
}

/** Which machine it is, and where its RAM is kept. */
export function machineFlags({ board, ramFile }: Pick<RunOptions, 'board' | 'ramFile'>): string[] {
  const { arch, machine = board } = FACTS[board];
  const bios = arch === 'riscv' ? ['-bios', 'none'] : [];
  if (ramFile === undefined) return ['-M', machine, ...bios];
  const file = `memory-backend-file,id=ram,size=16M,mem-path=${ramFile},share=on`;
  return ['-M', `${machine},memory-backend=ram`, '-object', file, ...bios];
}

/** The chunks among other lines of text. */
export function chunksOf(text: string): Uint8Array[] {
  return [...text.matchAll(/^chunk ([0-9a-f]+)\r?$/gm)].map((match) => new Uint8Array(Buffer.from(match[1] ?? '', 'hex')));
}
