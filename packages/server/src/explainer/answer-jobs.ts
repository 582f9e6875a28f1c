/** The child's side of a `JobProcess`: takes a job, gives its answer or its refusal. */
import { Worker } from 'node:worker_threads';
import { NoinitError } from '@noinit/model';
import type { JobMessage, ReplyMessage } from './message.ts';

/** Answers every job with `work`, until the parent is gone. Called once, by the entry file of a child process. */
export function answerJobs(work: (job: unknown) => unknown): void {
  watchParent();
  process.on('disconnect', () => process.exit(0));
  // Whoever stops the server stops its process group too: the server still wants the answer, and ends this process itself.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  process.on('message', (message) => void answer(message as JobMessage, work));
}

async function answer({ id, job }: JobMessage, work: (job: unknown) => unknown): Promise<void> {
  let reply: ReplyMessage;
  try {
    reply = { id, done: await work(job) };
  } catch (error) {
    reply = { id, refused: refusal(error) };
  }
  process.send?.(reply);
}

function refusal(error: unknown): { code: NoinitError['code']; message: string } {
  if (error instanceof NoinitError) return { code: error.code, message: error.message };
  return { code: 'internal', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/**
 * A server that is killed cannot end its child, and a child that is busy never hears that its parent is gone.
 * A thread of its own looks; it needs no file and a small heap.
 */
function watchParent(): void {
  const source = `
    const parent = process.ppid;
    setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, 1000);
  `;
  new Worker(source, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 } }).unref();
}
