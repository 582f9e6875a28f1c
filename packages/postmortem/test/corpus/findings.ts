/** What a comparison found, one line each. */

export type Outcome =
  | 'right'
  /** The truth knows it, we do not. */
  | 'unknown'
  | 'wrong'
  /** We know it, the truth does not: nothing to compare. */
  | 'only here'
  /** The program knew it; the debug information or the dump does not tell it, as far as gdb sees. */
  | 'only told';

export interface Finding {
  readonly truth: 'gdb' | 'told';
  readonly subject: 'frame' | 'value' | 'text';
  readonly outcome: Outcome;
  /** `strike: label[3]` */
  readonly where: string;
  /** What was found and what was expected, where they differ. */
  readonly detail: string;
}
