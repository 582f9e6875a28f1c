/** Turns what waits in the inbox into rows, and crashes into traces, for as long as it runs. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type BuildId, type CrashId, type ProjectId, wallClock } from '@noinit/model';
import { type ClaimedRow, type DueCrash, MAX_CLAIM_BYTES, type Written } from '@noinit/store';
import { explainCrash } from './explain-crash.ts';
import type { Explainer } from './explainer.ts';
import type { ProcessorStore } from './processor-store.ts';
import { storeChunks, storeCutCrashes } from './store-chunks.ts';

export interface ProcessorOptions {
  readonly store: ProcessorStore;
  readonly explainer: Explainer;
  /** Crashes that are explained at the same time. Default 2. */
  readonly explainJobs?: number;
  /** How long a crash without an end waits for more chunks before it is used as it is. Default 60,000 ms. */
  readonly cutCrashAfterMs?: number;
  /** Called after each commit that changed what readers see. */
  readonly onChange?: (change: Change) => void;
  /** Called for what went wrong and is tried again: the disk, a bug. Content never leads here. */
  readonly onError?: (error: unknown) => void;
}

export type Change =
  | { readonly kind: 'stored'; readonly records: number }
  | { readonly kind: 'crash'; readonly project: ProjectId; readonly id: CrashId }
  | { readonly kind: 'explained'; readonly project: ProjectId; readonly id: CrashId };

export interface Processor {
  /** Looks for work now. Appending to the inbox through this process does it by itself. */
  wake(): void;
  /** To be called after `SymbolStore.saveSymbols`: what waited for this build is due now and gets explained. */
  symbolsArrived(project: ProjectId, build: BuildId): void;
  /** Resolves when the inbox is empty and every crash that can be explained is explained. */
  idle(): Promise<void>;
  /** Finishes the step at hand and stops. Nothing is lost: what is not done is found again. */
  stop(): Promise<void>;
}

/** Rows of one transaction. A page of an index that many rows of it touch is written once. */
const BATCH_ROWS = 4_096;
/** While chunks keep coming, a transaction takes up what came in this time, in milliseconds. The first waits for nobody. */
const GATHER_MS = 40;
/** After an error, before the same rows are tried again. */
const RETRY_MS = 1_000;

export function startProcessor(options: ProcessorOptions): Processor {
  const running = new RunningProcessor(options);
  running.start();
  return running;
}

class RunningProcessor implements Processor {
  private readonly options: ProcessorOptions;
  private readonly cutAfterMs: number;
  private readonly explainJobs: number;
  private readonly explaining = new Map<string, Promise<void>>();
  private readonly forgetting = new Set<Promise<void>>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly waiters: (() => void)[] = [];
  private storing: Promise<void> | undefined;
  private stopListening: (() => void) | undefined;
  private gathering: NodeJS.Timeout | undefined;
  private startedAt = Number.NEGATIVE_INFINITY;
  private wanted = false;
  private stopped = false;

  constructor(options: ProcessorOptions) {
    this.options = options;
    this.explainJobs = options.explainJobs ?? 2;
    this.cutAfterMs = options.cutCrashAfterMs ?? 60_000;
  }

  start(): void {
    this.stopListening = this.options.store.inbox.onAppended(() => this.wakeGathered());
    this.every(Math.max(1, this.cutAfterMs / 4), () => this.storeCut());
    this.wake();
  }

  wake(): void {
    this.wanted = true;
    if (this.storing || this.stopped) return;
    this.storing = this.run().finally(() => {
      this.storing = undefined;
      if (this.wanted) this.wake();
      else this.settle();
    });
  }

