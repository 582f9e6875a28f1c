/** Thumb instructions of 32 bits (Armv7-M ARM A5.3, Armv8-M ARM C2.3). */
import { type Effect, type Instruction, LEAVE, NEXT } from '../../flow/instruction.ts';
import type { ReadHalfword } from './halfword.ts';
import { listRegisters, loadMany, PC, storeMany } from './multiple.ts';
import { decodeControl } from './wide-control.ts';
import { decodeSingle } from './wide-load.ts';
import { tableTargets } from './wide-table.ts';

const SIZE = 4;
/** sg of Armv8-M looks like a load. */
const SECURE_GATEWAY = 0xe97f;

export function decodeWide(first: number, second: number, at: number, read: ReadHalfword): Instruction {
  switch ((first >> 11) & 3) {
    case 1:
      return decodeGroup1(first, second, at, read);
    case 2:
      return second & 0x8000 ? decodeControl(first, second, at, read) : plain(dataImmediate(first, second, at));
    default:
      return decodeGroup3(first, second, at);
  }
}

export function plain(effects: readonly Effect[]): Instruction {
  return { size: SIZE, effects, flow: NEXT };
}

/** Several registers, two registers, tables, data processing of registers, coprocessors. */
function decodeGroup1(first: number, second: number, at: number, read: ReadHalfword): Instruction {
  if (first & 0x400) return plain(coprocessor(first, second));
  if (first & 0x200) return plain(dataRegister(first, second));
  if (first === SECURE_GATEWAY && second === SECURE_GATEWAY) return plain([]);
  if (first & 0x40) {
    const isTable = (first & 0xfff0) === 0xe8d0 && (second & 0xffe0) === 0xf000;
    if (isTable && (first & 0xf) === PC) {
      const targets = tableTargets(at + SIZE, { bytes: second & 0x10 ? 2 : 1, isSigned: false }, read);
      return { size: SIZE, effects: [], flow: { kind: 'jump', targets } };
    }
    return plain(isTable ? [] : dual(first, second));
  }
  return several(first, second);
}

function several(first: number, second: number): Instruction {
  const base = first & 0xf;
  const list = listRegisters(second);
  const direction = first & 0x100 ? 'descending' : 'ascending';
  const moves = (first & 0x20) !== 0;
  if ((first & 0x10) === 0) return plain(storeMany(base, list, direction, moves));
  const effects = loadMany(base, list, direction, moves && !list.includes(base));
  return { size: SIZE, effects, flow: list.includes(PC) ? LEAVE : NEXT };
}

/** ldrd and strd; what has no index at all are exclusive accesses. */
function dual(first: number, second: number): Effect[] {
  const isLoad = (first & 0x10) !== 0;
  const [low, high] = [second >> 12, (second >> 8) & 0xf];
  const isIndexed = (first & 0x100) !== 0;
  const moves = (first & 0x20) !== 0;
  if (!isIndexed && !moves) return exclusive(first, second);
  const base = first & 0xf;
  const amount = 4 * (second & 0xff) * (first & 0x80 ? 1 : -1);
  const offset = isIndexed && !moves ? amount : 0;
  const move: Effect = { kind: 'add', to: base, from: base, amount };
  const pair: Effect[] = isLoad
    ? [
        { kind: 'load', to: low, base, offset },
        { kind: 'load', to: high, base, offset: offset + 4 },
      ]
    : [
        { kind: 'store', from: low, base, offset },
        { kind: 'store', from: high, base, offset: offset + 4 },
      ];
  // A load of its own base would spoil the second load.
  if (isLoad && low === base) pair.reverse();
  if (!moves) return pair;
  return isIndexed ? [move, ...pair] : [...pair, move];
}

function exclusive(first: number, second: number): Effect[] {
  if (first & 0x10) return [clobber(second >> 12), clobber((second >> 8) & 0xf)];
  // strex has its result in bits 8 to 11, strexb and strexh in bits 0 to 3.
  return first & 0x80 ? [clobber(second & 0xf)] : [clobber((second >> 8) & 0xf)];
}

function dataRegister(first: number, second: number): Effect[] {
  const to = (second >> 8) & 0xf;
  const left = first & 0xf;
  const right = second & 0xf;
  const setsFlags = (first & 0x10) !== 0;
  if (to === PC && setsFlags) return [];
  const isShifted = (second & 0x70f0) !== 0;
  const operation = (first >> 5) & 0xf;
  if (isShifted) return [clobber(to)];
  if (operation === 2 && left === PC) return [{ kind: 'move', to, from: right }];
  if (operation === 8) return [{ kind: 'add-register', to, left, right, sign: 1 }];
  if (operation === 13) return [{ kind: 'add-register', to, left, right, sign: -1 }];
  return [clobber(to)];
}

