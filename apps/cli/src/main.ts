/** `noinit`: reads the command line, loads what the command needs, gives an exit code. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addCapture } from './commands/capture.ts';
import { addDemo } from './commands/demo.ts';
import { addExplain } from './commands/explain.ts';
import { addLogs } from './commands/logs.ts';
import { addServe } from './commands/serve.ts';
import { addSymbols } from './commands/symbols-upload.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { reportFailure } from './failure.ts';
import { TERMINAL, type Terminal } from './terminal.ts';

/** Runs a command's work and keeps its exit code. */
export type CommandRun = (work: (terminal: Terminal) => Promise<ExitCode>) => Promise<void>;

const HELP = `
Start here:
  noinit demo                                   a server with a fleet of emulated devices
  noinit serve --data ./noinit-data             a server for your own devices
  noinit explain crash.dump --elf firmware.elf  one crash, from files
  noinit logs ring.bin --elf firmware.elf       a log, from files
  noinit capture --gdb HOST:PORT -o crash.dump  a crash, from a live target through its debugger

Exit codes of every command:
  0  fine
  1  the answer is bad news
  2  wrong usage
  3  not enough data, or a partial answer`;

/** Runs one command line, without the program's name. */
export async function main(words: readonly string[], terminal: Terminal = TERMINAL): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.fine;
  const program = makeProgram(terminal, async (work) => {
    exitCode = await work(terminal);
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said what is wrong already; help and version end the same way, with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.wrongUsage;
    return reportFailure(error, terminal);
  }
}

function makeProgram(terminal: Terminal, run: CommandRun): Command {
  const program = new Command('noinit');
  program
    .description('A flight recorder for embedded fleets: why did it restart, what was it doing, is the new version worse?')
    .version(readVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help; also: noinit COMMAND --help')
    .helpCommand('help [command]', 'print help of a command')
    .showHelpAfterError('(noinit --help shows what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.error(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'noinit: ')),
    })
    .addHelpText('after', HELP);
  addDemo(program, run);
  addServe(program, run);
  addExplain(program, run);
  addLogs(program, run);
  addCapture(program, run);
  addSymbols(program, run);
  return program;
}

function readVersion(): string {
  const file = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}
