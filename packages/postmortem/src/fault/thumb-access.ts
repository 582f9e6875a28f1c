/**
 * What the 16-bit Thumb instruction at a fault wanted from memory (Armv6-M ARM A5.2). Armv6-M has no fault status registers,
 * so the instruction and the registers are all there is to conclude from.
 */
import type { RegisterValues } from '@noinit/model';

export type ThumbAction =
  | { readonly kind: 'load' | 'store'; readonly address: number; readonly size: 1 | 2 | 4 }
  | { readonly kind: 'undefined-instruction' }
  | { readonly kind: 'breakpoint' };

/** Undefined for every other instruction and where a register it uses is unknown. `code` is the halfword at pc. */
export function decodeThumbAction(code: number, registers: RegisterValues): ThumbAction | undefined {
  if ((code & 0xff00) === 0xde00) return { kind: 'undefined-instruction' };
  if ((code & 0xff00) === 0xbe00) return { kind: 'breakpoint' };
  switch (code >> 12) {
    case 0b0100:
      return (code & 0x0800) === 0 ? undefined : literalLoad(code, registers);
    case 0b0101:
      return registerOffset(code, registers);
    case 0b0110:
      return immediateOffset(code, registers, 4);
    case 0b0111:
      return immediateOffset(code, registers, 1);
    case 0b1000:
      return immediateOffset(code, registers, 2);
    case 0b1001:
      return access(isLoad(code), registers['sp'], (code & 0xff) * 4, 4);
    case 0b1100:
      return access(isLoad(code), lowRegister(registers, code >> 8), 0, 4);
    default:
      return undefined;
  }
}

function literalLoad(code: number, registers: RegisterValues): ThumbAction | undefined {
  const pc = registers['pc'];
  return access(true, pc === undefined ? undefined : (pc + 4) & ~3, (code & 0xff) * 4, 4);
}

/** By bits 11 to 9: STR STRH STRB LDRSB LDR LDRH LDRB LDRSH. */
const REGISTER_OFFSET_SIZES = [4, 2, 1, 1, 4, 2, 1, 2] as const;

function registerOffset(code: number, registers: RegisterValues): ThumbAction | undefined {
  const operation = (code >> 9) & 7;
  const offset = lowRegister(registers, code >> 6);
  if (offset === undefined) return undefined;
  return access(operation >= 3, lowRegister(registers, code >> 3), offset, REGISTER_OFFSET_SIZES[operation] ?? 4);
}

function immediateOffset(code: number, registers: RegisterValues, size: 1 | 2 | 4): ThumbAction | undefined {
  return access(isLoad(code), lowRegister(registers, code >> 3), ((code >> 6) & 31) * size, size);
}

function isLoad(code: number): boolean {
  return (code & 0x0800) !== 0;
}

function lowRegister(registers: RegisterValues, field: number): number | undefined {
  return registers[`r${field & 7}`];
}

function access(isLoading: boolean, base: number | undefined, offset: number, size: 1 | 2 | 4): ThumbAction | undefined {
  if (base === undefined) return undefined;
  return { kind: isLoading ? 'load' : 'store', address: (base + offset) >>> 0, size };
}
