/** The bytes of a firmware by address: strings that were logged by their address alone. */

export interface RomPart {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** Bytes of a string up to its NUL; what is longer is no string. */
export const MAX_ROM_STRING_BYTES = 4_096;

export class RomImage {
  readonly parts: readonly RomPart[];

  constructor(parts: readonly RomPart[]) {
    this.parts = parts;
  }

  /** The bytes up to the NUL; undefined where no part holds them whole. */
  findString(address: number): Uint8Array | undefined {
    for (const part of this.parts) {
      const start = address - part.address;
      if (start < 0 || start >= part.bytes.length) continue;
      const length = part.bytes.subarray(start, start + MAX_ROM_STRING_BYTES).indexOf(0);
      if (length >= 0) return part.bytes.subarray(start, start + length);
    }
    return undefined;
  }
}
