/** `noinit explain DUMP --elf ELF`: one crash, from files, without a server. */
import { DUMP_FORMATS, type DumpFormat, readDump } from '@noinit/dumps';
import { NoinitError, type Trace } from '@noinit/model';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommandRun } from '../main.ts';
import { readInput } from '../read-input.ts';
import { renderJson } from '../render-json.ts';
import { findCaveats, findShortcomings } from '../shortcomings.ts';
import type { Terminal } from '../terminal.ts';

interface ExplainFlags {
  readonly elf?: string;
  readonly debugFile?: string;
  readonly format?: DumpFormat;
  readonly allThreads?: true;
  readonly globals?: true;
  readonly depth?: number;
  readonly json?: true;
  readonly markdown?: true;
}

const HELP = `
DUMP is a crash message or a postcard as the device sent it (the server gives it at /api/v1/crashes/ID/dump), or an ELF core file
of a Cortex-M or a RISC-V 32, as gdb’s generate-core-file or ESP-IDF writes it. Memory that is not in it is not captured: the
initial values of the ELF file are never shown for it.

Examples:
  noinit explain crash.dump --elf build/firmware.elf
  noinit explain crash.dump --elf build/firmware.elf --all-threads --globals --depth 2
  noinit explain core --elf stripped.elf --debug-file firmware.debug
  noinit explain crash.dump --elf build/firmware.elf --json | jq .fault.sentence
  noinit explain crash.dump --elf build/firmware.elf --markdown > report.md

Exit codes:
  0  explained
  1  the ELF file is of another build, or cannot be used
  2  wrong usage: a missing file, an unknown option
  3  partly explained: no ELF file, not all debug information in it, a damaged or unreadable dump, or only a postcard`;

export function addExplain(program: Command, run: CommandRun): void {
  program
    .command('explain')
    .summary('explain a crash from files, without a server')
    .description('Explains a crash: what happened, the calls that led there, and the variables in them.')
    .argument('<dump>', 'file with the crash message or postcard, or an ELF core file')
    .option('--elf <file>', 'ELF file of exactly the build that crashed')
    .option('--debug-file <file>', 'where the debug information of the ELF file was moved to (objcopy --only-keep-debug)')
    .addOption(new Option('--format <format>', 'what DUMP is, if not what it looks like').choices(DUMP_FORMATS))
    .option('--all-threads', 'show every thread with its calls, not only the one that crashed')
    .option('--globals', 'show variables with static storage too')
    .addOption(
      new Option('--depth <levels>', `how many levels of members to show below a variable, 0 to ${MAX_DEPTH}`).argParser(
        readDepth,
      ),
    )
    .option('--json', 'the trace as JSON, equal to "trace" of the server’s API')
    .option('--markdown', 'for pasting into a bug report')
    .addHelpText('after', HELP)
    .action((dump: string, flags: ExplainFlags) => run((terminal) => explain(dump, flags, terminal)));
}

function readDepth(text: string): number {
  const depth = Number(text);
  if (text.trim() === '' || !Number.isInteger(depth) || depth < 0 || depth > MAX_DEPTH) {
    throw new InvalidArgumentError(`Give a whole number from 0 to ${MAX_DEPTH}.`);
  }
  return depth;
}

async function explain(file: string, flags: ExplainFlags, terminal: Terminal): Promise<ExitCode> {
  if (flags.json && flags.markdown) throw new NoinitError('bad-request', 'give --json or --markdown, not both');
  if (flags.debugFile !== undefined && flags.elf === undefined) {
    throw new NoinitError('bad-request', 'give --elf too: --debug-file holds only what was moved out of it');
  }
  const dump = readDump(await readInput(file, 'dump'), flags.format);
  const elf = flags.elf === undefined ? undefined : await readInput(flags.elf, 'ELF file');
  const debugFile = flags.debugFile === undefined ? undefined : await readInput(flags.debugFile, 'debug file');
  const { explainCrash, readBuild } = await import('@noinit/server/explain');
  const { loadDisassembler, mayShowInstruction } = await import('@noinit/postmortem');
  // Its 3 MB are compiled by other threads while this one reads the ELF file.
  const loading = elf && mayShowInstruction(dump) ? loadDisassembler() : undefined;
  const build = elf && readBuild(elf, debugFile);
  const trace = explainCrash(dump, build, {
    globals: flags.globals === true,
    ...(loading && { disassemble: await loading }),
    ...(flags.depth !== undefined && { depth: flags.depth }),
  });
  terminal.out(await render(trace, flags));
  const shortcomings = findShortcomings(trace, elf);
  for (const note of [...shortcomings, ...findCaveats(trace)]) terminal.error(`noinit: ${note}\n`);
  return shortcomings.length === 0 ? EXIT.fine : EXIT.partial;
}

async function render(trace: Trace, { json, markdown, allThreads, depth }: ExplainFlags): Promise<string> {
  if (json) return `${renderJson(trace)}\n`;
  const { renderTrace, renderTraceMarkdown } = await import('@noinit/postmortem');
  const options = { allThreads: allThreads === true, ...(depth !== undefined && { depth }) };
  const text = markdown ? renderTraceMarkdown(trace, options) : renderTrace(trace, options);
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** As deep as variables are read at all. */
const MAX_DEPTH = 8;
