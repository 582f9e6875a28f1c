/** Runs a program and gives what it wrote. */
import { spawn } from 'node:child_process';

/** Rust's core library takes a minute on a busy machine. */
const TIME_LIMIT = 300_000;

/** Rejects with the program's errors where it fails. */
export function runTool(
  program: string,
  args: readonly string[],
  folder: string,
  variables: { readonly [name: string]: string } = {},
): Promise<string> {
  return run(program, args, folder, { variables, mayFail: false });
}

/** For a program whose exit status says nothing: all that it wrote, errors last. */
export function runAnyhow(program: string, args: readonly string[], folder: string): Promise<string> {
  return run(program, args, folder, { variables: {}, mayFail: true });
}

interface Options {
  readonly variables: { readonly [name: string]: string };
  readonly mayFail: boolean;
}

function run(program: string, args: readonly string[], folder: string, { variables, mayFail }: Options): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIME_LIMIT,
      env: { ...process.env, RUSTC_BOOTSTRAP: '1', ...variables },
    });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => output.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => errors.push(bytes));
    child.on('error', reject);
    child.on('close', (status) => {
      const text = Buffer.concat(output).toString('latin1');
      if (status === 0 || mayFail) resolve(text + (mayFail ? Buffer.concat(errors).toString('latin1') : ''));
      else reject(new Error(`${program} ${args.join(' ')}\n${text}${Buffer.concat(errors).toString('latin1')}`));
    });
  });
}
