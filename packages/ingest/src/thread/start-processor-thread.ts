/** The processor behind a thread: the same interface, all work elsewhere. */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { BuildId, ProjectId } from '@noinit/model';
import type { Inbox } from '@noinit/store';
import type { Explainer } from '../explainer.ts';
import type { Change, Processor, ProcessorOptions } from '../processor.ts';
import { type Answer, asError, errorText, type FromThread, type Question, type ThreadStart, type ToThread } from './messages.ts';

export interface ProcessorThreadOptions extends Omit<ProcessorOptions, 'store'> {
  /** The folder of the store that `inbox` belongs to. While the thread runs nobody else claims from it or writes events. */
  readonly folder: string;
  readonly inbox: Inbox;
}

/** Between two notes that chunks were appended, in milliseconds. */
const PAUSE_MS = 10;

/** Resolves once the thread has its connections. To be stopped before the store is closed. */
export async function startProcessorThread(options: ProcessorThreadOptions): Promise<Processor> {
  const { folder, explainJobs, cutCrashAfterMs } = options;
  const start: ThreadStart = {
    folder,
    ...(explainJobs === undefined ? {} : { explainJobs }),
    ...(cutCrashAfterMs === undefined ? {} : { cutCrashAfterMs }),
  };
  const entry = createRequire(import.meta.url).resolve('@noinit/ingest/processor-thread');
  const processor = new ThreadProcessor(new Worker(entry, { workerData: start }), options);
  await processor.opened;
  return processor;
}

class ThreadProcessor implements Processor {
  private readonly worker: Worker;
  private readonly inbox: Inbox;
  private readonly explainer: Explainer;
  private readonly onChange: ((change: Change) => void) | undefined;
  private readonly onError: ((error: unknown) => void) | undefined;
  private readonly stopListening: () => void;
  private readonly waiters = new Map<number, () => void>();
  /** Rejects where the thread could not open its files. */
  readonly opened: Promise<void>;
  private readonly ended: Promise<void>;
  private whenOpen: () => void = () => undefined;
  private idleCalls = 0;
  private pause: NodeJS.Timeout | undefined;
  private untold = false;
  private stopping = false;

  constructor(worker: Worker, { inbox, explainer, onChange, onError }: ProcessorThreadOptions) {
    this.worker = worker;
    this.inbox = inbox;
    this.explainer = explainer;
    this.onChange = onChange;
    this.onError = onError;
    this.opened = new Promise((resolve, reject) => {
      // Later there is no listener: a bug on that thread ends the process as one on this thread does, and the next start finds all work.
      worker.once('error', reject);
      this.whenOpen = () => {
        worker.off('error', reject);
        resolve();
      };
    });
    this.ended = new Promise((resolve) => worker.once('exit', () => resolve()));
    worker.on('message', (message: FromThread) => this.onMessage(message));
    this.stopListening = inbox.onAppended(() => this.tellAppended());
  }

  wake(): void {
    this.tell({ kind: 'wake' });
  }

  symbolsArrived(project: ProjectId, build: BuildId): void {
    this.tell({ kind: 'symbols', project, build });
  }

  idle(): Promise<void> {
    if (this.stopping) return this.ended;
    const number = this.idleCalls++;
    return new Promise((resolve) => {
      this.waiters.set(number, resolve);
      this.tell({ kind: 'idle', number });
    });
  }

  /** The thread ends by itself: one that is ended from outside in the middle of a write would leave its transaction behind. */
  async stop(): Promise<void> {
    if (!this.stopping) {
      this.stopListening();
      clearTimeout(this.pause);
      this.tell({ kind: 'stop' });
      this.stopping = true;
    }
    await this.ended;
    for (const resolve of this.waiters.values()) resolve();
    this.waiters.clear();
  }

  private onMessage(message: FromThread): void {
    if (message.kind === 'open') this.whenOpen();
    else if (message.kind === 'question') void this.reply(message.number, message.question);
    else if (message.kind === 'change') this.onChange?.(message.change);
    else if (message.kind === 'error') this.onError?.(asError(message.error));
    else if (message.kind === 'idle') {
      this.waiters.get(message.number)?.();
      this.waiters.delete(message.number);
    }
  }

  /** The first time at once, then not more often than the thread would care: it gathers what comes close together anyway. */
  private tellAppended(): void {
    this.untold = true;
    if (this.pause !== undefined) return;
    this.untold = false;
    this.tell({ kind: 'appended' });
    this.pause = setTimeout(() => {
      this.pause = undefined;
      if (this.untold) this.tellAppended();
    }, PAUSE_MS);
  }

  private async reply(number: number, question: Question): Promise<void> {
    this.tell({ kind: 'answer', number, answer: await this.answer(question) });
  }

  private async answer(question: Question): Promise<Answer> {
    try {
      if (question.kind === 'explain') return { kind: 'explained', explanation: await this.explainer.explain(question.job) };
      await this.inbox.done(question.ids);
      return { kind: 'done' };
    } catch (error) {
      return { kind: 'failed', error: errorText(error) };
    }
  }

  private tell(message: ToThread): void {
    this.worker.postMessage(message);
  }
}
