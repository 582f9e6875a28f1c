/** What an expression may ask of one frame: registers, memory, the frame base, and what its caller says about its arguments. */
import { type Computed, type EvaluationContext, evaluateExpression } from '@noinit/dwarf';
import { type Address, address } from '@noinit/model';
import type { VariableInfo } from '@noinit/symbols';
import { findEntryValue, findParameterValue } from './entry-values.ts';
import { isStackRegister, readRegister, registerName } from './read-register.ts';
import type { ScopeInFrame, TargetMemory } from './target.ts';

/** Callers outwards, and variables in variables, that one value may depend on. */
const MAX_NESTING = 8;
/** Entry values and other variables that one value may ask for in all: each may ask for many in turn. */
const MAX_QUESTIONS = 64;

/** How much one value has asked for so far. */
export interface Questions {
  left: number;
  readonly nesting: number;
}

export function firstQuestions(): Questions {
  return { left: MAX_QUESTIONS, nesting: 0 };
}

export interface Surroundings {
  /** Undefined for variables with static storage. */
  readonly frame: ScopeInFrame | undefined;
  readonly memory: TargetMemory;
  readonly littleEndian: boolean;
  readonly questions: Questions;
  /** The number that another variable of the frame holds. */
  readonly numberOf: (variable: VariableInfo, surroundings: Surroundings) => Computed | undefined;
}

export function makeContext(surroundings: Surroundings): EvaluationContext {
  const { frame, memory, littleEndian } = surroundings;
  if (!frame) return { ...NO_FRAME, memory: memory.read };
  const { registers, machine = 'cortex-m', cfa, caller } = frame;
  const file = { registers, machine, littleEndian };
  const inCaller = (inner: Surroundings) => () => makeContext({ ...inner, frame: caller?.frame });
  const base: EvaluationContext = {
    register: (register) => registers.get(register),
    registerBytes: (register, size) => {
      const read = readRegister(register, size, file);
      return read.kind === 'bytes' ? read.bytes : undefined;
    },
    registerName: (register) => registerName(register, machine),
    isStackRegister: (register) => isStackRegister(register, machine),
    memory: memory.read,
    callFrameAddress: () => cfa,
    frameBase: () => undefined,
    variableValue: (entry) =>
      ask(surroundings, (inner) => {
        const variable = frame.variableAt?.(entry);
        return variable && inner.numberOf(variable, inner);
      }),
    parameterValue: (entry) => ask(surroundings, (inner) => findParameterValue(entry, frame, inCaller(inner))),
    entryValue: (block) => ask(surroundings, (inner) => findEntryValue(block, frame, inCaller(inner))),
  };
  return { ...base, frameBase: () => findFrameBase(frame, base) };
}

const NO_FRAME = {
  register: () => undefined,
  callFrameAddress: () => undefined,
  frameBase: () => undefined,
};

/** One question less; none is left where expressions ask each other in circles. */
function ask<Answer>(surroundings: Surroundings, answer: (inner: Surroundings) => Answer): Answer | undefined {
  const { questions } = surroundings;
  if (questions.left <= 0 || questions.nesting >= MAX_NESTING) return undefined;
  const inner: Questions = { left: questions.left - 1, nesting: questions.nesting + 1 };
  const found = answer({ ...surroundings, questions: inner });
  questions.left = inner.left;
  return found;
}

/** DW_AT_frame_base names an address, or the register that holds it (DWARF 5, 3.3.5). */
function findFrameBase(frame: ScopeInFrame, context: EvaluationContext): Address | undefined {
  if (!frame.frameBase) return undefined;
  const location = evaluateExpression(frame.frameBase, context);
  if (location.kind === 'memory') return location.address;
  const value =
    location.kind === 'register' ? context.register(location.register) : location.kind === 'value' ? location.value : undefined;
  return value === undefined ? undefined : address(Number(value));
}
