/**
 * Packets of gdb's remote protocol (gdb manual, "Overview" of the remote protocol): `$content#cc`, cc being the sum of the content's bytes
 * as they are sent. In the content `}` and a byte is that byte exclusive-or 0x20; `*` and a byte n repeats the byte before it n - 29 times.
 */
import { MAX_PACKET_BYTES } from './limits.ts';

export type PacketEvent =
  | { readonly kind: 'packet'; readonly content: Uint8Array }
  /** `%…`: what a server says unasked. */
  | { readonly kind: 'notification' }
  | { readonly kind: 'ack' }
  | { readonly kind: 'nak' }
  | { readonly kind: 'damaged'; readonly why: string };

/** A packet of this content, as bytes. */
export function encodePacket(content: string): Uint8Array {
  const body: number[] = [];
  for (const byte of Buffer.from(content, 'latin1')) {
    if (NEEDS_ESCAPE.has(byte)) body.push(ESCAPE, byte ^ ESCAPED);
    else body.push(byte);
  }
  const sum = body.reduce((total, byte) => (total + byte) & 0xff, 0);
  return Uint8Array.from([DOLLAR, ...body, HASH, ...Buffer.from(sum.toString(16).padStart(2, '0'))]);
}

/** Finds packets in bytes that come in pieces of any size. Holds at most MAX_PACKET_BYTES of one. */
export class PacketReader {
  private state: 'between' | 'content' | 'sum' = 'between';
  private isNotification = false;
  private content: Uint8Array = new Uint8Array(4096);
  private length = 0;
  private sum = 0;
  private given = '';

  /** What ends in these bytes, in their order. */
  push(bytes: Uint8Array): PacketEvent[] {
    const events: PacketEvent[] = [];
    for (const byte of bytes) {
      const event = this.take(byte);
      if (event !== undefined) events.push(event);
    }
    return events;
  }

  private take(byte: number): PacketEvent | undefined {
    if (this.state === 'sum') return this.takeSum(byte);
    // A new packet in the middle of one: the end of the first was lost.
    if (byte === DOLLAR || (this.state === 'between' && byte === PERCENT)) return this.begin(byte);
    if (this.state === 'between') return byte === PLUS ? { kind: 'ack' } : byte === MINUS ? { kind: 'nak' } : undefined;
    if (byte === HASH) {
      this.state = 'sum';
      this.given = '';
      return undefined;
    }
    this.sum = (this.sum + byte) & 0xff;
    this.append(byte);
    return undefined;
  }

  private begin(byte: number): undefined {
    this.state = 'content';
    this.isNotification = byte === PERCENT;
    this.length = 0;
    this.sum = 0;
  }

  /** Beyond the limit bytes are only counted. */
  private append(byte: number): void {
    if (this.length === this.content.length && this.length < MAX_PACKET_BYTES) {
      const larger = new Uint8Array(Math.min(MAX_PACKET_BYTES, 4 * this.length));
      larger.set(this.content);
      this.content = larger;
    }
    if (this.length < this.content.length) this.content[this.length] = byte;
    this.length += 1;
  }

  private takeSum(byte: number): PacketEvent | undefined {
    this.given += String.fromCharCode(byte);
    if (this.given.length < 2) return undefined;
    this.state = 'between';
    if (this.isNotification) return { kind: 'notification' };
    if (this.length > MAX_PACKET_BYTES) return { kind: 'damaged', why: `a packet of over ${MAX_PACKET_BYTES} bytes` };
    if (!/^[0-9a-f]{2}$/i.test(this.given) || Number.parseInt(this.given, 16) !== this.sum) {
      return { kind: 'damaged', why: 'a packet whose check sum is wrong' };
    }
    const content = expand(this.content.subarray(0, this.length));
    return content === undefined
      ? { kind: 'damaged', why: 'a packet whose run lengths make no sense' }
      : { kind: 'packet', content };
  }
}

/** Undoes escapes and run lengths; undefined where that cannot be. */
function expand(raw: Uint8Array): Uint8Array | undefined {
  if (!raw.includes(ESCAPE) && !raw.includes(STAR)) return raw.slice();
  const size = expandInto(raw, undefined);
  if (size === undefined || size > MAX_PACKET_BYTES) return undefined;
  const content = new Uint8Array(size);
  expandInto(raw, content);
  return content;
}

/** How many bytes the content has; they are stored where there is a place for them. */
function expandInto(raw: Uint8Array, content: Uint8Array | undefined): number | undefined {
  let size = 0;
  let last: number | undefined;
  for (let at = 0; at < raw.length; at++) {
    const byte = raw[at];
    if (byte === STAR) {
      const count = (raw[++at] ?? 0) - RUN_BASE;
      if (last === undefined || count < 1 || count > LARGEST_RUN) return undefined;
      content?.fill(last, size, size + count);
      size += count;
      continue;
    }
    if (byte === ESCAPE && at + 1 === raw.length) return undefined;
    last = byte === ESCAPE ? (raw[++at] ?? 0) ^ ESCAPED : byte;
    if (content !== undefined && last !== undefined) content[size] = last;
    size += 1;
  }
  return size;
}

const DOLLAR = 0x24;
const HASH = 0x23;
const PERCENT = 0x25;
const PLUS = 0x2b;
const MINUS = 0x2d;
const STAR = 0x2a;
const ESCAPE = 0x7d;
const ESCAPED = 0x20;
/** A repeat count is sent as a printing character. */
const RUN_BASE = 29;
const LARGEST_RUN = 126 - RUN_BASE;
const NEEDS_ESCAPE: ReadonlySet<number> = new Set([DOLLAR, HASH, ESCAPE, STAR]);
