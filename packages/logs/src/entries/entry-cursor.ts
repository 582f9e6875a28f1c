/** One entry after the other, in bytes that hold them back to back (docs/formats/log-ring.md). */

export const KIND = { log: 0, text: 1, hexdump: 2, segment: 3, gap: 4, defmt: 5, zephyr: 6, open: 7 } as const;

/** Bytes of one entry's stamp and body. */
export const MAX_ENTRY_BYTES = 4_607;
/** An open entry is never empty: this byte ends a block early. */
export const FILLER = 0xe0;

/** `cut`: the bytes end before the entry does. `overlong`: no device writes one of this length. */
export type Step = 'entry' | 'cut' | 'overlong';

/** Stands on an entry; `step` reads the next one into the fields, without an object for each. */
export class EntryCursor {
  readonly bytes: Uint8Array;
  /** Where the entry begins, where its stamp does, where its body does, and where its check stands. */
  start = 0;
  content = 0;
  body = 0;
  check = 0;
  kind = 0;
  /** Ticks since the entry before. */
  delta = 0;
  /** Only a back end wanted it. */
  isMarked = false;
  /** Whether the stamp ends within the entry. */
  hasStamp = false;
  /** Whether it is as it was written. */
  isIntact = false;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Where the next entry begins. */
  get end(): number {
    return this.check + 1;
  }

  /** Reads the entry at `start`, which ends before `limit` or is cut. */
  step(start: number, limit: number): Step {
    const { bytes } = this;
    this.start = start;
    if (start >= limit) return 'cut';
    const head = bytes[start] as number;
    this.kind = head >>> 5;
    let length = head & SHORT_LENGTH;
    let at = start + 1;
    if (length === SHORT_LENGTH) {
      if (at >= limit) return 'cut';
      let byte = bytes[at++] as number;
      length += byte & 0x7f;
      if (byte >= 0x80) {
        if (at >= limit) return 'cut';
        byte = bytes[at++] as number;
        // The varint of a length has two bytes.
        if (byte >= 0x80) return 'overlong';
        length += byte << 7;
      }
      if (length > MAX_ENTRY_BYTES) return 'overlong';
    }
    this.content = at;
    this.check = at + length;
    if (this.check >= limit) return 'cut';
    this.hasStamp = this.readStamp();
    this.isIntact = this.hasStamp && checkOf(bytes, start, this.content, this.check) === bytes[this.check];
    return 'entry';
  }

  /** False where the stamp does not end within the entry. Ticks beyond 2^53 are rounded. */
  private readStamp(): boolean {
    const { bytes, check } = this;
    let at = this.content;
    let byte = at < check ? (bytes[at++] as number) : 0x80;
    this.isMarked = (byte & 1) !== 0;
    let delta = (byte & 0x7f) >>> 1;
    for (let factor = 64; byte >= 0x80; factor *= 0x80) {
      if (at >= check || factor > MAX_FACTOR) return false;
      byte = bytes[at++] as number;
      delta += (byte & 0x7f) * factor;
    }
    this.delta = delta;
    this.body = at;
    return true;
  }
}

/**
 * Rotate left by one, then add; the sum stays within 32 bits and may look negative. The device sums while it writes: what
 * stands behind the head first, then the head, which it knows last.
 */
function checkOf(bytes: Uint8Array, start: number, content: number, end: number): number {
  let sum = CHECK_START;
  for (let at = content; at < end; at++) sum = (((sum << 1) | (sum >>> 31)) + (bytes[at] as number)) | 0;
  for (let at = start; at < content; at++) sum = (((sum << 1) | (sum >>> 31)) + (bytes[at] as number)) | 0;
  return (sum + (sum >>> 8) + (sum >>> 16) + (sum >>> 24)) & 0xff;
}

const SHORT_LENGTH = 31;
const CHECK_START = 0xa5;
/** Ten bytes hold 64 bits. */
const MAX_FACTOR = 2 ** 62;
