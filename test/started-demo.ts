/** `npm start` in a process of its own, as a newcomer has it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { type Overview, type Page, PROJECT_HEADER, path } from '@noinit/api';

export const PROJECT = 'demo';
const HEADERS = { [PROJECT_HEADER]: PROJECT };

export class StartedDemo {
  readonly origin: string;
  readonly pid: number;
  /** When the URL was printed, in milliseconds of `performance.now()`. */
  readonly startedAt: number;
  private readonly child: ChildProcess;

  constructor(child: ChildProcess, origin: string) {
    this.child = child;
    this.origin = origin;
    this.pid = child.pid ?? 0;
    this.startedAt = performance.now();
  }

  async get<Answer>(url: string): Promise<Answer> {
    return (await (await fetch(this.origin + url, { headers: HEADERS })).json()) as Answer;
  }

  async list<Item>(url: string): Promise<readonly Item[]> {
    return (await this.get<Page<Item>>(url)).items;
  }

  overview(): Promise<Overview> {
    return this.get(path.overview());
  }

  /** Milliseconds after the URL until `condition` holds. Fails after `limit`. */
  async until(limit: number, condition: () => Promise<boolean>): Promise<number> {
    for (;;) {
      if (await condition()) return performance.now() - this.startedAt;
      if (performance.now() - this.startedAt > limit) throw new Error(`not within ${limit} ms after the URL`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** Ctrl-C. Gives the exit code. */
  stop(): Promise<number | null> {
    return new Promise((resolve) => {
      this.child.on('close', resolve);
      this.child.kill('SIGINT');
    });
  }
}

export function startDemoProcess(): Promise<StartedDemo> {
  const child = spawn(process.execPath, ['tools/run.mjs', 'start'], { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const url = /http:\/\/\S+/.exec(text)?.[0];
      if (url !== undefined) resolve(new StartedDemo(child, new URL(url).origin));
    });
    child.on('close', (code) => reject(new Error(`npm start ended with ${code}: ${text}`)));
  });
}
