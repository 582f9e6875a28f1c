/** `noinit logs FILE --elf ELF`: the lines of a log, from files, without a server. */
import {
  decodeLogFile,
  detectLogFormat,
  LOG_FORMATS,
  type LogFileDecoding,
  type LogFormat,
  STAMP_STYLES,
  type StampStyle,
} from '@noinit/logs';
import { type LogLevel, NoinitError } from '@noinit/model';
import { type Command, Option } from 'commander';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import { finderOf, type GivenElf, readDictionaries } from '../logs/dictionaries.ts';
import { followFiles } from '../logs/follow-files.ts';
import { LEVELS } from '../logs/log-filter.ts';
import { logNotes } from '../logs/log-notes.ts';
import { LogPrinter, type PrintOptions } from '../logs/log-printer.ts';
import type { CommandRun } from '../main.ts';
import { readInputOrStdin } from '../read-input.ts';
import { untilStopped } from '../stop-signal.ts';
import type { Terminal } from '../terminal.ts';

interface LogsFlags {
  readonly elf?: readonly string[];
  readonly format?: LogFormat;
  readonly json?: true;
  readonly syslog?: true | string;
  readonly level?: LogLevel;
  readonly source?: readonly string[];
  readonly timestamp: StampStyle;
  readonly color: 'auto' | 'always' | 'never';
  readonly anyBuild?: true;
  readonly follow?: true;
}

const HELP = `
FILE is what came off the device, - for standard input. What it is shows by itself:
  region   a dump of the log region, as a debugger saves it; more memory around it does no harm
  blocks   the blocks that noinit_log_read handed out, one behind the other; it may begin anywhere
  message  a log record as the device sent it, chunks: a body of chunks as it is posted to a server
  rtt      what a viewer saved of the RTT channel “noinit”

Lines look as the device itself prints them. Every start of the device names its build: each is read with the ELF file of exactly
that build, so give all of them. A stripped ELF file is enough. What is lost, damaged or unknown is said where it is, and at the end.

Examples:
  noinit logs ring.bin --elf build/firmware.elf
  noinit logs ring.bin --elf v1.elf --elf v2.elf --level warning
  noinit logs uart.bin --elf build/firmware.elf --follow --source motor
  noinit logs ring.bin --elf build/firmware.elf --json | jq -r 'select(.level == "error").text'

Exit codes:
  0  every line was decoded (lines that the device itself had lost are told, and no failure)
  1  an ELF file cannot be used
  2  wrong usage: a missing file, an unknown option
  3  partly decoded: no ELF file of a build, damage, or no log in the file`;

export function addLogs(program: Command, run: CommandRun): void {
  program
    .command('logs')
    .summary('the lines of a log from files, without a server')
    .description('Decodes a log that came off a device: a memory dump, a stream of blocks, or records.')
    .argument('<files...>', 'files with the log, or - for standard input')
    .option('--elf <file>', 'ELF file of a build that logged; give it once for each', collect)
    .addOption(new Option('--format <format>', 'what FILE is, if not what it looks like').choices(LOG_FORMATS))
    .addOption(new Option('--level <level>', 'only lines of this level and above').choices(LEVELS))
    .option('--source <name>', 'only lines of this module (with its instances) or instance; give it once for each', collect)
    .addOption(new Option('--timestamp <style>', 'how stamps are printed').choices(STAMP_STYLES).default('formatted'))
    .addOption(
      new Option('--color <when>', 'colours as the device has them').choices(['auto', 'always', 'never']).default('auto'),
    )
    .option('--json', 'one JSON object a line')
    .option('--syslog [host]', 'lines of RFC 5424')
    .option('--any-build', 'read with the one ELF file given, whatever build the log names')
    .option('--follow', 'go on as the file grows, until Ctrl-C')
    .addHelpText('after', HELP)
    .action((files: readonly string[], flags: LogsFlags) => run((terminal) => logs(files, flags, terminal)));
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

async function logs(files: readonly string[], flags: LogsFlags, terminal: Terminal): Promise<ExitCode> {
  refuseContradictions(files, flags);
  const given = await readDictionaries(flags.elf ?? []);
  const printer = new LogPrinter(terminal, printOptions(flags));
  const decodeAll = async () => {
    const inputs = await Promise.all(files.map((file) => readInputOrStdin(file, 'log')));
    return inputs.map((bytes, index) => decode(files[index] as string, bytes, given, flags));
  };
  const first = await decodeAll();
  printer.print(first);
  const last = flags.follow ? await follow(files, decodeAll, printer, first) : first;
  const { shortcomings, remarks } = logNotes(last, given);
  for (const note of [...remarks, ...shortcomings]) terminal.error(`noinit: ${note}\n`);
  return shortcomings.length === 0 ? EXIT.fine : EXIT.partial;
}

function refuseContradictions(files: readonly string[], flags: LogsFlags): void {
  if (flags.json && flags.syslog !== undefined) throw new NoinitError('bad-request', 'give --json or --syslog, not both');
  if (flags.follow && files.includes('-')) throw new NoinitError('bad-request', 'give a file to follow: - is read to its end');
  if (files.filter((file) => file === '-').length > 1) throw new NoinitError('bad-request', 'give - once');
  if (flags.anyBuild && flags.elf?.length !== 1) throw new NoinitError('bad-request', 'give --any-build with exactly one --elf');
}

function printOptions({ json, syslog, level, source = [], timestamp, color }: LogsFlags): PrintOptions {
  const auto = process.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === '';
  return {
    form: json ? 'json' : syslog === undefined ? 'text' : 'syslog',
    host: typeof syslog === 'string' ? syslog : 'noinit',
    stamps: timestamp,
    colors: color === 'always' || (color === 'auto' && auto),
    level,
    sources: source,
  };
}

function decode(
  file: string,
  bytes: Uint8Array,
  given: readonly GivenElf[],
  { format, anyBuild, follow: grows }: LogsFlags,
): LogFileDecoding {
  const known = format ?? detectLogFormat(bytes) ?? (grows ? 'blocks' : undefined);
  if (known === undefined) throw noLog(file, bytes);
  if (grows && bytes.length === 0) return { format: known, segments: [], damage: [] };
  const trustsGaps = anyBuild === true;
  return decodeLogFile(bytes, { dictionaryOf: finderOf(given, trustsGaps), trustsGaps, format: known });
}

function noLog(file: string, bytes: Uint8Array): Failure {
  const name = file === '-' ? 'standard input' : file;
  const [why, advice] =
    bytes.length === 0
      ? ['it is empty', 'Give a dump of the log region, blocks or records.']
      : isElf(bytes)
        ? ['it is an ELF file', 'Give the ELF file with --elf, and as FILE what came off the device.']
        : ['neither a ring nor its blocks nor records are in it', 'Give a dump of the log region, blocks or records.'];
  return new Failure(`${name} is no log: ${why}`, { exitCode: EXIT.partial, advice });
}

function isElf(bytes: Uint8Array): boolean {
  return [0x7f, 0x45, 0x4c, 0x46].every((byte, at) => bytes[at] === byte);
}

/** Prints what is new after each change of the files; gives the last decoding. */
async function follow(
  files: readonly string[],
  decodeAll: () => Promise<readonly LogFileDecoding[]>,
  printer: LogPrinter,
  first: readonly LogFileDecoding[],
): Promise<readonly LogFileDecoding[]> {
  let last = first;
  await followFiles(files, untilStopped(), async () => {
    last = await decodeAll();
    printer.print(last);
  });
  return last;
}
