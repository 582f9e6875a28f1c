/** A value that lives in a register: its low bytes, little endian. */
import type { Storage } from './storage.ts';
import type { FrameRegisters } from './target.ts';

/** AADWARF32 4.1: D0 to D31; D0 to D15 are pairs of S0 to S31. */
const D0 = 256;
const D15 = 271;
const S0 = 64;

export function readRegister(registers: FrameRegisters, register: number, size: number): Storage {
  const parts = register >= D0 && register <= D15 ? [S0 + 2 * (register - D0), S0 + 2 * (register - D0) + 1] : [register];
  if (size > 4 * parts.length) {
    return { kind: 'unknown', unknown: { why: 'unsupported', detail: `a value of ${size} bytes in ${registerName(register)}` } };
  }
  const bytes = new Uint8Array(4 * parts.length);
  const view = new DataView(bytes.buffer);
  for (const [index, part] of parts.entries()) {
    const word = registers.get(part);
    if (word === undefined) {
      return {
        kind: 'unknown',
        unknown: {
          why: 'register-not-recovered',
          detail: `${registerName(register)} is not known in this frame: what it called did not save it`,
        },
      };
    }
    view.setUint32(4 * index, word, true);
  }
  return { kind: 'bytes', bytes, holes: [] };
}

/** `r4`, `sp`, `s16`, `d8`; another by its DWARF number. */
export function registerName(register: number): string {
  if (register <= 12) return `r${register}`;
  if (register <= 15) return ['sp', 'lr', 'pc'][register - 13] ?? '';
  if (register >= S0 && register < S0 + 32) return `s${register - S0}`;
  return register >= D0 && register < D0 + 32 ? `d${register - D0}` : `register ${register}`;
}
