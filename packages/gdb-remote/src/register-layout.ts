/** What the answer to `g` holds: the registers one behind the other. */
import type { TargetRegister } from './target-description.ts';

export type RegisterBytes = ReadonlyMap<string, Uint8Array>;

/** Architectures that have a fixed layout for servers without a description. */
export type KnownArchitecture = 'arm' | 'riscv32';

/**
 * The layout that such a server means, by the length of its answer; empty where there is none.
 * ARM: sixteen words, eight FPA registers of 12 bytes and fps, then cpsr as number 25 (what gdb takes for granted); or, of an
 * M-profile stub, seventeen words. RISC-V: x0 to x31, pc.
 */
export function fallbackLayout(architecture: KnownArchitecture, answerBytes: number): readonly TargetRegister[] {
  if (architecture === 'riscv32') {
    const count = answerBytes === 4 * RV32E ? 16 : 32;
    return words([...RISCV_NAMES.slice(0, count), 'pc']);
  }
  const core = words(ARM_NAMES);
  if (answerBytes >= FPA_BYTES) {
    const floats = Array.from({ length: 8 }, (_, index) => ({ name: `f${index}`, number: 16 + index, bytes: 12 }));
    return [...core, ...floats, { name: 'fps', number: 24, bytes: 4 }, { name: 'xpsr', number: 25, bytes: 4 }];
  }
  return answerBytes >= 4 * 17 ? [...core, { name: 'xpsr', number: 16, bytes: 4 }] : core;
}

/** Takes the answer apart. A register behind its end, or one that the server writes as `xx`, is not there. */
export function splitRegisters(answer: string, layout: readonly TargetRegister[]): Map<string, Uint8Array> {
  const registers = new Map<string, Uint8Array>();
  let at = 0;
  for (const { name, bytes } of layout) {
    const value = parseValue(answer.slice(at, at + 2 * bytes), bytes);
    if (value !== undefined && name !== '') registers.set(name, value);
    at += 2 * bytes;
  }
  return registers;
}

/** One register's bytes in target order; undefined where it is not available. */
export function parseValue(hex: string, bytes: number): Uint8Array | undefined {
  if (hex.length !== 2 * bytes || !/^[0-9a-fA-F]*$/.test(hex)) return undefined;
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

function words(names: readonly string[]): TargetRegister[] {
  return names.map((name, number) => ({ name, number, bytes: 4 }));
}

const RV32E = 17;
const FPA_BYTES = 4 * 16 + 8 * 12 + 4 + 4;
const ARM_NAMES = ['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r9', 'r10', 'r11', 'r12', 'sp', 'lr', 'pc'];
const RISCV_NAMES = [
  'zero',
  'ra',
  'sp',
  'gp',
  'tp',
  't0',
  't1',
  't2',
  's0',
  's1',
  'a0',
  'a1',
  'a2',
  'a3',
  'a4',
  'a5',
  'a6',
  'a7',
].concat(['s2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11', 't3', 't4', 't5', 't6']);
