/** RV32: return addresses, calls, frame pointers and traps. */

import { address } from '@noinit/model';
import type { Code } from '../../flow/follow-function.ts';
import { type Memory, readHalfword, readWord } from '../../memory.ts';
import type { CoreRules } from '../core-rules.ts';
import { findRiscvCallBefore } from './call.ts';
import { decodeRiscv } from './decode.ts';
import {
  FOLLOWED,
  FP,
  isBankedOnRiscv,
  isPreservedOnRiscv,
  MCAUSE,
  MEPC,
  PC,
  RA,
  readRiscvRegisters,
  SAVED_BY_TRAPS,
  SCRATCH,
  SP,
  TEMPORARIES,
} from './registers.ts';
import { readTrapCause } from './trap-name.ts';

const MRET = 0x3020_0073;
/** jr ra and ret, compressed or not. */
const RETURN = 0x0000_8067;
const COMPRESSED_RETURN = 0x8082;
/** Bytes that are looked at in one piece. */
const CHUNK = 64;

export const RISCV32: CoreRules = {
  stackPointer: SP,
  returnRegister: RA,
  programCounter: PC,
  framePointer: FP,
  readRegisters: readRiscvRegisters,
  isPreserved: isPreservedOnRiscv,
  isBanked: isBankedOnRiscv,
  halvesOf: () => undefined,
  codeAddress: (pointer) => address((pointer & ~1) >>> 0),
  isCodePointer: (pointer) => (pointer & 1) === 0,
  callAddress: (returnAddress) => address(Math.max(0, ((returnAddress & ~1) >>> 0) - 1)),
  findCallBefore: findRiscvCallBefore,
  findWrongState: () => undefined,
  readCode,
  mayReturn: (start, end, memory) => !isReadable(start, end, memory) || hasCode(start, end, memory, isReturn),
  followed: FOLLOWED,
  vectorBytes: 0,
  traps: {
    trapPc: MEPC,
    trapCause: MCAUSE,
    saved: SAVED_BY_TRAPS,
    nameCause: (mcause) => readTrapCause(mcause).name,
    temporaries: TEMPORARIES,
    mayHandleTraps: (start, end, memory) => hasCode(start, end, memory, (word) => word === MRET || isStatusAccess(word)),
  },
};

/** Instructions are little endian on every RISC-V. */
function readCode(memory: Memory): Code {
  return {
    decode: (at) => decodeRiscv(at, (place) => readHalfword(memory, place, true)),
    literal: (at) => readWord(memory, at, true),
    scratch: SCRATCH,
    stackPointer: SP,
  };
}

/** csrrw, csrrs, csrrc and their kin. */
function isStatusAccess(word: number): boolean {
  return (word & 0x7f) === 0x73 && (word & 0x7000) !== 0;
}

function isReturn(word: number): boolean {
  return word === RETURN || (word & 0xffff) === COMPRESSED_RETURN;
}

/** Whether an instruction stands among a function's bytes, as far as these are there. */
function hasCode(start: number, end: number, memory: Memory, isWanted: (word: number) => boolean): boolean {
  for (let at = start; at < end; at += CHUNK) {
    // Two bytes more, or a word across two chunks would not be seen.
    const bytes = memory.read(address(at), CHUNK + 2) ?? memory.read(address(at), CHUNK) ?? readTail(at, memory);
    if (bytes.length === 0) return false;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let offset = 0; offset + 2 <= bytes.length; offset += 2) {
      const isLast = offset + 4 > bytes.length;
      if (isWanted(isLast ? view.getUint16(offset, true) : view.getUint32(offset, true))) return true;
    }
  }
  return false;
}

/** The last bytes of a section. */
function readTail(at: number, memory: Memory): Uint8Array {
  let length = CHUNK;
  for (; length > 0; length -= 2) {
    const bytes = memory.read(address(at), length);
    if (bytes) return bytes;
  }
  return new Uint8Array();
}

function isReadable(start: number, end: number, memory: Memory): boolean {
  return memory.read(address(start), end - start) !== undefined;
}
