/** Thumb instructions of Armv6-M, v7-M and v8-M as far as finding a caller needs them (Armv7-M ARM A5, Armv8-M ARM C2). */
import { type Effect, type Instruction, LEAVE, NEXT } from '../../flow/instruction.ts';
import { type ReadHalfword, signed } from './halfword.ts';
import { FIRST_NARROW_PC_OFFSET, LR, listRegisters, loadMany, PC, SP, storeMany } from './multiple.ts';
import { decodeWide } from './wide.ts';

export function decodeThumb(at: number, read: ReadHalfword): Instruction | undefined {
  const first = read(at);
  if (first === undefined) return undefined;
  if (first < 0xe800) return decodeNarrow(first, at);
  const second = read(at + 2);
  return second === undefined ? undefined : decodeWide(first, second, at, read);
}

function decodeNarrow(code: number, at: number): Instruction {
  switch (code >> 12) {
    case 0b0000:
    case 0b0001:
      return plain(shiftOrAdd(code));
    case 0b0010:
    case 0b0011:
      return plain(withImmediate(code));
    case 0b0100:
      return decodeRegisters(code, at);
    case 0b0101:
    case 0b0110:
    case 0b0111:
    case 0b1000:
    case 0b1001:
      return plain(loadOrStore(code));
    case 0b1010:
      return plain([addressOf(code, at)]);
    case 0b1011:
      return decodeMiscellaneous(code, at);
    case 0b1100:
      return plain(code & 0x800 ? loadAscending(code) : storeMany((code >> 8) & 7, listRegisters(code & 0xff), 'ascending'));
    case 0b1101:
      return decodeBranch(code, at);
    default:
      return { size: 2, effects: [], flow: { kind: 'jump', targets: [at + 4 + signed(code & 0x7ff, 11) * 2] } };
  }
}

function plain(effects: readonly Effect[]): Instruction {
  return { size: 2, effects, flow: NEXT };
}

function shiftOrAdd(code: number): Effect[] {
  const to = code & 7;
  const from = (code >> 3) & 7;
  const operand = (code >> 6) & 7;
  switch ((code >> 9) & 0xf) {
    case 0b1100:
      return [{ kind: 'add-register', to, left: from, right: operand, sign: 1 }];
    case 0b1101:
      return [{ kind: 'add-register', to, left: from, right: operand, sign: -1 }];
    case 0b1110:
      return [{ kind: 'add', to, from, amount: operand }];
    case 0b1111:
      return [{ kind: 'add', to, from, amount: -operand }];
    default: {
      const bits = (code >> 6) & 0x1f;
      if (code >> 11 !== 0) return [{ kind: 'clobber', to }];
      return [bits === 0 ? { kind: 'move', to, from } : { kind: 'shift-left', to, from, bits }];
    }
  }
}

function withImmediate(code: number): Effect[] {
  const to = (code >> 8) & 7;
  const value = code & 0xff;
  switch ((code >> 11) & 3) {
    case 0:
      return [{ kind: 'constant', to, value }];
    case 1:
      return [];
    case 2:
      return [{ kind: 'add', to, from: to, amount: value }];
    default:
      return [{ kind: 'add', to, from: to, amount: -value }];
  }
}

function decodeRegisters(code: number, at: number): Instruction {
  if (code & 0x800) {
    const place = ((at + FIRST_NARROW_PC_OFFSET) & ~3) + 4 * (code & 0xff);
    return plain([{ kind: 'literal', to: (code >> 8) & 7, at: place }]);
  }
  if ((code & 0x400) === 0) return plain(dataProcessing(code));
  const to = (code & 7) | ((code >> 4) & 8);
  const from = (code >> 3) & 0xf;
  switch ((code >> 8) & 3) {
    case 0:
      if (to === PC) return { size: 2, effects: [], flow: LEAVE };
      return plain([{ kind: 'add-register', to, left: to, right: from, sign: 1 }]);
    case 1:
      return plain([]);
    case 2:
      return to === PC
        ? { size: 2, effects: [], flow: { kind: 'jump-register', register: from } }
        : plain([{ kind: 'move', to, from }]);
    default:
      return { size: 2, effects: [], flow: code & 0x80 ? { kind: 'call' } : { kind: 'jump-register', register: from } };
  }
}

