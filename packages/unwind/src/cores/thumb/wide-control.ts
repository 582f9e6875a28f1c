/** Branches, calls and system instructions of 32 bits (Armv7-M ARM A5.3.4, Armv8-M ARM C2.3.4). */
import type { Effect, Instruction } from '../../flow/instruction.ts';
import { LEAVE, NEXT } from '../../flow/instruction.ts';
import { PSP } from '../cortex-m-registers.ts';
import { type ReadHalfword, signed } from './halfword.ts';
import { LR, SP } from './multiple.ts';
import { findTableShape, tableTargets } from './wide-table.ts';

const SIZE = 4;
/** SYSm of mrs and msr. */
const SYSTEM_MSP = 8;
const SYSTEM_PSP = 9;

export function decodeControl(first: number, second: number, at: number, read: ReadHalfword): Instruction {
  switch (second & 0xd000) {
    case 0xd000:
      return call(at + SIZE, at + SIZE + longOffset(first, second), read);
    case 0x9000:
      return control({ kind: 'jump', targets: [at + 4 + longOffset(first, second)] });
    case 0xc000:
      return loop(first, second, at);
    default:
      return isConditional(first)
        ? control({ kind: 'branch', target: at + 4 + shortOffset(first, second) })
        : system(first, second);
  }
}

function call(end: number, target: number, read: ReadHalfword): Instruction {
  const shape = findTableShape(target, read);
  return control(shape ? { kind: 'jump', targets: tableTargets(end, shape, read) } : { kind: 'call' });
}

function control(flow: Instruction['flow'], effects: readonly Effect[] = []): Instruction {
  return { size: SIZE, effects, flow };
}

function isConditional(first: number): boolean {
  return ((first >> 6) & 0xf) < 0xe;
}

/** S:I1:I2:imm10:imm11:0, where I = not(J) xor S. */
function longOffset(first: number, second: number): number {
  const sign = (first >> 10) & 1;
  const i1 = ((second >> 13) & 1) ^ sign ^ 1;
  const i2 = ((second >> 11) & 1) ^ sign ^ 1;
  return signed((sign << 24) | (i1 << 23) | (i2 << 22) | ((first & 0x3ff) << 12) | ((second & 0x7ff) << 1), 25);
}

/** S:J2:J1:imm6:imm11:0 */
function shortOffset(first: number, second: number): number {
  const [sign, j2, j1] = [(first >> 10) & 1, (second >> 11) & 1, (second >> 13) & 1];
  return signed((sign << 20) | (j2 << 19) | (j1 << 18) | ((first & 0x3f) << 12) | ((second & 0x7ff) << 1), 21);
}

/** The loops of Armv8.1-M count in lr: dls and wls begin one, le ends it. */
function loop(first: number, second: number, at: number): Instruction {
  const distance = ((second & 0x7fe) << 1) | ((second >> 10) & 2);
  if ((first & 0xfff0) === 0xf000) return control({ kind: 'branch', target: at + 4 - distance });
  const count: Effect = { kind: 'clobber', to: LR };
  if ((second & 0x2000) === 0) return control({ kind: 'branch', target: at + 4 + distance }, [count]);
  return control(NEXT, [count]);
}

function system(first: number, second: number): Instruction {
  const register = second & 0xff;
  if ((first & 0xfff0) === 0xf7f0 && (second & 0xf000) === 0xa000) return control(LEAVE);
  if ((first & 0xfff0) === 0xf3e0) {
    const to = (second >> 8) & 0xf;
    return control(NEXT, [register === SYSTEM_PSP ? { kind: 'move', to, from: PSP } : { kind: 'clobber', to }]);
  }
  if ((first & 0xffe0) !== 0xf380) return control(NEXT);
  if (register === SYSTEM_MSP) return control(NEXT, [{ kind: 'clobber', to: SP }]);
  return control(NEXT, register === SYSTEM_PSP ? [{ kind: 'move', to: PSP, from: first & 0xf }] : []);
}
