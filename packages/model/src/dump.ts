/** A crash as it left the device (or a core file): registers and pieces of memory, nothing concluded yet. */
import type { Damage } from './damage.ts';
import type { BuildPrefix, RecordKey, ShortBuildPrefix } from './ids.ts';
import type { LogPiece } from './log.ts';
import type { Address, Milliseconds } from './units.ts';

export type Machine = 'cortex-m' | 'riscv32';

/** What an ELF file is for: a machine whose crashes are explained, or one of which only symbols and types are read. */
export type TargetMachine = Machine | 'riscv64' | 'aarch64' | 'x86-64';

export interface Dump {
  readonly machine: Machine;
  /** Absent where the container does not say (a core file). */
  readonly key?: RecordKey;
  readonly build?: BuildPrefix | ShortBuildPrefix;
  /** All of the crash that came is its postcard: a place, a reason and fault bits. */
  readonly isPostcard?: true;
  readonly cause: CrashCause;
  readonly uptime?: Milliseconds;
  /** The crashed thread first; never empty. */
  readonly threads: readonly DumpThread[];
  /**
   * System registers by name. Cortex-M: icsr shcsr cfsr hfsr dfsr mmfar bfar afsr; cpuid vtor ccr cpacr fpccr fpcar mpu_ctrl sfsr sfar
   * nvic_iser0 nvic_ispr0 nvic_iabr0. RISC-V: mstatus mcause mtval mepc mtvec mie mip mhartid mscratch.
   */
  readonly system: RegisterValues;
  readonly regions: readonly MemoryRegion[];
  /** The newest log entries, where the container brings them. */
  readonly log?: readonly LogPiece[];
  readonly damage: readonly Damage[];
}

export type CrashCause = CauseKind & {
  /** The reason that counts (docs/formats/reboot.md), or of a snapshot. */
  readonly reason?: number;
  /** Cortex-M: number of the exception that was taken, whatever the cause. */
  readonly exception?: number;
};

type CauseKind =
  | { readonly kind: 'fault' }
  /** `entry` is the log entry of the assertion: descriptor id and arguments, as in the log ring. */
  | { readonly kind: 'assert'; readonly entry?: Uint8Array }
  /** `thread` is its name, where an operating system found the overflow. */
  | { readonly kind: 'stack-overflow'; readonly thread?: string }
  | { readonly kind: 'watchdog' }
  /** `refused`: how many since the one before were not taken, for want of room or because they came too soon. */
  | { readonly kind: 'snapshot'; readonly refused?: number }
  /** `size` could not be allocated. */
  | { readonly kind: 'out-of-memory'; readonly size?: number }
  | { readonly kind: 'panic'; readonly text?: string }
  /**
   * A debugger stopped the target, or, of a container that does not say why it was written (a core file), it crashed. `signal` is
   * the POSIX number its writer gave; writers for bare metal give any.
   */
  | { readonly kind: 'stopped'; readonly signal?: number }
  | { readonly kind: 'unknown'; readonly code: number };

/** What a postcard says of the cause: its kind alone. */
export type PostcardCause =
  | { readonly kind: Exclude<CrashCause['kind'], 'unknown'> }
  | { readonly kind: 'unknown'; readonly code: number };

export interface DumpThread {
  /** As the container numbers it: a process number, or the address of the task's control block (ESP-IDF). */
  readonly id?: number;
  readonly name?: string;
  /** As the kernel or the container says it: `blocked`, `delayed`. */
  readonly state?: string;
  /** Also of the thread that an interrupt had stopped, if that is where it crashed. */
  readonly crashed: boolean;
  /** Its stack, where the container knows it. */
  readonly stack?: { readonly low: Address; readonly size: number };
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
