/** SVC that could not be taken: where its priority is not enough, Cortex-M makes a HardFault of it and says nothing else. */
import { readHalfword } from '@noinit/unwind';
import type { Scene } from './scene.ts';
import type { Verdict } from './verdict.ts';

const HARD_FAULT = 3;
const SVC_BYTES = 2;

/** The pc stands behind the instruction, as after any SVC. Without status registers that is a hint and no more. */
export function judgeSupervisorCall({ dump, exception, registers, memory, action }: Scene, place: string): Verdict | undefined {
  const { pc } = registers;
  const { cfsr } = dump.system;
  if (dump.machine !== 'cortex-m' || exception !== HARD_FAULT || pc === undefined || (cfsr ?? 0) !== 0) return undefined;
  const before = readHalfword(memory, ((pc & ~1) >>> 0) - SVC_BYTES, true);
  if (before === undefined || before >>> 8 !== 0xdf) return undefined;
  if (cfsr === undefined && action !== undefined) return undefined;
  return {
    class: 'fault',
    sentence: `${place} made a supervisor call (svc ${before & 0xff}) that could not be taken: interrupts were masked, or its priority was not enough.`,
    confidence: cfsr === undefined ? 'unsure' : 'likely',
  };
}
