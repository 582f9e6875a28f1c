/** Check sums. The names follow the catalogue of parametrised CRC algorithms. */

/** CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xffff, not reflected. Check value of "123456789": 0x29b1. */
export function crc16(bytes: Uint8Array, start = 0xffff): number {
  let crc = start;
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ (CRC16[(crc >>> 8) ^ byte] as number);
  return crc;
}

/** CRC-32/ISO-HDLC: polynomial 0x04c11db7, reflected, inverted. Check value of "123456789": 0xcbf43926. `before` goes on from an earlier part. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = before ^ 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC32[(crc ^ byte) & 0xff] as number);
  return (crc ^ 0xffffffff) >>> 0;
}

/** CRC-16 as above of one window of bytes after the other, each from the one before: for a search at every place. */
export class Crc16Window {
  readonly #bytes: Uint8Array;
  readonly #size: number;
  /** What the start value adds to a CRC that starts with 0. */
  readonly #start: number;
  /** What the first byte of a window adds to its CRC. */
  readonly #leaving: Uint16Array;
  #offset = -1;
  #crc = 0;

  constructor(bytes: Uint8Array, size: number) {
    this.#bytes = bytes;
    this.#size = size;
    this.#start = crc16(new Uint8Array(size));
    const rest = new Uint8Array(size - 1);
    this.#leaving = Uint16Array.from({ length: 256 }, (_, byte) => crc16(rest, CRC16[byte] as number));
  }

  /** Cheap where the last one was a byte before. The window must lie in the bytes. */
  crcAt(offset: number): number {
    if (this.#offset >= 0 && offset === this.#offset + 1) {
      const crc = this.#crc ^ (this.#leaving[this.#bytes[this.#offset] as number] as number);
      const entering = this.#bytes[offset + this.#size - 1] as number;
      this.#crc = ((crc << 8) & 0xffff) ^ (CRC16[(crc >>> 8) ^ entering] as number);
    } else this.#crc = crc16(this.#bytes.subarray(offset, offset + this.#size), 0);
    this.#offset = offset;
    return this.#crc ^ this.#start;
  }
}

const CRC16 = Uint16Array.from({ length: 256 }, (_, index) => {
  let crc = index << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

const CRC32 = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});
