/** What an expression may ask of one frame: registers, memory, the frame base, and what its caller says about its arguments. */

import { equalBytes } from '@noinit/bytes';
import { type EvaluationContext, type Expression, evaluateExpression } from '@noinit/dwarf';
import { type Address, address } from '@noinit/model';
import type { ScopeInFrame, TargetMemory } from './target.ts';

/** A caller's argument may itself be what that caller was entered with; asked this many callers outwards. */
const MAX_CALLERS = 8;

/** `frame` is undefined for variables with static storage. */
export function makeContext(frame: ScopeInFrame | undefined, memory: TargetMemory, callers = 0): EvaluationContext {
  const base: EvaluationContext = {
    register: (register) => frame?.registers.get(register),
    memory: memory.read,
    callFrameAddress: () => frame?.cfa,
    frameBase: () => undefined,
  };
  return {
    ...base,
    frameBase: () => findFrameBase(frame, base),
    entryValue: (place) => (callers < MAX_CALLERS ? findEntryValue(place, frame, memory, callers) : undefined),
  };
}

/** DW_AT_frame_base names an address, or the register that holds it (DWARF 5, 3.3.5). */
function findFrameBase(frame: ScopeInFrame | undefined, context: EvaluationContext): Address | undefined {
  const expression = frame?.frameBase;
  if (!expression) return undefined;
  const location = evaluateExpression(expression, context);
  if (location.kind === 'memory') return location.address;
  const value = location.kind === 'register' ? context.register(location.register) : undefined;
  return value === undefined ? undefined : address(value);
}

/** DW_OP_entry_value: the argument of the call whose place is the asked one, evaluated in the caller's frame. */
function findEntryValue(
  place: Expression,
  frame: ScopeInFrame | undefined,
  memory: TargetMemory,
  callers: number,
): number | undefined {
  const caller = frame?.caller;
  const argument = caller?.arguments.find((candidate) => equalBytes(candidate.place.bytes, place.bytes));
  if (!caller || !argument) return undefined;
  const location = evaluateExpression(argument.value, makeContext(caller.frame, memory, callers + 1));
  switch (location.kind) {
    case 'memory':
      // An expression that is a value, not a place: what it leaves on the stack.
      return location.address;
    case 'register':
      return caller.frame.registers.get(location.register);
    case 'value':
      return Number(BigInt.asUintN(32, BigInt(location.value)));
    default:
      return undefined;
  }
}
