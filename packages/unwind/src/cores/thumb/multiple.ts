/** Loads and stores of several registers at once: push, pop, ldm, stm and their floating-point kin. */
import type { Effect } from '../../flow/instruction.ts';

export const SP = 13;
export const LR = 14;
export const PC = 15;
/** What the program counter reads as, beyond the instruction's own address. */
export const FIRST_NARROW_PC_OFFSET = 4;

/** `descending`: below the base, which moves there first; the lowest register always at the lowest address. */
export type Direction = 'ascending' | 'descending';

export function listRegisters(mask: number): number[] {
  return Array.from({ length: 16 }, (_, register) => register).filter((register) => mask & (1 << register));
}

export function storeMany(base: number, list: readonly number[], direction: Direction, moves = true): Effect[] {
  const from = direction === 'ascending' ? 0 : -4 * list.length;
  // A push moves the stack pointer first: what is stored below it would not count.
  const move: Effect = { kind: 'add', to: base, from: base, amount: direction === 'ascending' ? 4 * list.length : from };
  const shift = moves && direction === 'descending' ? -from : 0;
  const stores = list.map((register, index): Effect => {
    return { kind: 'store', from: register, base, offset: from + shift + 4 * index };
  });
  if (!moves) return stores;
  return direction === 'descending' ? [move, ...stores] : [...stores, move];
}

export function loadMany(base: number, list: readonly number[], direction: Direction, moves: boolean): Effect[] {
  const from = direction === 'ascending' ? 0 : -4 * list.length;
  // A base in the list is loaded last, or the other loads would count from it.
  const places = list
    .map((register, index) => ({ register, offset: from + 4 * index }))
    .filter(({ register }) => register !== PC);
  places.sort((left, right) => Number(left.register === base) - Number(right.register === base));
  const loads = places.map(({ register, offset }): Effect => ({ kind: 'load', to: register, base, offset }));
  const amount = direction === 'ascending' ? 4 * list.length : from;
  return moves ? [...loads, { kind: 'add', to: base, from: base, amount }] : loads;
}
