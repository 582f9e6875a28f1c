/** Explaining needs debug information, a parser in a child process, worker threads: whoever starts ingest brings it. */
import type { BuildId, ProjectId, Trace } from '@noinit/model';

export interface ExplainJob {
  readonly project: ProjectId;
  /** The build whose symbols to use: exactly this one. Absent: explain without symbols (registers, class, raw addresses). */
  readonly build?: BuildId;
  /** The whole crash message, or a postcard. */
  readonly dumpMessage: Uint8Array;
}

export type Explanation =
  | { readonly kind: 'trace'; readonly trace: Trace }
  /** It cannot be done, now or ever: `parser-limit`, `wrong-symbols`, `unreadable-dump` … A rejected promise counts as `internal`. */
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string };

export interface Explainer {
  explain(job: ExplainJob): Promise<Explanation>;
}
