/** `noinit demo`: a server, a fleet of emulated devices that really crash, one URL. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Overview, PROJECT_HEADER, path } from '@noinit/api';
import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommandRun } from '../main.ts';
import { pageFolder } from '../page-folder.ts';
import { untilStopped } from '../stop-signal.ts';
import type { Terminal } from '../terminal.ts';

interface DemoFlags {
  readonly data?: string;
  readonly port?: string;
}

const PROJECT = { id: 'demo', name: 'Demo fleet' };
/** Between two progress lines, in milliseconds. */
const PROGRESS_EVERY = 2_000;

const HELP = `
Examples:
  noinit demo
  noinit demo --port 8080 --data ./demo-data     keeps what it received

Exit codes:
  0  stopped by Ctrl-C or SIGTERM
  1  the folder cannot be used safely, or another server has it open
  2  wrong usage: an unknown option, a port in use`;

export function addDemo(program: Command, run: CommandRun): void {
  program
    .command('demo')
    .summary('see it work: a server with a fleet of emulated devices')
    .description('Starts a server and a fleet of emulated devices that run real firmware, crash and report. Nothing is recorded.')
    .option('--data <folder>', 'keep the data there (default: a temporary folder, removed at the end)')
    .option('--port <number>', 'port to listen on (default: a free one)')
    .addHelpText('after', HELP)
    .action((flags: DemoFlags) => run((terminal) => demo(flags, terminal)));
}

async function demo({ data, port = '0' }: DemoFlags, terminal: Terminal): Promise<ExitCode> {
  const stopped = untilStopped();
  const folder = data ?? (await mkdtemp(join(tmpdir(), 'noinit-demo-')));
  try {
    await runDemo(folder, { port, terminal, stopped });
  } finally {
    if (data === undefined) await rm(folder, { recursive: true, force: true });
  }
  return EXIT.fine;
}

interface DemoRun {
  readonly port: string;
  readonly terminal: Terminal;
  readonly stopped: Promise<void>;
}

async function runDemo(folder: string, { port, terminal, stopped }: DemoRun): Promise<void> {
  const { createServer, makeConfig, parsePort, readEnv } = await import('@noinit/server');
  const { startDemo } = await import('@noinit/demo');
  const page = pageFolder();
  const key = randomBytes(16).toString('hex');
  const log = (line: string) => terminal.error(`${line}\n`);
  const config = makeConfig(
    { folder, port: parsePort(port), project: { ...PROJECT, key }, log, ...(page && { page }) },
    readEnv({}),
  );
  const server = createServer(config);
  await server.start();
  try {
    // A folder that is used again has the project, but not the key of this start.
    await server.projects.saveProject({ id: config.firstProject.id, name: PROJECT.name });
    await server.projects.saveIngestKey(config.firstProject.id, key);
    const fleet = await startDemo({ server: server.url, key, project: PROJECT.id, log });
    terminal.out(`\n  noinit is at ${server.url}/p/${PROJECT.id}\n  Ctrl-C stops it.\n\n`);
    const progress = showProgress(server.url, terminal);
    await stopped;
    progress.stop();
    await fleet.stop();
  } finally {
    await server.close();
  }
}

/** One line that says what has arrived, written again when that changes. */
function showProgress(server: string, terminal: Terminal): { stop(): void } {
  let shown = '';
  const timer = setInterval(async () => {
    const line = await readProgress(server).catch(() => shown);
    if (line !== shown) terminal.out(`  ${line}\n`);
    shown = line;
  }, PROGRESS_EVERY);
  return { stop: () => clearInterval(timer) };
}

async function readProgress(server: string): Promise<string> {
  const response = await fetch(new URL(path.overview(), server), { headers: { [PROJECT_HEADER]: PROJECT.id } });
  const { devices, crashes, openIssues, ingest } = (await response.json()) as Overview;
  const waiting = ingest.waitingForSymbols > 0 ? `, ${ingest.waitingForSymbols} waiting for symbols` : '';
  return `${devices} devices, ${ingest.records} records, ${crashes} crashes in ${openIssues} issues${waiting}`;
}
