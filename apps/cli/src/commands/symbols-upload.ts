/** `noinit symbols upload FILE…`: gives a server the ELF files that its crashes need. */
import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type ApiError, PROJECT_HEADER, path, type SymbolUpload } from '@noinit/api';
import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Failure } from '../failure.ts';
import type { CommandRun } from '../main.ts';
import type { Terminal } from '../terminal.ts';

interface UploadFlags {
  readonly server: string;
  readonly project?: string;
}

const HELP = `
Examples:
  noinit symbols upload build/firmware.elf
  noinit symbols upload --server http://127.0.0.1:8080 --project thermostat out/*.elf

A file that the server has already is no error.

Exit codes:
  0  the server has every file
  1  the server refused a file; the others were sent
  2  wrong usage: a missing file, no server at that address`;

export function addSymbols(program: Command, run: CommandRun): void {
  const symbols = program.command('symbols').helpCommand(false).summary('give a server the ELF files that crashes need');
  symbols
    .command('upload')
    .summary('send ELF files to a server')
    .description('Sends ELF files to a server. Crashes that wait for one of them are explained at once.')
    .argument('<files...>', 'linked ELF files with debug information')
    .option('--server <url>', 'where the server is', process.env['NOINIT_SERVER'] ?? 'http://127.0.0.1:7474')
    .option('--project <name>', 'project of the builds (default: the only one)')
    .addHelpText('after', HELP)
    .action((files: readonly string[], flags: UploadFlags) => run((terminal) => uploadAll(files, flags, terminal)));
}

async function uploadAll(files: readonly string[], flags: UploadFlags, terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.fine;
  for (const file of files) {
    const answer = await upload(file, flags);
    if ('error' in answer) exitCode = EXIT.badNews;
    if ('error' in answer) terminal.error(`noinit: ${file} was refused: ${answer.error.message}\n${answer.error.advice ?? ''}\n`);
    else terminal.out(`${file}: ${describe(answer)}\n`);
  }
  return exitCode;
}

async function upload(file: string, { server, project }: UploadFlags): Promise<SymbolUpload | ApiError> {
  const body = await openElf(file);
  const headers: Record<string, string> = {
    'content-type': 'application/octet-stream',
    ...(project === undefined ? {} : { [PROJECT_HEADER]: project }),
  };
  try {
    const response = await fetch(new URL(path.symbols(), server), { method: 'PUT', body, headers });
    return (await response.json()) as SymbolUpload | ApiError;
  } catch (error) {
    throw new Failure(`no noinit server answers at ${server} (${reasonOf(error)})`, {
      exitCode: EXIT.wrongUsage,
      advice: 'Start one with: noinit serve, or say where it is with --server URL',
    });
  }
}

/** `fetch` says only that it failed; its cause says why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}

async function openElf(file: string): Promise<Blob> {
  const why = await stat(file).then(
    (found) => (found.isDirectory() ? 'it is a folder' : undefined),
    () => 'there is no such file',
  );
  if (why !== undefined) throw new Failure(`cannot read the ELF file ${file}: ${why}`, { exitCode: EXIT.wrongUsage });
  try {
    return await openAsBlob(file);
  } catch {
    // Node gives one error for every reason here.
    throw new Failure(`cannot read the ELF file ${file}`, { exitCode: EXIT.wrongUsage, advice: 'Check its permissions.' });
  }
}

function describe({ build, created, debugInfo, waiting }: SymbolUpload): string {
  const known = created ? 'new' : 'known already';
  const kind = debugInfo === 'full' ? 'with debug information' : 'function names only: link with -g and do not strip it';
  return `build ${build}, ${known}, ${kind}; ${waiting} waiting crash${waiting === 1 ? '' : 'es'}`;
}
