/** Which words a register set of a crash holds, in order (docs/formats/crash.md). */
import type { Machine } from '@noinit/model';

export interface RegisterSet {
  readonly code: number;
  /** In the order of the words; the bit number in `known` is the index. */
  readonly names: readonly string[];
  /** System registers belong to the processor, the others to the crashed thread. */
  readonly system: boolean;
}

const CORTEX_M: readonly RegisterSet[] = [
  { code: 1, names: [...numbered('r', 13), 'sp', 'lr', 'pc', 'xpsr'], system: false },
  { code: 2, names: ['msp', 'psp', 'control', 'primask', 'basepri', 'faultmask', 'exc_return'], system: false },
  { code: 3, names: ['icsr', 'shcsr', 'cfsr', 'hfsr', 'dfsr', 'mmfar', 'bfar', 'afsr'], system: true },
  { code: 4, names: [...numbered('s', 32), 'fpscr'], system: false },
];

/** RISC-V has no sets yet: what comes is skipped and said. */
export function registerSets(machine: Machine): readonly RegisterSet[] {
  return machine === 'cortex-m' ? CORTEX_M : [];
}

/** `known` has 32 bits; the 33rd word of the floating-point set, fpscr, is known if the first is. */
export function isKnown(known: number, index: number): boolean {
  return ((known >>> (index < 32 ? index : 0)) & 1) === 1;
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}
