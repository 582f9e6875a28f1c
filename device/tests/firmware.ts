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
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Board = 'mps2-an385' | 'mps2-an386' | 'microbit';

interface BoardFacts {
  readonly cpu: readonly string[];
  readonly rom: readonly [origin: string, length: string];
  readonly ram: readonly [origin: string, length: string];
}

export const DEVICE = fileURLToPath(new URL('..', import.meta.url));
const PORT = join(DEVICE, 'ports/qemu');
const BOARDS = JSON.parse(readFileSync(join(PORT, 'boards.json'), 'utf8')) as Record<Board, BoardFacts>;

/** Silent is what SDK and ports must be under these. */
export const WARNINGS = ['-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Wsign-conversion', '-Wshadow', '-Wundef'].concat([
  '-Wstrict-prototypes',
  '-Wmissing-prototypes',
]);

/** The SDK's C files, without those of an architecture unless one is named. */
export function sdkSources(arch?: 'cortex_m'): string[] {
  const folders = ['core', 'log', 'reboot', 'crash', 'packetizer', ...(arch === undefined ? [] : [`arch/${arch}`])];
  return folders.flatMap((folder) =>
    readdirSync(join(DEVICE, 'src', folder))
      .filter((name) => name.endsWith('.c'))
      .map((name) => join(DEVICE, 'src', folder, name)),
  );
}

export interface FirmwareOptions {
  readonly board: Board;
  /** C files of the firmware itself. */
  readonly sources: readonly string[];
  readonly cflags?: readonly string[];
  /** Path of the ELF; its folder is made and also holds the linker script. */
  readonly out: string;
  /** Default `-Os`. */
  readonly optimisation?: string;
  /** Default true: messages are forgotten when handed out. */
  readonly oneWay?: boolean;
}

/** Compiles and links; gives the path of the ELF. Throws with the compiler's words where it refuses. */
export function buildFirmware(options: FirmwareOptions): string {
  const facts = BOARDS[options.board];
  mkdirSync(dirname(options.out), { recursive: true });
  const script = `${options.out}.ld`;
  const origins = [
    `-DROM_ORIGIN=${facts.rom[0]}`,
    `-DROM_LENGTH=${facts.rom[1]}`,
    `-DRAM_ORIGIN=${facts.ram[0]}`,
    `-DRAM_LENGTH=${facts.ram[1]}`,
  ];
  gcc(['-E', '-P', '-x', 'c', ...origins, join(PORT, 'qemu.ld.in'), '-o', script]);
  gcc([
    ...facts.cpu,
    ...['-mthumb', '-std=c11', '-g3', options.optimisation ?? '-Os', '-ffunction-sections', '-fdata-sections'],
    ...[`-I${join(DEVICE, 'include')}`, `-I${join(DEVICE, 'src')}`, `-I${PORT}`, `-DBOARD_${options.board.replace('-', '_')}`],
    `-DNOINIT_PACKETIZER_ONE_WAY=${options.oneWay === false ? 0 : 1}`,
    ...(options.board === 'microbit' ? ['-DNOINIT_LOG_CAPACITY=1024'] : []),
    ...(options.cflags ?? []),
    ...['-nostartfiles', '--specs=nano.specs', '-Wl,--gc-sections', '-Wl,--build-id=sha1', '-Wl,--no-warn-rwx-segments'],
    ...['-T', script, '-T', join(DEVICE, 'linker/noinit_log.ld')],
    ...options.sources,
    ...sdkSources('cortex_m'),
    ...[join(PORT, 'board.c'), join(PORT, 'startup.c'), '-o', options.out],
  ]);
  return options.out;
}

function gcc(args: readonly string[]): void {
  execFileSync('arm-none-eabi-gcc', args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
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
}

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
  const args = Object.entries(options.args ?? {}).map(([name, value]) => `arg=${name}=${value}`);
  const semihosting = ['enable=on', 'target=native', 'arg=firmware', ...args].join(',');
  const run = spawnSync(
    'qemu-system-arm',
    ['-M', options.board, '-display', 'none', '-monitor', 'none', '-serial', 'stdio']
      .concat(['-semihosting-config', semihosting, '-kernel', options.elf])
      .concat(options.qemuArgs ?? []),
    { input: options.input ?? '', timeout: options.timeoutMs ?? 5_000, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 },
  );
  const text = run.stdout.toString('latin1');
  return {
    uart: new Uint8Array(run.stdout),
    text,
    chunks: chunksOf(text),
    exitCode: run.status ?? (run.signal === 'SIGKILL' ? 124 : 128),
    stderr: run.stderr.toString('utf8'),
  };
}

/** The chunks among other lines of text. */
export function chunksOf(text: string): Uint8Array[] {
  return [...text.matchAll(/^chunk ([0-9a-f]+)\r?$/gm)].map((match) => new Uint8Array(Buffer.from(match[1] ?? '', 'hex')));
}
