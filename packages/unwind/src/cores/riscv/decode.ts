/** RV32IMAC instructions as far as finding a caller needs them (RISC-V unprivileged ISA, 2 and Zicsr; privileged ISA, 3.3.2). */
import { type Effect, type Flow, type Instruction, LEAVE, NEXT } from '../../flow/instruction.ts';
import { decodeCompressed } from './decode-compressed.ts';

const SIZE = 4;
const CSR = 4096;
/** The link register of prologues that functions share. */
const T0 = 5;
const MRET = 0x3020_0073;
const SRET = 0x1020_0073;

export type ReadHalfword = (at: number) => number | undefined;

export function decodeRiscv(at: number, read: ReadHalfword): Instruction | undefined {
  const low = read(at);
  if (low === undefined) return undefined;
  if ((low & 3) !== 3) return decodeCompressed(low, at);
  const high = read(at + 2);
  return high === undefined ? undefined : decodeWord(((high << 16) | low) >>> 0, at);
}

function decodeWord(word: number, at: number): Instruction {
  const to = (word >>> 7) & 0x1f;
  const from = (word >>> 15) & 0x1f;
  const kind = (word >>> 12) & 7;
  switch (word & 0x7f) {
    case 0x13:
      return plain([immediate(kind, to, from, word)]);
    case 0x33:
      return plain([arithmetic(word, kind, to, from)]);
    case 0x37:
      return plain([{ kind: 'constant', to, value: word & 0xffff_f000 }]);
    case 0x17:
      return plain([{ kind: 'constant', to, value: (at + (word & 0xffff_f000)) | 0 }]);
    case 0x03:
      return plain([kind === 2 ? { kind: 'load', to, base: from, offset: word >> 20 } : { kind: 'clobber', to }]);
    case 0x23:
      return plain([store(word, kind, from)]);
    case 0x63:
      return { size: SIZE, effects: [], flow: { kind: 'branch', target: at + branchOffset(word) } };
    case 0x6f:
      return jumpAndLink(to, at, at + jumpOffset(word));
    case 0x67:
      return jumpAndLinkRegister(to, from, word >> 20);
    case 0x73:
      return kind === 0 ? system(word) : plain(statusRegister(word, kind, to, from));
    case 0x07:
    case 0x27:
    case 0x0f:
      return plain([]);
    default:
      // Atomic and floating-point instructions, and what is not known: each may have a result.
      return plain([{ kind: 'clobber', to }]);
  }
}

function plain(effects: readonly Effect[], flow: Flow = NEXT): Instruction {
  return { size: SIZE, effects: effects.filter((effect) => !('to' in effect) || effect.to !== 0), flow };
}

function immediate(kind: number, to: number, from: number, word: number): Effect {
  if (kind === 0) return from === 0 ? { kind: 'constant', to, value: word >> 20 } : { kind: 'add', to, from, amount: word >> 20 };
  return kind === 1 ? { kind: 'shift-left', to, from, bits: (word >>> 20) & 0x1f } : { kind: 'clobber', to };
}

function arithmetic(word: number, kind: number, to: number, left: number): Effect {
  const right = (word >>> 20) & 0x1f;
  const variant = word >>> 25;
  if (kind !== 0 || (variant !== 0 && variant !== 0x20)) return { kind: 'clobber', to };
  if (left === 0 && variant === 0x20) return { kind: 'negate', to, from: right };
  if (right === 0) return { kind: 'move', to, from: left };
  return { kind: 'add-register', to, left, right, sign: variant === 0 ? 1 : -1 };
}

function store(word: number, kind: number, base: number): Effect {
  const offset = ((word >> 25) << 5) | ((word >>> 7) & 0x1f);
  return kind === 2 ? { kind: 'store', from: (word >>> 20) & 0x1f, base, offset } : { kind: 'spoil', base, offset };
}

function branchOffset(word: number): number {
  return ((word >> 31) << 12) | ((word << 4) & 0x800) | ((word >>> 20) & 0x7e0) | ((word >>> 7) & 0x1e);
}

export function jumpOffset(word: number): number {
  return ((word >> 31) << 20) | (word & 0xf_f000) | ((word >>> 9) & 0x800) | ((word >>> 20) & 0x7fe);
}

function jumpAndLink(to: number, at: number, target: number): Instruction {
  if (to === 0) return plain([], { kind: 'jump', targets: [target] });
  if (to !== T0) return plain([], { kind: 'call' });
  // What saves the registers for this function comes back through t0: it is followed.
  return plain([{ kind: 'constant', to: T0, value: at + SIZE }], { kind: 'jump', targets: [target] });
}

function jumpAndLinkRegister(to: number, register: number, offset: number): Instruction {
  if (to !== 0) return plain([], { kind: 'call' });
  return plain([], offset === 0 ? { kind: 'jump-register', register } : LEAVE);
}

function system(word: number): Instruction {
  if (word === MRET || word === SRET) return plain([], { kind: 'leave-trap' });
  return plain([]);
}

/** csrrw, csrrs, csrrc and their kin with a constant: the register's value before goes to `to`. */
function statusRegister(word: number, kind: number, to: number, from: number): Effect[] {
  const register = CSR + (word >>> 20);
  const isWrite = (kind & 3) === 1;
  const reads: Effect[] = to === 0 ? [] : [{ kind: 'move', to, from: register }];
  if (kind >= 4) return [...reads, isWrite ? { kind: 'constant', to: register, value: from } : { kind: 'clobber', to: register }];
  if (isWrite && to === from && to !== 0) return [{ kind: 'swap', left: to, right: register }];
  if (isWrite)
    return [...reads, from === 0 ? { kind: 'constant', to: register, value: 0 } : { kind: 'move', to: register, from }];
  return from === 0 ? reads : [...reads, { kind: 'clobber', to: register }];
}
