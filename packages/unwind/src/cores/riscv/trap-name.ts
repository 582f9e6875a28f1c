/** Names of traps by mcause (RISC-V privileged ISA, "Machine Cause Register"). */

const INTERRUPTS: ReadonlyMap<number, string> = new Map([
  [1, 'supervisor software interrupt'],
  [3, 'machine software interrupt'],
  [5, 'supervisor timer interrupt'],
  [7, 'machine timer interrupt'],
  [9, 'supervisor external interrupt'],
  [11, 'machine external interrupt'],
]);

const EXCEPTIONS: ReadonlyMap<number, string> = new Map([
  [0, 'instruction address misaligned'],
  [1, 'instruction access fault'],
  [2, 'illegal instruction'],
  [3, 'breakpoint'],
  [4, 'load address misaligned'],
  [5, 'load access fault'],
  [6, 'store address misaligned'],
  [7, 'store access fault'],
  [8, 'environment call from user mode'],
  [9, 'environment call from supervisor mode'],
  [11, 'environment call from machine mode'],
  [12, 'instruction page fault'],
  [13, 'load page fault'],
  [15, 'store page fault'],
  [18, 'software check'],
  [19, 'hardware error'],
]);

const INTERRUPT = 2 ** 31;
/** The Core-Local Interrupt Controller keeps more fields above the code. */
const CODE_MASK = 0xfff;

export interface TrapCause {
  readonly isInterrupt: boolean;
  readonly code: number;
  /** `load access fault`, `machine timer interrupt`, `interrupt 19`. */
  readonly name: string;
}

export function readTrapCause(mcause: number): TrapCause {
  const code = mcause & CODE_MASK;
  const isInterrupt = mcause >>> 0 >= INTERRUPT;
  const name = isInterrupt ? (INTERRUPTS.get(code) ?? `interrupt ${code}`) : (EXCEPTIONS.get(code) ?? `exception ${code}`);
  return { isInterrupt, code, name };
}
