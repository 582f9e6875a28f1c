/** Where we and a truth differ for a reason: who is right and why. A difference that no case names is a failure. */
import type { Finding } from './findings.ts';
import type { Build } from './parameters.ts';

export interface NamedCase {
  readonly name: string;
  /** Who is right. Where it is the engine, what the program told of itself must agree with it. */
  readonly right: 'noinit' | 'gdb' | 'neither';
  readonly why: string;
  readonly names: (finding: Finding, build: Build) => boolean;
}

export const NAMED_CASES: readonly NamedCase[] = [];
