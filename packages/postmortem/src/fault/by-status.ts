/** What the fault status registers say. The first rule whose bit is set speaks; all bits are listed beside it. */
import { hexAddress } from '@noinit/model';
import type { Scene } from './scene.ts';
import type { Verdict } from './verdict.ts';

interface Rule {
  readonly bit: string;
  readonly class: Verdict['class'];
  readonly confidence: Verdict['confidence'];
  readonly sentence: (place: string, address: string | undefined) => string;
}

/** Stack trouble first: with it the saved registers themselves are in doubt. Then from the precise to the vague. */
const RULES: readonly Rule[] = [
  rule('STKOF', 'stack-overflow', 'certain', (place) => `The stack pointer went below its limit in ${place}.`),
  rule(
    'MSTKERR',
    'stack-overflow',
    'likely',
    (place) => `Entering an exception in ${place} failed to write to the stack: it has probably overflowed.`,
  ),
  rule(
    'STKERR',
    'stack-overflow',
    'likely',
    (place) => `Entering an exception in ${place} failed to write to the stack: it has probably overflowed.`,
  ),
  rule('UNDEFINSTR', 'undefined-instruction', 'certain', (place) => `${place} ran into an undefined instruction.`),
  rule(
    'NOCP',
    'no-coprocessor',
    'certain',
    (place) => `${place} used a coprocessor or the floating-point unit, which is not enabled.`,
  ),
  rule('DIVBYZERO', 'divide-by-zero', 'certain', (place) => `${place} divided by zero.`),
  rule('UNALIGNED', 'unaligned-access', 'certain', (place) => `${place} accessed memory at an address that is not aligned.`),
  rule(
    'INVPC',
    'fault',
    'certain',
    (place) => `Returning from an exception failed at ${place}: the return value or the stacked state is invalid.`,
  ),
  rule('INVSTATE', 'bad-jump', 'likely', (place) => `${place} ran in an invalid processor state.`),
  rule(
    'DACCVIOL',
    'memory-access',
    'certain',
    (place, at) => `${place} accessed ${at ?? 'memory'}, which the memory protection forbids.`,
  ),
  rule('PRECISERR', 'bus-error', 'certain', (place, at) => `${place} accessed ${at ?? 'memory'}, where the bus gave an error.`),
  rule(
    'IMPRECISERR',
    'bus-error',
    'likely',
    (place) => `A store some instructions before ${place} got a bus error (imprecise: the exact one is not known).`,
  ),
  rule('IACCVIOL', 'bad-jump', 'certain', (place) => `Running code at ${place} is forbidden by the memory protection.`),
  rule('IBUSERR', 'bad-jump', 'certain', (place) => `Fetching an instruction at ${place} got a bus error.`),
  rule(
    'MUNSTKERR',
    'memory-access',
    'certain',
    (place) => `Returning from an exception to ${place} was forbidden to read the stack.`,
  ),
  rule('UNSTKERR', 'bus-error', 'certain', (place) => `Returning from an exception to ${place} got a bus error on the stack.`),
  rule(
    'MLSPERR',
    'memory-access',
    'certain',
    (place) => `Saving floating-point registers was forbidden by the memory protection near ${place}.`,
  ),
  rule('LSPERR', 'bus-error', 'certain', (place) => `Saving floating-point registers got a bus error near ${place}.`),
  rule('VECTTBL', 'bus-error', 'certain', (place) => `The vector of an exception could not be read; ${place} was interrupted.`),
  rule('DEBUGEVT', 'fault', 'certain', (place) => `${place} ran into a breakpoint with no debugger attached.`),
];

/** Undefined where no bit that explains anything is set or known. */
export function judgeByStatus(scene: Scene, place: string): Verdict | undefined {
  const found = RULES.find(({ bit }) => scene.bits.includes(bit));
  if (!found) return undefined;
  const address = findFaultAddress(scene);
  const { class: kind, confidence } = found;
  return { class: kind, sentence: found.sentence(place, address), confidence, ...(address !== undefined && { address }) };
}

/** MMFAR and BFAR hold the address only while their valid bit is set. */
function findFaultAddress({ dump, bits }: Scene): string | undefined {
  const { mmfar, bfar } = dump.system;
  if (bits.includes('MMARVALID') && mmfar !== undefined) return hexAddress(mmfar);
  return bits.includes('BFARVALID') && bfar !== undefined ? hexAddress(bfar) : undefined;
}

function rule(bit: string, kind: Rule['class'], confidence: Rule['confidence'], sentence: Rule['sentence']): Rule {
  return { bit, class: kind, confidence, sentence };
}
