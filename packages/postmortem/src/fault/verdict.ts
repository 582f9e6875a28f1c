import type { Fault } from '@noinit/model';

/** The conclusion itself; the facts it rests on are added by `analyseFault`. */
export type Verdict = Pick<Fault, 'class' | 'sentence' | 'confidence' | 'address'>;