function dataProcessing(code: number): Effect[] {
  const operation = (code >> 6) & 0xf;
  const to = code & 7;
  // tst, cmp and cmn only compare.
  if (operation === 8 || operation === 10 || operation === 11) return [];
  return [operation === 9 ? { kind: 'negate', to, from: (code >> 3) & 7 } : { kind: 'clobber', to }];
}

function loadOrStore(code: number): Effect[] {
  const register = code & 7;
  const base = (code >> 3) & 7;
  const offset = (code >> 6) & 0x1f;
  switch (code >> 11) {
    case 0b01100:
      return [{ kind: 'store', from: register, base, offset: 4 * offset }];
    case 0b01101:
      return [{ kind: 'load', to: register, base, offset: 4 * offset }];
    case 0b01110:
      return [{ kind: 'spoil', base, offset }];
    case 0b10000:
      return [{ kind: 'spoil', base, offset: 2 * offset }];
    case 0b01111:
    case 0b10001:
      return [{ kind: 'clobber', to: register }];
    case 0b10010:
      return [{ kind: 'store', from: (code >> 8) & 7, base: SP, offset: 4 * (code & 0xff) }];
    case 0b10011:
      return [{ kind: 'load', to: (code >> 8) & 7, base: SP, offset: 4 * (code & 0xff) }];
    default:
      // Register offsets: str, strh and strb come first.
      return ((code >> 9) & 7) < 3 ? [] : [{ kind: 'clobber', to: register }];
  }
}

function addressOf(code: number, at: number): Effect {
  const to = (code >> 8) & 7;
  const amount = 4 * (code & 0xff);
  if (code & 0x800) return { kind: 'add', to, from: SP, amount };
  return { kind: 'constant', to, value: ((at + FIRST_NARROW_PC_OFFSET) & ~3) + amount };
}

function loadAscending(code: number): Effect[] {
  const base = (code >> 8) & 7;
  const list = listRegisters(code & 0xff);
  return loadMany(base, list, 'ascending', !list.includes(base));
}

function decodeMiscellaneous(code: number, at: number): Instruction {
  if ((code & 0xf500) === 0xb100) {
    return { size: 2, effects: [], flow: { kind: 'branch', target: at + 4 + ((code >> 3) & 0x40) + ((code >> 2) & 0x3e) } };
  }
  switch ((code >> 8) & 0xf) {
    case 0x0: {
      const amount = 4 * (code & 0x7f);
      return plain([{ kind: 'add', to: SP, from: SP, amount: code & 0x80 ? -amount : amount }]);
    }
    case 0x4:
    case 0x5:
      return plain(storeMany(SP, [...listRegisters(code & 0xff), ...(code & 0x100 ? [LR] : [])], 'descending'));
    case 0xc:
    case 0xd: {
      const effects = loadMany(SP, listRegisters(code & 0xff), 'ascending', true);
      return { size: 2, effects, flow: code & 0x100 ? LEAVE : NEXT };
    }
    case 0x2:
    case 0xa:
      return plain([{ kind: 'clobber', to: code & 7 }]);
    case 0xf:
      return (code & 0xf) === 0
        ? plain([])
        : { size: 2, effects: [], flow: NEXT, conditionalCount: conditionalCount(code & 0xf) };
    default:
      return plain([]);
  }
}

/** The lowest set bit of the mask ends the block: 1000 is one instruction, xxx1 four. */
function conditionalCount(mask: number): number {
  return 4 - Math.log2(mask & -mask);
}

function decodeBranch(code: number, at: number): Instruction {
  const condition = (code >> 8) & 0xf;
  if (condition === 0xe) return { size: 2, effects: [], flow: LEAVE };
  // A supervisor call may give results, but its handler returns with lr as it was.
  if (condition === 0xf) return plain([0, 1, 2, 3, 12].map((to) => ({ kind: 'clobber', to })));
  return { size: 2, effects: [], flow: { kind: 'branch', target: at + 4 + signed(code & 0xff, 8) * 2 } };
}
