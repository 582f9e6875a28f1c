/** Carries out what one instruction does on what is known of a frame. */

import { CONSTANT, type FrameState, type Value } from './frame-state.ts';
import type { Effect } from './instruction.ts';

export interface Surroundings {
  /** Stands for the value that an effect gives to a register here. */
  readonly opaque: (register: number) => Value;
  /** A word of the program. */
  readonly literal: (at: number) => number | undefined;
  /** Told of a base whose value was loaded from memory that is not followed. */
  readonly loaded: (base: number, from: Value) => void;
}

export function carryOut(effect: Effect, state: FrameState, around: Surroundings): void {
  switch (effect.kind) {
    case 'store':
      state.store(plus(state.get(effect.base), effect.offset), state.get(effect.from));
      return;
    case 'spoil':
      state.spoil(plus(state.get(effect.base), effect.offset));
      return;
    case 'swap': {
      const left = state.get(effect.left);
      state.set(effect.left, state.get(effect.right));
      state.set(effect.right, left);
      return;
    }
    default:
      state.set(effect.to, assigned(effect, state, around) ?? unknown(effect, state, around));
  }
}

function unknown(effect: Assignment, state: FrameState, around: Surroundings): Value {
  const value = around.opaque(effect.to);
  if (effect.kind === 'load') around.loaded(value.base, plus(state.get(effect.base), effect.offset));
  return value;
}

type Assignment = Exclude<Effect, { readonly kind: 'store' | 'spoil' | 'swap' }>;

/** Undefined where nothing is known of it. */
function assigned(effect: Assignment, state: FrameState, around: Surroundings): Value | undefined {
  switch (effect.kind) {
    case 'clobber':
      return undefined;
    case 'constant':
      return constant(effect.value);
    case 'literal': {
      const word = around.literal(effect.at);
      return word === undefined ? undefined : constant(word);
    }
    case 'move':
      return state.get(effect.from);
    case 'add':
      return plus(state.get(effect.from), effect.amount);
    case 'load':
      return state.load(plus(state.get(effect.base), effect.offset));
    case 'add-register':
      return sum(state.get(effect.left), state.get(effect.right), effect.sign);
    default:
      return ofConstant(effect, state);
  }
}

/** What is followed for constants only: how code makes the large ones. */
function ofConstant(
  effect: Extract<Assignment, { readonly kind: 'shift-left' | 'negate' | 'high-half' }>,
  state: FrameState,
): Value | undefined {
  const from = state.get(effect.kind === 'high-half' ? effect.to : effect.from);
  if (from.base !== CONSTANT) return undefined;
  switch (effect.kind) {
    case 'shift-left':
      return constant(from.offset << effect.bits);
    case 'negate':
      return constant(-from.offset);
    case 'high-half':
      return constant((from.offset & 0xffff) | (effect.value << 16));
  }
}

function sum(left: Value, right: Value, sign: 1 | -1): Value | undefined {
  if (right.base === CONSTANT) return plus(left, sign * right.offset);
  return left.base === CONSTANT && sign === 1 ? plus(right, left.offset) : undefined;
}

function plus({ base, offset }: Value, amount: number): Value {
  return { base, offset: (offset + amount) | 0 };
}

function constant(value: number): Value {
  return { base: CONSTANT, offset: value | 0 };
}
