/** Where a thread's registers stand in the notes of a core file, machine by machine. */
import type { Machine } from '@noinit/model';

export interface RegisterLayout {
  /** Words of pr_reg, in order, by the dump's names. */
  readonly names: readonly string[];
  /** Words of elf_gregset_t, which may hold more than is taken. */
  readonly words: number;
}

/** Offsets in elf_prstatus of 32-bit Linux, which all writers copy: siginfo 12, cursig 2 + 2, masks 8, four ids 16, four times 32. */
export const PRSTATUS = { signal: 12, id: 24, registers: 72 } as const;

export const REGISTER_LAYOUTS: { readonly [machine in Machine]: RegisterLayout } = {
  // The last word of 18 is orig_r0, of which a Cortex-M has nothing.
  'cortex-m': { names: [...numbered('r', 13), 'sp', 'lr', 'pc', 'xpsr'], words: 18 },
  // x0 is always 0; its word holds pc.
  riscv32: {
    names: [
      ...['pc', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1'],
      ...numbered('a', 8),
      ...['s2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11', 't3', 't4', 't5', 't6'],
    ],
    words: 32,
  },
};

/** s0 to s31 are the halves of d0 to d15. */
export const VFP_NAMES: readonly string[] = numbered('s', 32);

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}
