/** The rules of each machine that can be unwound. */
import type { Machine } from '@noinit/model';
import type { CoreRules } from './core-rules.ts';
import { CORTEX_M } from './cortex-m.ts';
import { RISCV32 } from './riscv/riscv32.ts';

export function findCore(machine: Machine): CoreRules {
  switch (machine) {
    case 'cortex-m':
      return CORTEX_M;
    case 'riscv32':
      return RISCV32;
  }
}
