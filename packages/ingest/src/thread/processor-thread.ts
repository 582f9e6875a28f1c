/**
 * The processor on a thread of its own, with its own connections, so that no request waits for a transaction of it. Started by
 * `startProcessorThread` only.
 */
import { setPriority } from 'node:os';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { openStoreShare } from '@noinit/store';
import type { ExplainJob, Explanation } from '../explainer.ts';
import { type Processor, startProcessor } from '../processor.ts';
import { type Answer, asError, errorText, type FromThread, type Question, type ThreadStart, type ToThread } from './messages.ts';

/** What accepting chunks leaves over is enough for the rest: rows may come later, an answer may not. */
const NICE = 10;

/** The other side of the port, as the processor sees it. */
class Outside {
  private readonly port: MessagePort;
  private readonly listeners = new Set<() => void>();
  private readonly asked = new Map<number, (answer: Answer) => void>();
  private questions = 0;

  constructor(port: MessagePort) {
    this.port = port;
  }

  tell(message: FromThread): void {
    this.port.postMessage(message);
  }

  onAppended(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  appended(): void {
    for (const listener of this.listeners) listener();
  }

  async done(ids: readonly number[]): Promise<void> {
    await this.ask({ kind: 'done', ids });
  }

  async explain(job: ExplainJob): Promise<Explanation> {
    const answer = await this.ask({ kind: 'explain', job });
    if (answer.kind !== 'explained') throw new TypeError(`explaining was answered with ${answer.kind}`);
    return answer.explanation;
  }

  answered(number: number, answer: Answer): void {
    const settle = this.asked.get(number);
    this.asked.delete(number);
    settle?.(answer);
  }

  private ask(question: Question): Promise<Answer> {
    const number = this.questions++;
    return new Promise((resolve, reject) => {
      this.asked.set(number, (answer) => (answer.kind === 'failed' ? reject(asError(answer.error)) : resolve(answer)));
      this.tell({ kind: 'question', number, question });
    });
  }
}

function serve(port: MessagePort, { folder, ...options }: ThreadStart): void {
  const outside = new Outside(port);
  const share = openStoreShare({
    folder,
    done: (ids) => outside.done(ids),
    onAppended: (listener) => outside.onAppended(listener),
  });
  const processor = startProcessor({
    ...options,
    store: share,
    explainer: { explain: (job) => outside.explain(job) },
    onChange: (change) => outside.tell({ kind: 'change', change }),
    onError: (error) => outside.tell({ kind: 'error', error: errorText(error) }),
  });
  const stop = async () => {
    await processor.stop();
    share.close();
    outside.tell({ kind: 'stopped' });
    port.close();
  };
  port.on('message', (message: ToThread) => {
    if (message.kind === 'stop') void stop();
    else obey(message, processor, outside);
  });
  outside.tell({ kind: 'open' });
}

function obey(message: ToThread, processor: Processor, outside: Outside): void {
  if (message.kind === 'appended') outside.appended();
  else if (message.kind === 'wake') processor.wake();
  else if (message.kind === 'symbols') processor.symbolsArrived(message.project, message.build);
  else if (message.kind === 'answer') outside.answered(message.number, message.answer);
  else if (message.kind === 'idle') void processor.idle().then(() => outside.tell({ kind: 'idle', number: message.number }));
}

/** Linux counts priorities by thread. Elsewhere this would slow down the whole process. */
function giveWay(): void {
  if (process.platform === 'linux') setPriority(NICE);
}

if (parentPort) {
  giveWay();
  serve(parentPort, workerData as ThreadStart);
}
