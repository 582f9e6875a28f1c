/** Runs the unwind instructions of the EHABI (Arm IHI 0038, 10.3) on no registers at all: what they would do becomes a row. */
import { ByteReader, ByteWriter } from '@noinit/bytes';
import { type CfaRule, type Expression, type RegisterRule, type UnwindRow, unlessDamaged } from '@noinit/dwarf';
import type { Address } from '@noinit/model';

/** DWARF numbers (AADWARF32, 4.1). */
const SP = 13;
const LR = 14;
const PC = 15;
const S0 = 64;
const RA_AUTH_CODE = 143;
/** D16 to D31 have no halves with numbers of their own. */
const D0 = 256;
const DW_OP_BREG0 = 0x70;

/** Undefined for instructions that are reserved, refuse, or take the stack pointer from the stack. */
export function runExceptionInstructions(bytes: Uint8Array, start: Address): UnwindRow | undefined {
  const machine = new VirtualStack();
  return unlessDamaged(
    () => (machine.run(new ByteReader(bytes)) ? machine.row(start) : undefined),
    () => undefined,
  );
}

/** The virtual stack pointer as a register of the frame and an offset, and what was popped from where. */
class VirtualStack {
  private base = SP;
  private offset = 0;
  /** Offsets from `base`. */
  private readonly popped = new Map<number, number>();
  /** Popped before the virtual stack pointer was taken from a register: with the base of that time. */
  private readonly earlier = new Map<number, RegisterRule>();

  /** False where the instructions cannot be followed. */
  run(reader: ByteReader): boolean {
    while (!reader.atEnd) {
      const code = reader.u8();
      if (code === FINISH) return true;
      if (!this.step(code, reader)) return false;
    }
    return true;
  }

  row(start: Address): UnwindRow {
    const cfa: CfaRule = { kind: 'register', register: this.base, offset: this.offset };
    const rules = new Map<number, RegisterRule>(this.earlier);
    for (const [register, at] of this.popped) rules.set(register, { kind: 'offset', offset: at - this.offset });
    const returnRule = rules.get(PC);
    rules.delete(PC);
    if (returnRule) rules.set(LR, returnRule);
    return { start, cfa, registers: rules, returnAddressRegister: LR, signalFrame: false };
  }

  private step(code: number, reader: ByteReader): boolean {
    switch (code >> 6) {
      case 0b00:
        this.offset += 4 * (code & 0x3f) + 4;
        return true;
      case 0b01:
        this.offset -= 4 * (code & 0x3f) + 4;
        return true;
      case 0b10:
        return this.popIntegers(code, reader);
      default:
        return this.popVectors(code, reader);
    }
  }

  private popIntegers(code: number, reader: ByteReader): boolean {
    const low = code & 0xf;
    switch (code >> 4) {
      case 0x8:
        return this.popMask(((low << 8) | reader.u8()) << 4);
      case 0x9:
        return this.take(low);
      case 0xa:
        // r4 to r4+n, and with bit 3 lr.
        return this.popMask(((1 << ((low & 7) + 5)) - (1 << 4)) | (low >= 8 ? 1 << LR : 0));
      default:
        return this.popSpecial(code, reader);
    }
  }

  private popSpecial(code: number, reader: ByteReader): boolean {
    if (code >= 0xb8) return this.popDoubles(8, (code & 7) + 1, STORED_WITH_FORMAT_WORD);
    switch (code) {
      case 0xb1: {
        const mask = reader.u8();
        return mask > 0 && mask < 0x10 && this.popMask(mask);
      }
      case 0xb2:
        this.offset += 0x204 + 4 * reader.uleb();
        return this.offset < 2 ** 31;
      case 0xb3:
        return this.popRange(reader.u8(), 0, STORED_WITH_FORMAT_WORD);
      case 0xb4:
        this.pop(RA_AUTH_CODE);
        return true;
      case 0xb5:
        // Where the return address was authenticated from; nothing moves.
        return true;
      default:
        return false;
    }
  }

  private popVectors(code: number, reader: ByteReader): boolean {
    if (code >= 0xd0 && code <= 0xd7) return this.popDoubles(8, (code & 7) + 1, 0);
    switch (code) {
      case 0xc8:
        return this.popRange(reader.u8(), 16, 0);
      case 0xc9:
        return this.popRange(reader.u8(), 0, 0);
      // 0xC0 to 0xC7 are Intel's Wireless MMX, which no Cortex-M has.
      default:
        return false;
    }
  }

  /** Registers of a mask, the lowest from the lowest address. An empty mask is the instruction that refuses. */
  private popMask(mask: number): boolean {
    if (mask === 0 || (mask & (1 << SP)) !== 0) return false;
    for (let register = 0; register < 16; register++) if (mask & (1 << register)) this.pop(register);
    return true;
  }

  private pop(register: number): void {
    this.popped.set(register, this.offset);
    this.offset += 4;
  }

  private popRange(operand: number, from: number, extra: number): boolean {
    return this.popDoubles(from + (operand >> 4), (operand & 0xf) + 1, extra);
  }

  private popDoubles(first: number, count: number, extra: number): boolean {
    if (first + count > 32) return false;
    for (let double = first; double < first + count; double++) {
      if (double < 16) {
        this.popped.set(S0 + 2 * double, this.offset);
        this.popped.set(S0 + 2 * double + 1, this.offset + 4);
      } else {
        this.popped.set(D0 + double, this.offset);
      }
      this.offset += 8;
    }
    this.offset += extra;
    return true;
  }

  /** vsp = r[n]. */
  private take(register: number): boolean {
    if (register === SP || register === PC || this.popped.has(register)) return false;
    for (const [popped, at] of this.popped) {
      this.earlier.set(popped, { kind: 'expression', expression: baseRegister(this.base, at) });
    }
    this.popped.clear();
    this.base = register;
    this.offset = 0;
    return true;
  }
}

const FINISH = 0xb0;
/** FSTMFDX stores one word more than the registers. */
const STORED_WITH_FORMAT_WORD = 4;

function baseRegister(register: number, offset: number): Expression {
  const bytes = new ByteWriter()
    .u8(DW_OP_BREG0 + register)
    .sleb(offset)
    .toBytes();
  return { bytes, addressSize: 4, offsetSize: 4, version: 5, littleEndian: true, unit: 0 };
}
