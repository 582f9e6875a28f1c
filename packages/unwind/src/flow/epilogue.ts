/** The last instructions of a function, where it gives its stack back: many compilers do not tell of them. */
import type { Code, FunctionBounds } from './follow-function.ts';
import type { Effect } from './instruction.ts';

const MAX_INSTRUCTIONS = 16;

/** Whether from `at` on there are only pops and what makes the result, up to an instruction that leaves the function. */
export function isEpilogue(at: number, bounds: FunctionBounds, code: Code): boolean {
  let pc = at;
  for (let count = 0; count < MAX_INSTRUCTIONS; count++) {
    const instruction = code.decode(pc);
    if (!instruction?.effects.every((effect) => isPop(effect, code))) return false;
    const { flow } = instruction;
    if (flow.kind === 'leave' || flow.kind === 'leave-trap' || flow.kind === 'jump-register') return true;
    if (flow.kind === 'jump') return flow.targets.every((target) => target < bounds.start || target >= bounds.end);
    if (flow.kind !== 'next') return false;
    pc += instruction.size;
  }
  return false;
}

function isPop(effect: Effect, { stackPointer, scratch }: Code): boolean {
  switch (effect.kind) {
    case 'store':
    case 'spoil':
    case 'swap':
      return false;
    case 'load':
      return effect.base === stackPointer || scratch.includes(effect.to);
    case 'add':
      return effect.to === stackPointer || scratch.includes(effect.to);
    case 'move':
      // Thumb pops high registers by way of low ones.
      return true;
    default:
      return scratch.includes(effect.to);
  }
}