/** Data processing with a constant: `add`, `sub`, `mov` are followed. */
function dataImmediate(first: number, second: number, at: number): Effect[] {
  const to = (second >> 8) & 0xf;
  const from = first & 0xf;
  const imm12 = ((first & 0x400) << 1) | ((second & 0x7000) >> 4) | (second & 0xff);
  if (first & 0x200) return plainImmediate((first >> 4) & 0x1f, to, from, imm12, at);
  const value = expandImmediate(imm12);
  if (to === PC && first & 0x10) return [];
  switch ((first >> 5) & 0xf) {
    case 2:
      return [from === PC ? { kind: 'constant', to, value } : clobber(to)];
    case 3:
      return [from === PC ? { kind: 'constant', to, value: ~value } : clobber(to)];
    case 8:
      return [{ kind: 'add', to, from, amount: value | 0 }];
    case 13:
      return [{ kind: 'add', to, from, amount: -value | 0 }];
    default:
      return [clobber(to)];
  }
}

function plainImmediate(operation: number, to: number, from: number, imm12: number, at: number): Effect[] {
  const imm16 = (from << 12) | imm12;
  const pc = (at + 4) & ~3;
  switch (operation) {
    case 0:
      return [from === PC ? { kind: 'constant', to, value: pc + imm12 } : { kind: 'add', to, from, amount: imm12 }];
    case 4:
      return [{ kind: 'constant', to, value: imm16 }];
    case 10:
      return [from === PC ? { kind: 'constant', to, value: pc - imm12 } : { kind: 'add', to, from, amount: -imm12 }];
    case 12:
      return [{ kind: 'high-half', to, value: imm16 }];
    default:
      return [clobber(to)];
  }
}

/** ThumbExpandImm (Armv7-M ARM A5.3.2). */
function expandImmediate(imm12: number): number {
  const byte = imm12 & 0xff;
  if (imm12 >> 10 !== 0) {
    const bits = imm12 >> 7;
    const value = 0x80 | (imm12 & 0x7f);
    return ((value >>> bits) | (value << (32 - bits))) >>> 0;
  }
  const patterns = [byte, byte * 0x0001_0001, byte * 0x0100_0100, byte * 0x0101_0101];
  return patterns[imm12 >> 8] ?? byte;
}

const S0 = 64;

/** vpush, vpop, vstm, vldm, vstr, vldr and moves to core registers; arithmetic changes nothing that is followed. */
function coprocessor(first: number, second: number): Effect[] {
  const kind = (second >> 8) & 0xf;
  if (kind !== 10 && kind !== 11) return mayMoveToCore(first, second);
  if ((first & 0xfe00) !== 0xec00) return mayMoveToCore(first, second);
  const [isIndexed, isUp, moves, isLoad] = [first & 0x100, first & 0x80, first & 0x20, first & 0x10];
  // mrrc moves to two core registers; vlstm and vlldm of Armv8-M stand here too.
  if (!isIndexed && !isUp) return isLoad && first & 0x40 ? [clobber(second >> 12), clobber(first & 0xf)] : [];
  const base = first & 0xf;
  const top = (first >> 6) & 1;
  const low = second >> 12;
  const register = kind === 11 ? 2 * ((top << 4) | low) : (low << 1) | top;
  const isSingle = isIndexed && !moves;
  const words = isSingle ? (kind === 11 ? 2 : 1) : kind === 11 ? second & 0xfe : second & 0xff;
  if (register + words > 32) return [];
  const list = Array.from({ length: words }, (_, index) => S0 + register + index);
  if (isSingle) return transferSingle(list, base, 4 * (second & 0xff) * (isUp ? 1 : -1), isLoad !== 0);
  const direction = isIndexed ? 'descending' : 'ascending';
  if (isLoad) return loadMany(base, list, direction, moves !== 0);
  return storeMany(base, list, direction, moves !== 0);
}

function transferSingle(list: readonly number[], base: number, from: number, isLoad: boolean): Effect[] {
  return list.map((register, index) => {
    const offset = from + 4 * index;
    return isLoad ? { kind: 'load', to: register, base, offset } : { kind: 'store', from: register, base, offset };
  });
}

/** mrc and vmov into a core register; mrrc into two. */
function mayMoveToCore(first: number, second: number): Effect[] {
  const isLoad = (first & 0x10) !== 0;
  if ((first & 0xfef0) === 0xec50) return [clobber(second >> 12), clobber(first & 0xf)];
  const isMove = (first & 0xef00) === 0xee00 && (second & 0x10) !== 0;
  return isMove && isLoad ? [clobber(second >> 12)] : [];
}

/** Single loads and stores, data processing of registers, multiplication. */
function decodeGroup3(first: number, second: number, at: number): Instruction {
  if ((first & 0xfe00) === 0xf800) return decodeSingle(first, second, at);
  if ((first & 0xfc00) === 0xfc00) return plain([]);
  return plain(
    (first & 0xff80) === 0xfb80 ? [clobber(second >> 12), clobber((second >> 8) & 0xf)] : [clobber((second >> 8) & 0xf)],
  );
}

/** Register 15 in such a place means that there is no result. */
export function clobber(to: number): Effect {
  return { kind: 'clobber', to };
}
