/** `noinit capture --gdb HOST:PORT -o FILE`: the dump of a live target, through any gdb server. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { type Capture, captureTarget, type Program, parseRanges, readProgram } from '@noinit/capture';
import { connectTo, parseServerAddress, RemoteConnection, RemoteTarget } from '@noinit/gdb-remote';
import { type BuildPrefix, buildPrefix, type CrashRecord, NoinitError } from '@noinit/model';
import { encodeMessage } from '@noinit/wire/encode';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { captureFailure } from '../capture-failure.ts';
import { describeCapture, summarizeCapture } from '../capture-summary.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import type { CommandRun } from '../main.ts';
import { readInput } from '../read-input.ts';
import { renderJson } from '../render-json.ts';
import type { Terminal } from '../terminal.ts';

interface CaptureFlags {
  readonly gdb: string;
  readonly output: string;
  readonly elf?: string;
  readonly ranges?: string;
  readonly timeout: number;
  readonly leaveHalted?: true;
  readonly json?: true;
}

const HELP = `
Any gdb server will do: QEMU (-gdb tcp::3333), OpenOCD (port 3333), J-Link (2331), pyOCD (3333). HOST:PORT may be a port alone, or
unix:PATH. The target is stopped, read, and let run again; nothing is ever written to it. What the server has not got is unknown.

With --elf the build id in the target’s memory must be the file’s, and all RAM that the linker gave to objects is taken, but no
NOINIT_SECRET object. Without it the stack is taken, from the stack pointer up.

Examples:
  noinit capture --gdb :3333 --elf build/firmware.elf -o crash.dump
  noinit capture --gdb probe.local:2331 --elf build/firmware.elf --ranges heap,0x20001000+4K -o crash.dump
  noinit capture --gdb unix:/run/qemu.gdb --leave-halted -o crash.dump

Exit codes:
  0  captured
  1  the target runs another build, or there is nothing to capture
  2  wrong usage: nobody listens there, a missing file, a range that makes no sense
  3  captured in part: the connection was lost, or memory could not be read`;

export function addCapture(program: Command, run: CommandRun): void {
  program
    .command('capture')
    .summary('take the dump of a live target, through its gdb server')
    .description(
      'Takes the dump of a live target as a crash of it would be: registers, stacks, memory. Read it with noinit explain.',
    )
    .requiredOption('--gdb <host:port>', 'where the gdb server of the target listens')
    .requiredOption('-o, --output <file>', 'where the dump goes')
    .option('--elf <file>', 'ELF file of the build that the target runs')
    .option('--ranges <ranges>', 'memory to take beside the stacks: START-END, START+SIZE, symbols; commas between')
    .addOption(new Option('--timeout <seconds>', 'how long an answer may take').argParser(readSeconds).default(5))
    .option('--leave-halted', 'do not let the target run again')
    .option('--json', 'what was taken, and what was not, as JSON')
    .addHelpText('after', HELP)
    .action((flags: CaptureFlags) => run((terminal) => capture(flags, terminal)));
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds > 0 && seconds <= MAX_SECONDS)) {
    throw new InvalidArgumentError(`Give seconds, above 0 and at most ${MAX_SECONDS}.`);
  }
  return seconds;
}

async function capture(flags: CaptureFlags, terminal: Terminal): Promise<ExitCode> {
  const program = flags.elf === undefined ? undefined : readProgram(await readInput(flags.elf, 'ELF file'));
  const ranges = flags.ranges === undefined ? undefined : parseRanges(flags.ranges, program?.find);
  const taken = await captureAt(flags, terminal, { ...(program && { program }), ...(ranges && { ranges }) });
  const bytes = encodeMessage(recordOf(taken));
  await writeWhole(flags.output, bytes);
  const facts = { file: flags.output, bytes: bytes.length, elf: flags.elf, leftHalted: flags.leaveHalted === true };
  terminal.out(flags.json ? `${renderJson(summarizeCapture(taken, facts))}\n` : describeCapture(taken, facts));
  if (program === undefined)
    terminal.error('noinit: without --elf nothing tells which objects are secret (NOINIT_SECRET): none is left out\n');
  if (taken.cut !== undefined)
    terminal.error(`noinit: the capture was cut: ${taken.cut}; what was read until then is in ${flags.output}\n`);
  return taken.cut === undefined && taken.missingMemory.length === 0 ? EXIT.fine : EXIT.partial;
}

interface What {
  readonly program?: Program;
  readonly ranges?: ReturnType<typeof parseRanges>;
}

async function captureAt({ gdb, timeout, leaveHalted }: CaptureFlags, terminal: Terminal, what: What): Promise<Capture> {
  const to = parseServerAddress(gdb);
  if (to === undefined) throw new NoinitError('bad-request', `--gdb ${gdb}: write HOST:PORT, a port alone, or unix:PATH`);
  const ms = timeout * 1000;
  try {
    const connection = new RemoteConnection(await connectTo(to, ms), ms);
    // A target that was left standing would be a worse end than a cut dump.
    const abandon = (): void => connection.abandon('it was interrupted');
    process.once('SIGINT', abandon);
    try {
      const { program } = what;
      const target = await RemoteTarget.attach(connection, {
        stopMs: ms,
        ...(program && { findSymbol: (name) => program.find(name)?.address }),
      });
      try {
        return await captureTarget(target, { ...what, progress: progressPrinter(terminal) });
      } finally {
        if (leaveHalted !== true) await target.resume();
      }
    } finally {
      process.removeListener('SIGINT', abandon);
      connection.close();
    }
  } catch (error) {
    throw captureFailure(error, gdb);
  }
}

/** A line from time to time, and none for what is quick. */
function progressPrinter(terminal: Terminal): (done: number, total: number) => void {
  let last = Date.now();
  return (done, total) => {
    if (Date.now() - last < PROGRESS_MS) return;
    last = Date.now();
    terminal.error(`noinit: read ${Math.floor(done / 1024)} of ${Math.ceil(total / 1024)} KiB\n`);
  };
}

function recordOf({ dump, build }: Capture): CrashRecord {
  const { key } = dump;
  if (key === undefined) throw new Error('a capture has a key');
  return { kind: 'crash', key, build: build === undefined ? UNKNOWN_BUILD : buildPrefix(build), dump };
}

/** What a head says where the build is not known (docs/formats/crash.md). */
const UNKNOWN_BUILD = '0000000000000000' as BuildPrefix;

/** No half a file where the disk is full or the program is stopped. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const partial = `${file}.part`;
  try {
    await writeFile(partial, bytes);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(`cannot write ${file}: ${why}`, { exitCode: EXIT.wrongUsage });
  }
}

const MAX_SECONDS = 600;
const PROGRESS_MS = 2_000;
