/**
 * One child process that works off jobs, one at a time, and is killed when a job takes too much. What a job does is the
 * entry's affair; here stands only how long and how large it may get. A job is plain data in, plain data or a refusal out.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { NoinitError } from '@noinit/model';
import { ATTEMPTS, type ExplainerLimits } from './limits.ts';
import type { JobMessage, ReplyMessage } from './message.ts';
import { findResidentMemory } from './resident-memory.ts';

export interface JobProcessOptions {
  /** A compiled JavaScript file that answers `JobMessage` with `ReplyMessage`. */
  readonly entry: string;
  readonly limits: ExplainerLimits;
  readonly log: (event: string) => void;
}

interface Waiting {
  readonly job: unknown;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: NoinitError) => void;
  attempts: number;
}

interface Running {
  readonly id: number;
  readonly waiting: Waiting;
  readonly watch: NodeJS.Timeout;
  killedFor?: string;
}

export class JobProcess {
  private readonly options: JobProcessOptions;
  private readonly queue: Waiting[] = [];
  private child: ChildProcess | undefined;
  private running: Running | undefined;
  private lastId = 0;
  private isClosed = false;

  constructor(options: JobProcessOptions) {
    this.options = options;
  }

  /** The job's answer. Rejects with the refusal of the job, `parser-limit` when it was killed twice, `overloaded` when too many wait. */
  run(job: unknown): Promise<unknown> {
    if (this.isClosed) return Promise.reject(new NoinitError('overloaded', 'the explainer is closing'));
    if (this.queue.length >= this.options.limits.waiting) {
      return Promise.reject(new NoinitError('overloaded', `${this.queue.length} jobs are waiting for the explainer`));
    }
    return new Promise((resolve, reject) => {
      this.queue.push({ job, resolve, reject, attempts: 0 });
      this.startNext();
    });
  }

  /** Ends the process; what still waits is refused. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const waiting of this.queue.splice(0)) waiting.reject(new NoinitError('overloaded', 'the explainer is closing'));
    const child = this.child;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  private startNext(): void {
    if (this.running !== undefined) return;
    const waiting = this.queue.shift();
    if (waiting === undefined) return;
    waiting.attempts += 1;
    const child = this.child ?? this.start();
    this.lastId += 1;
    const startedAt = performance.now();
    const watch = setInterval(() => this.watch(child, startedAt), this.options.limits.watchEvery);
    this.running = { id: this.lastId, waiting, watch };
    // A failed send means that the child is ending; its exit is told by the 'exit' event.
    child.send({ id: this.lastId, job: waiting.job } satisfies JobMessage, () => undefined);
  }

  private start(): ChildProcess {
    const heap = Math.floor(this.options.limits.memory / (1024 * 1024));
    const child = fork(this.options.entry, [], {
      execArgv: [`--max-old-space-size=${heap}`],
      // Nothing of the server's environment is needed there, so nothing of it can leak from there.
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // A group of its own: Ctrl-C in the terminal would end it before it can say that it does not want that.
      detached: true,
    });
    child.on('message', (reply) => this.finish(reply as ReplyMessage));
    child.on('error', (error) => this.options.log(`explainer process: ${error.message}`));
    child.on('exit', (code, signal) => this.ended(child, signal ?? `exit code ${code}`));
    this.child = child;
    return child;
  }

  private watch(child: ChildProcess, startedAt: number): void {
    const { memory, deadline } = this.options.limits;
    const running = this.running;
    if (running === undefined || running.killedFor !== undefined || child.pid === undefined) return;
    const resident = findResidentMemory(child.pid);
    if (resident !== undefined && resident > memory) running.killedFor = `needed more than ${inMebibytes(memory)} of memory`;
    else if (performance.now() - startedAt > deadline) running.killedFor = `took longer than ${deadline / 1000} s`;
    if (running.killedFor !== undefined) child.kill('SIGKILL');
  }

  private finish(reply: ReplyMessage): void {
    const running = this.running;
    // The child may answer in the very moment it is killed: then the kill counts, and the answer is for nobody.
    if (running === undefined || running.id !== reply.id || running.killedFor !== undefined) return;
    this.stopWatching(running);
    if ('refused' in reply) running.waiting.reject(new NoinitError(reply.refused.code, reply.refused.message));
    else running.waiting.resolve(reply.done);
    this.startNext();
  }

  private ended(child: ChildProcess, how: string): void {
    if (this.child === child) this.child = undefined;
    const running = this.running;
    if (running === undefined) return;
    this.stopWatching(running);
    const why = running.killedFor ?? `ended its process (${how})`;
    this.options.log(`explainer: a job ${why}, attempt ${running.waiting.attempts} of ${ATTEMPTS}`);
    if (this.isClosed) running.waiting.reject(new NoinitError('overloaded', 'the explainer is closing'));
    else if (running.waiting.attempts < ATTEMPTS) this.queue.unshift(running.waiting);
    else running.waiting.reject(new NoinitError('parser-limit', `reading this file ${why}, ${ATTEMPTS} times`));
    if (!this.isClosed) this.startNext();
  }

  private stopWatching(running: Running): void {
    clearInterval(running.watch);
    this.running = undefined;
  }
}

function inMebibytes(bytes: number): string {
  return `${Math.round(bytes / (1024 * 1024))} MiB`;
}