  symbolsArrived(_project: ProjectId, _build: BuildId): void {
    this.wake();
  }

  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.waiters.push(resolve);
      this.wake();
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.wanted = false;
    this.stopListening?.();
    clearTimeout(this.gathering);
    for (const timer of this.timers) clearTimeout(timer);
    await this.storing;
    await Promise.all(this.explaining.values());
    this.settle();
  }

  /** Many small commits would cost more than their rows: the one after the first waits a moment for company. */
  private wakeGathered(): void {
    const wait = this.startedAt + GATHER_MS - performance.now();
    if (wait <= 0) this.wake();
    else
      this.gathering ??= setTimeout(() => {
        this.gathering = undefined;
        this.wake();
      }, wait);
  }

  /** Rows first: they are what a reader waits for. Explaining goes on beside the next batch. */
  private async run(): Promise<void> {
    this.wanted = false;
    this.startedAt = performance.now();
    try {
      for (;;) {
        const rows = await this.options.store.inbox.claim(BATCH_ROWS);
        if (rows.length > 0) await this.storeRows(rows);
        await this.explainDue();
        if (!isFull(rows) || this.stopped) break;
        // Whoever shares this thread, messages of another one first of all, has a turn between two batches.
        await nextTurn();
      }
      await Promise.all(this.forgetting);
    } catch (error) {
      this.retryLater(error);
    }
  }

  private async storeRows(rows: readonly ClaimedRow[]): Promise<void> {
    try {
      this.finish(rows, await storeChunks(this.options.store, rows));
    } catch (error) {
      if (rows.length === 1) {
        this.options.store.inbox.release(rows.map((row) => row.id));
        throw error;
      }
      this.options.onError?.(error);
      await this.storeOneByOne(rows);
    }
  }

  /** One row that cannot be stored must not hold up the others: it stays claimed, and is tried again by the next start. */
  private async storeOneByOne(rows: readonly ClaimedRow[]): Promise<void> {
    const failed: { row: ClaimedRow; error: unknown }[] = [];
    for (const row of rows) {
      try {
        this.finish([row], await storeChunks(this.options.store, [row]));
      } catch (error) {
        failed.push({ row, error });
      }
    }
    // Where nothing could be stored it is the disk, not the content.
    if (failed.length === rows.length) this.options.store.inbox.release(rows.map((row) => row.id));
    if (failed[0]) throw failed[0].error;
  }

  /** The inbox forgets while the next batch is read: should it fail to, the rows come again and change nothing. */
  private finish(rows: readonly ClaimedRow[], written: Written): void {
    const forgetting = this.options.store.inbox
      .done(rows.map((row) => row.id))
      .catch((error: unknown) => this.options.onError?.(error))
      .finally(() => this.forgetting.delete(forgetting));
    this.forgetting.add(forgetting);
    this.announce(written);
  }

  private async storeCut(): Promise<void> {
    const now = Date.now();
    const written = await storeCutCrashes(this.options.store, wallClock(now - this.cutAfterMs), wallClock(now));
    if (written) this.announce(written);
    if (written?.crashes.length) this.wake();
  }

  private announce(written: Written): void {
    const { onChange } = this.options;
    if (written.records > 0) onChange?.({ kind: 'stored', records: written.records });
    for (const crash of written.crashes) onChange?.({ kind: 'crash', ...crash });
  }

  private async explainDue(): Promise<void> {
    if (this.explaining.size >= this.explainJobs || this.stopped) return;
    const due = await this.options.store.events.crashesToExplain(this.explaining.size + this.explainJobs);
    for (const crash of due) {
      const name = `${crash.project} ${crash.id}`;
      if (this.explaining.size >= this.explainJobs) return;
      if (!this.explaining.has(name)) this.explaining.set(name, this.explain(crash, name));
    }
  }

  private async explain(crash: DueCrash, name: string): Promise<void> {
    try {
      const saved = await explainCrash(this.options.store, this.options.explainer, crash);
      if (saved) this.options.onChange?.({ kind: 'explained', project: crash.project, id: crash.id });
    } catch (error) {
      this.retryLater(error);
      return;
    } finally {
      this.explaining.delete(name);
    }
    this.wake();
  }

  private retryLater(error: unknown): void {
    this.options.onError?.(error);
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.wake();
    }, RETRY_MS);
    this.timers.add(timer);
  }

  private every(ms: number, step: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      step()
        .catch((error: unknown) => this.options.onError?.(error))
        .finally(() => {
          if (!this.stopped) this.every(ms, step);
        });
    }, ms);
    timer.unref();
    this.timers.add(timer);
  }

  private settle(): void {
    if (this.explaining.size > 0 && !this.stopped) return;
    for (const resolve of this.waiters.splice(0)) resolve();
  }
}

/** Whether more rows may be waiting behind those of one claim. */
function isFull(rows: readonly ClaimedRow[]): boolean {
  return rows.length === BATCH_ROWS || rows.reduce((sum, row) => sum + row.bytes.length, 0) >= MAX_CLAIM_BYTES;
}
