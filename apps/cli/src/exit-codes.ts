/** What the exit code of every command says. */
export const EXIT = {
  fine: 0,
  /** The answer is bad news: this ELF file is of another build, the server refuses. */
  badNews: 1,
  wrongUsage: 2,
  /** Not enough data, or a partial answer. */
  partial: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
