/** The exception that a fault raised, by its architecture's name. */
import { exceptionName, readTrapCause } from '@noinit/unwind';
import type { Scene } from './scene.ts';

/** `HardFault`, `IRQ 4`; `load access fault`, `machine timer interrupt`. */
export function exceptionText({ dump, exception }: Pick<Scene, 'dump' | 'exception'>): string | undefined {
  if (exception === undefined) return undefined;
  return dump.machine === 'cortex-m' ? exceptionName(exception) : readTrapCause(dump.system['mcause'] ?? exception).name;
}
