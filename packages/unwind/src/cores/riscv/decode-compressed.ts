/** Instructions of 16 bits (RISC-V unprivileged ISA, "C"). */
import { type Effect, type Flow, type Instruction, LEAVE, NEXT } from '../../flow/instruction.ts';
import { SP } from './registers.ts';

const SIZE = 2;

/** Undefined for one that is not known: nothing behind it can be followed. */
export function decodeCompressed(code: number, at: number): Instruction | undefined {
  // All zeros is illegal by definition.
  if (code === 0) return plain([], LEAVE);
  switch (code & 3) {
    case 0:
      return decodeQuadrant0(code);
    case 1:
      return decodeQuadrant1(code, at);
    default:
      return decodeQuadrant2(code);
  }
}

function plain(effects: readonly Effect[], flow: Flow = NEXT): Instruction {
  return { size: SIZE, effects: effects.filter((effect) => !('to' in effect) || effect.to !== 0), flow };
}

/** Registers of three bits are x8 to x15. */
function low(code: number): number {
  return 8 + ((code >> 2) & 7);
}

function high(code: number): number {
  return 8 + ((code >> 7) & 7);
}

function decodeQuadrant0(code: number): Instruction {
  const offset = ((code >> 7) & 0x38) | ((code >> 4) & 4) | ((code << 1) & 0x40);
  switch (code >> 13) {
    case 0: {
      const amount = ((code >> 7) & 0x30) | ((code >> 1) & 0x3c0) | ((code >> 4) & 4) | ((code >> 2) & 8);
      return plain([{ kind: 'add', to: low(code), from: SP, amount }]);
    }
    case 2:
      return plain([{ kind: 'load', to: low(code), base: high(code), offset }]);
    case 6:
      return plain([{ kind: 'store', from: low(code), base: high(code), offset }]);
    case 4:
      // Zcb: bytes and halfwords; the loads come first.
      return plain(((code >> 10) & 7) < 2 ? [{ kind: 'clobber', to: low(code) }] : []);
    default:
      return plain([]);
  }
}

function decodeQuadrant1(code: number, at: number): Instruction {
  const to = (code >> 7) & 0x1f;
  const value = (((code >> 12) & 1) * -32) | ((code >> 2) & 0x1f);
  switch (code >> 13) {
    case 0:
      return plain([{ kind: 'add', to, from: to, amount: value }]);
    case 1:
      return plain([], { kind: 'call' });
    case 2:
      return plain([{ kind: 'constant', to, value }]);
    case 3:
      if (to !== SP) return plain([{ kind: 'constant', to, value: value << 12 }]);
      return plain([{ kind: 'add', to: SP, from: SP, amount: stackAmount(code) }]);
    case 4:
      return plain([arithmetic(code)]);
    case 5:
      return plain([], { kind: 'jump', targets: [at + jumpOffset(code)] });
    default:
      return plain([], { kind: 'branch', target: at + branchOffset(code) });
  }
}

/** c.addi16sp */
function stackAmount(code: number): number {
  const bits = ((code >> 2) & 0x10) | ((code << 3) & 0x20) | ((code << 1) & 0x40) | ((code << 4) & 0x180);
  return bits | (((code >> 12) & 1) * -512);
}

function arithmetic(code: number): Effect {
  const to = high(code);
  const isSubtraction = (code & 0x1c60) === 0x0c00;
  return isSubtraction ? { kind: 'add-register', to, left: to, right: low(code), sign: -1 } : { kind: 'clobber', to };
}

/** imm[11|4|9:8|10|6|7|3:1|5] in bits 12 to 2. */
export function jumpOffset(code: number): number {
  const bits =
    ((code >> 1) & 0x800) |
    ((code >> 7) & 0x10) |
    ((code >> 1) & 0x300) |
    ((code << 2) & 0x400) |
    ((code >> 1) & 0x40) |
    ((code << 1) & 0x80) |
    ((code >> 2) & 0xe) |
    ((code << 3) & 0x20);
  return (bits << 20) >> 20;
}

/** imm[8|4:3] in bits 12 to 10, imm[7:6|2:1|5] in bits 6 to 2. */
function branchOffset(code: number): number {
  const bits = ((code >> 4) & 0x100) | ((code >> 7) & 0x18) | ((code << 1) & 0xc0) | ((code >> 2) & 6) | ((code << 3) & 0x20);
  return (bits << 23) >> 23;
}

function decodeQuadrant2(code: number): Instruction | undefined {
  const to = (code >> 7) & 0x1f;
  const other = (code >> 2) & 0x1f;
  switch (code >> 13) {
    case 0:
      return plain([{ kind: 'shift-left', to, from: to, bits: other }]);
    case 2: {
      const offset = ((code >> 7) & 0x20) | ((code >> 2) & 0x1c) | ((code << 4) & 0xc0);
      return plain([{ kind: 'load', to, base: SP, offset }]);
    }
    case 4:
      return decodeMove(code, to, other);
    case 6:
      return plain([{ kind: 'store', from: other, base: SP, offset: ((code >> 7) & 0x3c) | ((code >> 1) & 0xc0) }]);
    case 5:
      // Zcmp's cm.push and its kin look like c.fsdsp.
      return undefined;
    default:
      return plain([]);
  }
}

function decodeMove(code: number, to: number, from: number): Instruction {
  const isAdding = (code & 0x1000) !== 0;
  if (from !== 0)
    return plain([isAdding ? { kind: 'add-register', to, left: to, right: from, sign: 1 } : { kind: 'move', to, from }]);
  if (!isAdding) return plain([], { kind: 'jump-register', register: to });
  return to === 0 ? plain([]) : plain([], { kind: 'call' });
}
