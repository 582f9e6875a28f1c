/** Turns what waits in the inbox into rows, and crashes into traces, for as long as it runs. */
import { type BuildId, type CrashId, NoinitError, type ProjectId } from '@noinit/model';
import type { Store } from '@noinit/store';
import type { Explainer } from './explainer.ts';

export interface ProcessorOptions {
  readonly store: Store;
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
  /** Looks for work now. Appending to the inbox and storing symbols through this process do it by themselves. */
  wake(): void;
  /** To be called after `SymbolStore.saveSymbols`: everything that waited for this build is explained again. */
  symbolsArrived(project: ProjectId, build: BuildId): void;
  /** Resolves when the inbox is empty and every crash that can be explained is explained. */
  idle(): Promise<void>;
  /** Finishes the step at hand and stops. Nothing is lost: what is not done is found again. */
  stop(): Promise<void>;
}

export function startProcessor(options: ProcessorOptions): Processor {
  throw new NoinitError('internal', `not built yet: ${options.store !== undefined}`);
}
