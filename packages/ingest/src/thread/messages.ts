/** What the processor's thread and the thread that started it tell each other. Plain data only. */
import type { BuildId, ProjectId } from '@noinit/model';
import type { ExplainJob, Explanation } from '../explainer.ts';
import type { Change } from '../processor.ts';

/** `workerData` of the thread. */
export interface ThreadStart {
  readonly folder: string;
  readonly explainJobs?: number;
  readonly cutCrashAfterMs?: number;
}

/** An answer to a question carries its number. */
export type ToThread =
  | { readonly kind: 'appended' | 'wake' | 'stop' }
  | { readonly kind: 'symbols'; readonly project: ProjectId; readonly build: BuildId }
  | { readonly kind: 'idle'; readonly number: number }
  | { readonly kind: 'answer'; readonly number: number; readonly answer: Answer };

export type FromThread =
  | { readonly kind: 'open' | 'stopped' }
  | { readonly kind: 'idle'; readonly number: number }
  | { readonly kind: 'question'; readonly number: number; readonly question: Question }
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'error'; readonly error: ErrorText };

/** What the thread cannot do itself: the inbox's writer and the explainer belong to the other side. */
export type Question =
  | { readonly kind: 'done'; readonly ids: readonly number[] }
  | { readonly kind: 'explain'; readonly job: ExplainJob };

export type Answer =
  | { readonly kind: 'done' }
  | { readonly kind: 'explained'; readonly explanation: Explanation }
  | { readonly kind: 'failed'; readonly error: ErrorText };

/** An error loses its class between threads, and may hold what cannot be sent. */
export interface ErrorText {
  readonly message: string;
  readonly stack: string;
}

export function errorText(error: unknown): ErrorText {
  if (!(error instanceof Error)) return { message: String(error), stack: String(error) };
  return { message: error.message, stack: error.stack ?? error.message };
}

export function asError({ message, stack }: ErrorText): Error {
  return Object.assign(new Error(message), { stack });
}
