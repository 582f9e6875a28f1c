/** The addresses where a Cortex-M stands while it is locked up: a fault came while a fault was being handled (Armv7-M ARM B1.5.15). */
import { hexAddress } from '@noinit/model';
import type { Scene } from './scene.ts';
import type { Verdict } from './verdict.ts';

const LOCK_UP: ReadonlySet<number> = new Set([0xfffffffe, 0xeffffffe]);

export function judgeLockUp({ dump }: Scene): Verdict | undefined {
  const pc = dump.threads[0]?.registers['pc'];
  if (dump.machine !== 'cortex-m' || pc === undefined || !LOCK_UP.has((pc & ~1) >>> 0)) return undefined;
  return {
    class: 'fault',
    sentence: `The processor is locked up at ${hexAddress(pc)}: a second fault came in the fault handler, or the vectors cannot be read.`,
    confidence: 'certain',
  };
}
