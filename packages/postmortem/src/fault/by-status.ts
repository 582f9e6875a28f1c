/** What the fault status registers say. The first rule whose bit is set speaks; all bits are listed beside it. */
import { hexAddress } from '@noinit/model';
import { describeAccess } from './describe-access.ts';
import type { Scene } from './scene.ts';
import { findVariableIn } from './variable-in-register.ts';
import type { Verdict } from './verdict.ts';

interface Rule {
  readonly bit: string;
  readonly class: Verdict['class'];
  readonly confidence: Verdict['confidence'];
  readonly sentence: (place: string, facts: Facts) => string;
}

interface Facts {
  /** `read sensor->raw at 0x00000008`, or `accessed 0x00000008`, or `accessed memory`. */
  readonly access: string;
  /** ` (sensor is NULL)`, or nothing. */
  readonly because: string;
  readonly divisor: string;
}

/** Stack trouble first: with it the saved registers themselves are in doubt. Then from the precise to the vague. */
const RULES: readonly Rule[] = [
  rule('STKOF', 'stack-overflow', 'certain', (place) => `The stack pointer went below its limit in ${place}.`),
  rule('MSTKERR', 'stack-overflow', 'likely', stackingFailed),
  rule('STKERR', 'stack-overflow', 'likely', stackingFailed),
  rule(
    'INVEP',
    'security-violation',
    'certain',
    (place) => `Non-secure code jumped into secure memory at ${place}, where there is no gateway.`,
  ),
  rule(
    'INVIS',
    'security-violation',
    'certain',
    (place) => `Returning from an exception to ${place}, the secure stack frame had no valid signature.`,
  ),
  rule(
    'INVER',
    'security-violation',
    'certain',
    (place) => `Returning from an exception to ${place}, the return value named the wrong security state.`,
  ),
  rule(
    'AUVIOL',
    'security-violation',
    'certain',
    (place, { access, because }) => `${place} ${access}, which is secure${because}.`,
  ),
  rule(
    'INVTRAN',
    'security-violation',
    'certain',
    (place) => `${place} branched from secure to non-secure code without saying so.`,
  ),
  rule(
    'SFSR.LSPERR',
    'security-violation',
    'certain',
    (place) => `Saving floating-point registers violated the security attribution near ${place}.`,
  ),
  rule(
    'LSERR',
    'security-violation',
    'certain',
    (place) => `The state of saved floating-point registers was wrong near ${place}.`,
  ),
  rule('UNDEFINSTR', 'undefined-instruction', 'certain', (place) => `${place} ran into an undefined instruction.`),
  rule(
    'NOCP',
    'no-coprocessor',
    'certain',
    (place) => `${place} used a coprocessor or the floating-point unit, which is not enabled.`,
  ),
  rule('DIVBYZERO', 'divide-by-zero', 'certain', (place, { divisor }) => `${place} divided by zero${divisor}.`),
  rule(
    'UNALIGNED',
    'unaligned-access',
    'certain',
    (place, { access, because }) => `${place} ${access}, which is not aligned${because}.`,
  ),
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
    (place, { access, because }) => `${place} ${access}, which the memory protection forbids${because}.`,
  ),
  rule(
    'PRECISERR',
    'bus-error',
    'certain',
    (place, { access, because }) => `${place} ${access}, where the bus gave an error${because}.`,
  ),
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
  rule('DEBUGEVT', 'breakpoint', 'certain', (place) => `${place} ran into a breakpoint with no debugger attached.`),
];

function stackingFailed(place: string): string {
  return `Entering an exception in ${place} failed to write to the stack: it has probably overflowed, and the saved registers are not to be trusted.`;
}

/**
 * Which bits an exception of its own raises, by number (MemManage, BusFault, UsageFault, SecureFault). Bits stay set until
 * cleared, so those of the exception that is running speak before others.
 */
const BITS_OF_EXCEPTION: ReadonlyMap<number, readonly string[]> = new Map([
  [4, ['MSTKERR', 'DACCVIOL', 'IACCVIOL', 'MUNSTKERR', 'MLSPERR']],
  [5, ['STKERR', 'PRECISERR', 'IMPRECISERR', 'IBUSERR', 'UNSTKERR', 'LSPERR']],
  [6, ['STKOF', 'UNDEFINSTR', 'NOCP', 'DIVBYZERO', 'UNALIGNED', 'INVPC', 'INVSTATE']],
  [7, ['INVEP', 'INVIS', 'INVER', 'AUVIOL', 'INVTRAN', 'SFSR.LSPERR', 'LSERR']],
]);

/** Undefined where no bit that explains anything is set or known. */
export function judgeByStatus(scene: Scene, place: string): Verdict | undefined {
  const set = RULES.filter(({ bit }) => scene.bits.includes(bit));
  const own = scene.exception === undefined ? undefined : BITS_OF_EXCEPTION.get(scene.exception);
  const found = set.find(({ bit }) => own?.includes(bit)) ?? set[0];
  if (!found) return undefined;
  const address = findFaultAddress(scene);
  const { class: kind, confidence } = found;
  const sentence = found.sentence(place, findFacts(scene, address));
  return { class: kind, sentence, confidence, ...(address !== undefined && { address }) };
}

/** MMFAR, BFAR and SFAR hold the address only while their valid bit is set. */
function findFaultAddress({ dump, bits }: Scene): string | undefined {
  const { mmfar, bfar, sfar } = dump.system;
  if (bits.includes('SFARVALID') && sfar !== undefined) return hexAddress(sfar);
  if (bits.includes('MMARVALID') && mmfar !== undefined) return hexAddress(mmfar);
  return bits.includes('BFARVALID') && bfar !== undefined ? hexAddress(bfar) : undefined;
}

/** Words of a multiple access after the first may be the ones that failed. */
const MAX_ACCESS_BYTES = 64;

function findFacts(scene: Scene, address: string | undefined): Facts {
  const { action } = scene;
  const plain = { access: `accessed ${address ?? 'memory'}`, because: '', divisor: '' };
  if (action?.kind === 'divide') {
    const name = findVariableIn(action.divisor, scene)?.path;
    return { ...plain, divisor: name === undefined || scene.registers[action.divisor] !== 0 ? '' : `: ${name} is 0` };
  }
  if (action?.kind !== 'load' && action?.kind !== 'store') return plain;
  const distance = address === undefined ? 0 : Number(address) - (action.address ?? Number.NaN);
  const text = distance >= 0 && distance < MAX_ACCESS_BYTES ? describeAccess(action, scene) : undefined;
  return text ? { ...plain, access: text.what, because: text.because === undefined ? '' : `: ${text.because}` } : plain;
}

function rule(bit: string, kind: Rule['class'], confidence: Rule['confidence'], sentence: Rule['sentence']): Rule {
  return { bit, class: kind, confidence, sentence };
}
