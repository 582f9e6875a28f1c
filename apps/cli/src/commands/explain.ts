/** `noinit explain DUMP --elf ELF`: one crash, from files, without a server. */
import { NoinitError, type Trace } from '@noinit/model';
import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommandRun } from '../main.ts';
import { readInput } from '../read-input.ts';
import { renderJson } from '../render-json.ts';
import type { Terminal } from '../terminal.ts';

interface ExplainFlags {
  readonly elf?: string;
  readonly json?: true;
  readonly markdown?: true;
}

const HELP = `
DUMP is a crash message as the device sent it; the server gives it at /api/v1/crashes/ID/dump.

Examples:
  noinit explain crash.dump --elf build/firmware.elf
  noinit explain crash.dump --elf build/firmware.elf --json | jq .fault.sentence
  noinit explain crash.dump --elf build/firmware.elf --markdown > report.md

Exit codes:
  0  explained
  1  the ELF file is of another build, or cannot be used
  2  wrong usage: a missing file, an unknown option
  3  partly explained: no ELF file, no debug information in it, or a damaged or unreadable dump`;

export function addExplain(program: Command, run: CommandRun): void {
  program
    .command('explain')
    .summary('explain a crash from files, without a server')
    .description('Explains a crash: what happened, the calls that led there, and the variables in them.')
    .argument('<dump>', 'file with the crash message')
    .option('--elf <file>', 'ELF file of exactly the build that crashed')
    .option('--json', 'the trace as JSON, equal to "trace" of the server’s API')
    .option('--markdown', 'for pasting into a bug report')
    .addHelpText('after', HELP)
    .action((dump: string, flags: ExplainFlags) => run((terminal) => explain(dump, flags, terminal)));
}

async function explain(dump: string, flags: ExplainFlags, terminal: Terminal): Promise<ExitCode> {
  if (flags.json && flags.markdown) throw new NoinitError('bad-request', 'give --json or --markdown, not both');
  const message = await readInput(dump, 'dump');
  const elf = flags.elf === undefined ? undefined : await readInput(flags.elf, 'ELF file');
  const { explainMessage, readBuild } = await import('@noinit/server/explain');
  const trace = explainMessage(message, elf && readBuild(elf));
  terminal.out(await render(trace, flags));
  for (const note of shortcomings(trace)) terminal.error(`noinit: ${note}\n`);
  return shortcomings(trace).length === 0 ? EXIT.fine : EXIT.partial;
}

async function render(trace: Trace, flags: ExplainFlags): Promise<string> {
  if (flags.json) return `${renderJson(trace)}\n`;
  const { renderTrace, renderTraceMarkdown } = await import('@noinit/postmortem');
  const text = flags.markdown ? renderTraceMarkdown(trace) : renderTrace(trace);
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** Why this is not the whole answer. */
function shortcomings({ build, damage }: Trace): string[] {
  const notes: string[] = [];
  if (build.symbols === 'none') notes.push(`no symbols: give the ELF file of build ${build.wanted ?? 'unknown'}… with --elf`);
  if (build.symbols === 'names-only') notes.push('the ELF file has no debug information: link with -g and do not strip it');
  if (build.symbols !== 'none' && build.id === undefined) {
    notes.push('the ELF file has no build id: nothing tells whether it is the build that crashed; link with -Wl,--build-id');
  }
  if (damage.length > 0) notes.push(`the dump is damaged: ${damage.map(({ detail }) => detail).join('; ')}`);
  return notes;
}
