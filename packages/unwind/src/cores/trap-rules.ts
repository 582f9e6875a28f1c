/** Processors whose handlers save the interrupted state as they like (RISC-V). */

export interface TrapRules {
  /** The register with the pc that a trap interrupted, by DWARF number. */
  readonly trapPc: number;
  readonly trapCause: number;
  /** All registers that a handler may save. */
  readonly saved: readonly number[];
  readonly nameCause: (cause: number) => string;
  /** Whether the interrupted pc is that of the instruction that raised it deliberately (ecall). */
  readonly isEntryName: (name: string) => boolean;
}
