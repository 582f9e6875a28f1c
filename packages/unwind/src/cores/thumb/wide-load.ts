/** Loads and stores of one register with 32-bit instructions (Armv7-M ARM A5.3.7 to A5.3.10). */
import { type Effect, type Instruction, LEAVE, NEXT } from '../../flow/instruction.ts';
import { PC } from './multiple.ts';

const SIZE = 4;
const WORD = 2;

export function decodeSingle(first: number, second: number, at: number): Instruction {
  const register = second >> 12;
  const isLoad = (first & 0x10) !== 0;
  const isWord = ((first >> 5) & 3) === WORD;
  const effects = transfer(first, second, at);
  // A load into pc returns or jumps; narrower ones are hints to fetch ahead.
  if (isLoad && register === PC) return { size: SIZE, effects: [], flow: isWord ? LEAVE : NEXT };
  return { size: SIZE, effects, flow: NEXT };
}

function transfer(first: number, second: number, at: number): Effect[] {
  const base = first & 0xf;
  const isLoad = (first & 0x10) !== 0;
  const isUp = (first & 0x80) !== 0;
  const imm12 = second & 0xfff;
  if (base === PC) return isLoad ? [access(first, second, base, 0, ((at + 4) & ~3) + (isUp ? imm12 : -imm12))] : [];
  if (isUp) return [access(first, second, base, imm12)];
  if ((second & 0x800) === 0) return isLoad ? [{ kind: 'clobber', to: second >> 12 }] : [];
  const amount = (second & 0xff) * (second & 0x200 ? 1 : -1);
  const isIndexed = (second & 0x400) !== 0;
  const moves = (second & 0x100) !== 0;
  if (!moves) return [access(first, second, base, amount)];
  const move: Effect = { kind: 'add', to: base, from: base, amount };
  const one = access(first, second, base, 0);
  return isIndexed ? [move, one] : [one, move];
}

function access(first: number, second: number, base: number, offset: number, literal?: number): Effect {
  const register = second >> 12;
  const isWord = ((first >> 5) & 3) === WORD;
  if ((first & 0x10) === 0) return isWord ? { kind: 'store', from: register, base, offset } : { kind: 'spoil', base, offset };
  if (!isWord) return { kind: 'clobber', to: register };
  return literal === undefined ? { kind: 'load', to: register, base, offset } : { kind: 'literal', to: register, at: literal };
}
