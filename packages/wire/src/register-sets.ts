/** Which words a register set of a crash holds, in order (docs/formats/crash.md). */
import type { Machine } from '@noinit/model';

export interface RegisterSet {
  readonly code: number;
  /** In the order of the words; the bit number in `known` is the index. */
  readonly names: readonly string[];
  /** System registers belong to the processor, the others to a thread. */
  readonly system: boolean;
  /** Words that every core sends, known or not; those behind them only cores that have them. Absent: all. */
  readonly always?: number;
}

const CORTEX_M: readonly RegisterSet[] = [
  { code: 1, names: [...numbered('r', 13), 'sp', 'lr', 'pc', 'xpsr'], system: false },
  {
    code: 2,
    names: ['msp', 'psp', 'control', 'primask', 'basepri', 'faultmask', 'exc_return', 'msplim', 'psplim'],
    system: false,
    always: 7,
  },
  { code: 3, names: ['icsr', 'shcsr', 'cfsr', 'hfsr', 'dfsr', 'mmfar', 'bfar', 'afsr'], system: true, always: 1 },
  { code: 4, names: [...numbered('s', 32), 'fpscr'], system: false },
  {
    code: 5,
    names: [
      ...['cpuid', 'vtor', 'ccr', 'cpacr', 'fpccr', 'fpcar', 'mpu_ctrl', 'sfsr', 'sfar'],
      ...['nvic_iser0', 'nvic_ispr0', 'nvic_iabr0'],
    ],
    system: true,
  },
];

const RISCV: readonly RegisterSet[] = [
  {
    code: 1,
    names: [
      ...['pc', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1', ...numbered('a', 8)],
      ...['s2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11', 't3', 't4', 't5', 't6'],
    ],
    system: false,
  },
  {
    code: 2,
    names: ['mstatus', 'mcause', 'mtval', 'mepc', 'mtvec', 'mie', 'mip', 'mhartid', 'mscratch'],
    system: true,
  },
];

export function registerSets(machine: Machine): readonly RegisterSet[] {
  return machine === 'cortex-m' ? CORTEX_M : RISCV;
}

/** `known` has 32 bits; the 33rd word of the floating-point set, fpscr, is known if the first is. */
export function isKnown(known: number, index: number): boolean {
  return ((known >>> (index < 32 ? index : 0)) & 1) === 1;
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}
