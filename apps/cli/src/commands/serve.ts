/** `noinit serve`: the server on this machine. */
import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { CommandRun } from '../main.ts';
import { pageFolder } from '../page-folder.ts';
import { untilStopped } from '../stop-signal.ts';
import type { Terminal } from '../terminal.ts';

interface ServeFlags {
  readonly data?: string;
  readonly port?: string;
  readonly host?: string;
  readonly project?: string;
  readonly key?: string;
}

const HELP = `
Until sign-in exists the server listens on 127.0.0.1 only and answers only this machine.

Examples:
  noinit serve --data ./noinit-data
  noinit serve --data ./noinit-data --port 8080 --project thermostat

The environment may say the same: NOINIT_DATA, NOINIT_PORT.
The first start in an empty folder creates the project and prints the key that its devices send in the
header x-noinit-key. It is shown once: the server keeps only a hash of it.

Exit codes:
  0  stopped by Ctrl-C or SIGTERM
  1  the folder cannot be used safely, or another server has it open
  2  wrong usage: an unknown option, a port in use, an address that is not 127.0.0.1`;

export function addServe(program: Command, run: CommandRun): void {
  program
    .command('serve')
    .summary('run the server and its page on this machine')
    .description('Receives what devices send, keeps it, explains crashes, and serves the page and the API.')
    .option('--data <folder>', 'where everything is kept (default: ./noinit-data)')
    .option('--port <number>', 'port to listen on, 0 for a free one (default: 7474)')
    .option('--host <address>', 'only 127.0.0.1 is possible yet')
    .option('--project <name>', 'project that an empty folder starts with (default: default)')
    .option('--key <text>', 'its key, instead of a random one')
    .addHelpText('after', HELP)
    .action((flags: ServeFlags) => run((terminal) => serve(flags, terminal)));
}

async function serve({ data, port, host, project, key }: ServeFlags, terminal: Terminal): Promise<ExitCode> {
  const { createServer, makeConfig, parsePort, readEnv } = await import('@noinit/server');
  const page = pageFolder();
  const config = makeConfig(
    {
      ...(data === undefined ? {} : { folder: data }),
      ...(port === undefined ? {} : { port: parsePort(port) }),
      ...(host === undefined ? {} : { host }),
      ...(page === undefined ? {} : { page }),
      project: { id: project ?? 'default', ...(key === undefined ? {} : { key }) },
      log: (line) => terminal.error(`${line}\n`),
    },
    readEnv(process.env),
  );
  const server = createServer(config);
  await server.start();
  terminal.out(`noinit is at ${server.url}\n`);
  if (server.newKey !== undefined) {
    terminal.out(`Project ${config.firstProject.id} was created. Its devices send this key, shown only now: ${server.newKey}\n`);
  }
  await untilStopped();
  await server.close();
  return EXIT.fine;
}
