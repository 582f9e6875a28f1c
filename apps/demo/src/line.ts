/**
 * The line between a board and its gateway, gateway's end: README.md, "The line". A frame is COBS(type, payload, CRC-16) and a zero
 * byte; the CRC-16 is CRC-16/CCITT-FALSE, little endian.
 */

/** Frame types by the firmware's names (device/examples/demo/link.h). */
export const LINE_TYPE = { hello: 0x48, chunk: 0x43, start: 0x53, acks: 0x41, resend: 0x52, event: 0x45 } as const;

export interface LineFrame {
  readonly type: number;
  readonly payload: Uint8Array;
}

/** What the firmware takes in one frame. */
export const MAX_PAYLOAD = 240;
const MAX_FRAME_BYTES = 1 + MAX_PAYLOAD + 2;

export function encodeLineFrame(type: number, payload: Uint8Array): Uint8Array {
  if (payload.length > MAX_PAYLOAD) throw new RangeError(`a frame carries at most ${MAX_PAYLOAD} bytes, not ${payload.length}`);
  const plain = Uint8Array.of(type, ...payload);
  const crc = crc16(plain);
  return Uint8Array.of(...cobsEncode(Uint8Array.of(...plain, crc & 0xff, crc >> 8)), 0);
}

/** Puts frames together from single bytes. */
export class LineDecoder {
  #bytes: number[] = [];
  readonly #onFrame: (frame: LineFrame) => void;
  readonly #onDamage: () => void;

  /** `onDamage`: bytes that are no frame ended here; the board is asked to send again. */
  constructor(onFrame: (frame: LineFrame) => void, onDamage: () => void) {
    this.#onFrame = onFrame;
    this.#onDamage = onDamage;
  }

  push(byte: number): void {
    if (byte !== 0) {
      // One more than a frame can have is enough to know that it is none.
      if (this.#bytes.length <= MAX_FRAME_BYTES + 1) this.#bytes.push(byte);
      return;
    }
    const frame = decodeFrame(Uint8Array.from(this.#bytes));
    this.#bytes = [];
    if (frame === undefined) this.#onDamage();
    else this.#onFrame(frame);
  }
}

function decodeFrame(encoded: Uint8Array): LineFrame | undefined {
  const plain = cobsDecode(encoded);
  const end = plain === undefined ? 0 : plain.length - 2;
  const [type] = plain ?? [];
  if (plain === undefined || type === undefined || end < 1) return undefined;
  const crc = (plain[end] ?? 0) | ((plain[end + 1] ?? 0) << 8);
  return crc16(plain.subarray(0, end)) === crc ? { type, payload: plain.slice(1, end) } : undefined;
}

/** A frame is shorter than 254 bytes, so that every COBS run ends at a zero or at the frame's end. */
function cobsEncode(plain: Uint8Array): number[] {
  const encoded: number[] = [];
  for (let start = 0; start <= plain.length; ) {
    const zero = plain.indexOf(0, start);
    const end = zero < 0 ? plain.length : zero;
    encoded.push(end - start + 1, ...plain.subarray(start, end));
    start = end + 1;
  }
  return encoded;
}

function cobsDecode(encoded: Uint8Array): Uint8Array | undefined {
  const plain: number[] = [];
  for (let at = 0; at < encoded.length; ) {
    const run = encoded[at] ?? 0;
    if (at + run > encoded.length) return undefined;
    if (at > 0) plain.push(0);
    plain.push(...encoded.subarray(at + 1, at + run));
    at += run;
  }
  return Uint8Array.from(plain);
}

function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
  }
  return crc & 0xffff;
}
