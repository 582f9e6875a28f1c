/** A server in a process of its own, to be killed at any moment and started again on what is left. */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CHECK = fileURLToPath(new URL('./check.mjs', import.meta.url));
const ENTRY = fileURLToPath(new URL('./serve.mjs', import.meta.url));

export class KillableServer {
  private child: ChildProcess | undefined;
  private address: Promise<string> | undefined;
  private readonly environment: Record<string, string>;

  /** `environment` is what its processes see beside PATH. */
  constructor(environment: Record<string, string> = {}) {
    this.environment = environment;
  }

  /** Where it is reached, once it listens. */
  get url(): Promise<string> {
    return this.address ?? Promise.reject(new Error('the server is not started'));
  }

  /** Starts on a folder. Rejects if it ends before it listens and nobody killed it. */
  start(folder: string): Promise<string> {
    const env = { PATH: process.env['PATH'] ?? '', ...this.environment };
    const child = fork(ENTRY, [folder], { execArgv: [], env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.child = child;
    let said = '';
    child.stderr?.on('data', (text: Buffer) => {
      said += text.toString();
    });
    this.address = new Promise((resolve, reject) => {
      child.once('message', (message) => resolve((message as { url: string }).url));
      child.once('exit', (code, signal) => reject(new Error(`the server ended (${signal ?? code}) before it listened: ${said}`)));
    });
    this.address.catch(() => undefined);
    return this.address;
  }

  /** SIGKILL: no handler runs, nothing is flushed. */
  async kill(): Promise<void> {
    const child = this.child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Works everything off and ends. */
  async stop(): Promise<void> {
    const child = this.child;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.send('stop');
    await ended;
  }
}

/** What is wrong with the databases in a folder that no server has open. */
export function checkStoreElsewhere(folder: string): readonly string[] {
  return JSON.parse(execFileSync(process.execPath, [CHECK, folder], { encoding: 'utf8' })) as string[];
}
