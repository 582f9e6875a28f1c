/** Names of Cortex-M exceptions by number (Armv7-M ARM B1.5.2, Armv8-M ARM B3.9). */

const NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'Reset'],
  [2, 'NMI'],
  [3, 'HardFault'],
  [4, 'MemManage'],
  [5, 'BusFault'],
  [6, 'UsageFault'],
  [7, 'SecureFault'],
  [11, 'SVCall'],
  [12, 'DebugMonitor'],
  [14, 'PendSV'],
  [15, 'SysTick'],
]);

/** Number of the first interrupt of the chip, `IRQ 0`. */
export const FIRST_INTERRUPT = 16;

/** `HardFault`, `SysTick`, `IRQ 4`; a reserved number by its number. */
export function exceptionName(number: number): string {
  if (number >= FIRST_INTERRUPT) return `IRQ ${number - FIRST_INTERRUPT}`;
  return NAMES.get(number) ?? `exception ${number}`;
}
