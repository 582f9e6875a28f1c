/** A crash as it left the device (or a core file): registers and pieces of memory, nothing concluded yet. */
import type { Damage } from './damage.ts';
import type { BuildPrefix, RecordKey } from './ids.ts';
import type { Address, Milliseconds } from './units.ts';

export type Machine = 'cortex-m' | 'riscv32';

/** What an ELF file is for: a machine whose crashes are explained, or one of which only symbols and types are read. */
export type TargetMachine = Machine | 'riscv64' | 'aarch64' | 'x86-64';

export interface Dump {
  readonly machine: Machine;
  /** Absent where the container does not say (a core file). */
  readonly key?: RecordKey;
  readonly build?: BuildPrefix;
  readonly cause: CrashCause;
  readonly uptime?: Milliseconds;
  /** The crashed thread first; never empty. */
  readonly threads: readonly DumpThread[];
  /** System registers by name: cfsr hfsr dfsr mmfar bfar afsr icsr shcsr sfsr sfar fpccr; mcause mtval mstatus mepc. */
  readonly system: RegisterValues;
  readonly regions: readonly MemoryRegion[];
  readonly damage: readonly Damage[];
}

export type CrashCause =
  | { readonly kind: 'fault'; readonly exception: number }
  /** `entry` is the log entry of the assertion: descriptor id and arguments, as in the log ring. */
  | { readonly kind: 'assert'; readonly entry?: Uint8Array }
  | { readonly kind: 'stack-overflow' }
  | { readonly kind: 'watchdog' }
  | { readonly kind: 'snapshot' }
  /**
   * Of a container that does not say why it was written (a core file): a debugger stopped the target, or it crashed. `signal` is
   * the POSIX number its writer gave; writers for bare metal give any.
   */
  | { readonly kind: 'stopped'; readonly signal?: number }
  | { readonly kind: 'unknown'; readonly code: number };

export interface DumpThread {
  /** As the container numbers it: a process number, or the address of the task's control block (ESP-IDF). */
  readonly id?: number;
  readonly name?: string;
  /** As the kernel or the container says it: `blocked`, `delayed`. */
  readonly state?: string;
  readonly crashed: boolean;
  /**
   * The registers at the point of the crash, the exception frame already undone.
   * Cortex-M: r0 to r12, sp, lr, pc, xpsr, and where known msp psp msplim psplim control primask basepri faultmask exc_return, s0 to s31, fpscr.
   * RISC-V: x1 to x31 by ABI name, pc. A register that is missing was not captured.
   */
  readonly registers: RegisterValues;
  /**
   * Bits of registers whose value the container leaves open, by register name. Of xpsr 0x20: the writer may have put the Thumb
   * bit where A-profile processors have it, so this bit of the exception number is not known.
   */
  readonly unsureBits?: RegisterValues;
}

export type RegisterValues = { readonly [name: string]: number };

export interface MemoryRegion {
  readonly kind: 'stack' | 'data';
  readonly address: Address;
  readonly bytes: Uint8Array;
}
