/** What a job of the explainer may take before its process is killed. */
export interface ExplainerLimits {
  /** Resident memory of the process, in bytes. */
  readonly memory: number;
  /** Milliseconds one attempt at a job may take. */
  readonly deadline: number;
  /** Milliseconds between two looks at the memory. */
  readonly watchEvery: number;
  /** Jobs that may wait; more are refused as `overloaded`. */
  readonly waiting: number;
}

export const DEFAULT_LIMITS: ExplainerLimits = {
  memory: 1024 * 1024 * 1024,
  deadline: 30_000,
  watchEvery: 25,
  waiting: 1000,
};

/** A killed job is tried once more: the first attempt may have paid for what earlier jobs left in memory. */
export const ATTEMPTS = 2;
