/** Names of traps by mcause (RISC-V privileged ISA, table of mcause values). */

const EXCEPTIONS: ReadonlyMap<number, string> = new Map([
  [0, 'instruction address misaligned'],
  [1, 'instruction access fault'],
  [2, 'illegal instruction'],
  [3, 'breakpoint'],
  [4, 'load address misaligned'],
  [5, 'load access fault'],
  [6, 'store address misaligned'],
  [7, 'store access fault'],
  [8, 'environment call'],
  [9, 'environment call'],
  [11, 'environment call'],
  [12, 'instruction page fault'],
  [13, 'load page fault'],
  [15, 'store page fault'],
  [18, 'software check'],
  [19, 'hardware error'],
]);

const INTERRUPTS: ReadonlyMap<number, string> = new Map([
  [3, 'software interrupt'],
  [7, 'timer interrupt'],
  [11, 'external interrupt'],
]);

/** Bit 31 of mcause; CLIC keeps more in the bits between. */
const INTERRUPT = 0x8000_0000;
const CODE_MASK = 0xfff;

/** `load access fault`, `timer interrupt`, `interrupt 17`. */
export function nameOfCause(cause: number): string {
  const code = cause & CODE_MASK;
  if ((cause & INTERRUPT) !== 0) return INTERRUPTS.get(code) ?? `interrupt ${code}`;
  return EXCEPTIONS.get(code) ?? `exception ${code}`;
}
