/** Reads a range of which parts may be unreadable: what could be read is kept. */
import type { RemoteConnection } from './connection.ts';
import { isLost, RemoteError } from './remote-error.ts';

export interface MemoryPiece {
  readonly address: number;
  readonly bytes: Uint8Array;
}

export interface MemoryGap {
  readonly address: number;
  readonly size: number;
  readonly why: string;
}

export interface MemoryRead {
  /** Without overlap, rising; bytes that follow one another are one piece. */
  readonly pieces: readonly MemoryPiece[];
  readonly gaps: readonly MemoryGap[];
  /** Set where the connection ended meanwhile; what came before is in `pieces`. */
  readonly lost?: RemoteError;
}

export interface MemoryReader {
  /** Bytes that one question may ask for. */
  readonly chunkBytes: number;
  /** `x` instead of `m`: binary answers. */
  readonly binary: boolean;
  /** Called after each answer with the bytes it brought. */
  readonly progress?: (bytes: number) => void;
}

/** All of `size` bytes from `start` on that the server gives. Never throws for what the server says. */
export async function readMemoryRange(
  connection: RemoteConnection,
  start: number,
  size: number,
  reader: MemoryReader,
): Promise<MemoryRead> {
  const collected = new Collected();
  const end = start + size;
  let chunk = reader.chunkBytes;
  // Beyond this the last question failed: until it is passed, chunks only get smaller.
  let failedEnd = start;
  let holes = 0;
  try {
    for (let at = start; at < end; ) {
      if (at >= failedEnd) chunk = reader.chunkBytes;
      const length = Math.min(chunk, end - at);
      const bytes = await readOnce(connection, at, length, reader.binary);
      if (bytes !== undefined) {
        collected.add(at, bytes);
        reader.progress?.(bytes.length);
        at += bytes.length;
        holes = 0;
      } else if (length > WORD) {
        failedEnd = Math.max(failedEnd, at + length);
        chunk = Math.max(WORD, Math.floor(length / 2 / WORD) * WORD);
      } else {
        // Memory ends, or has a hole, at an even place. A range that is all hole is not tried word by word.
        holes += 1;
        const next = holes > MAX_HOLES ? end : Math.min(end, (Math.floor(at / HOLE_STEP) + 1) * HOLE_STEP);
        collected.addGap(at, next - at, 'the server cannot read it');
        at = next;
        // A word tells whether there is memory again.
        chunk = WORD;
        failedEnd = at + WORD;
      }
    }
    return collected.finish();
  } catch (error) {
    if (!isLost(error)) throw error;
    collected.addGap(collected.end ?? start, end - (collected.end ?? start), error.message);
    return { ...collected.finish(), lost: error };
  }
}

/** Undefined where the server refuses. An answer that is neither memory nor a refusal ends the connection's use. */
async function readOnce(
  connection: RemoteConnection,
  at: number,
  length: number,
  binary: boolean,
): Promise<Uint8Array | undefined> {
  const place = `${at.toString(16)},${length.toString(16)}`;
  const answer = await connection.ask(`${binary ? 'x' : 'm'}${place}`);
  const text = Buffer.from(answer).toString('latin1');
  // A refusal has three characters, memory an even count of them.
  if (/^E(?:[0-9a-fA-F]{2}|\..*)$/s.test(text) || answer.length === 0) return undefined;
  if (binary) {
    if (text.startsWith('b') && answer.length - 1 <= length) return answer.length > 1 ? answer.slice(1) : undefined;
  } else if (answer.length <= 2 * length && /^(?:[0-9a-fA-F]{2})+$/.test(text)) return new Uint8Array(Buffer.from(text, 'hex'));
  // Bytes that are not available may be written as xx.
  if (!binary && text.includes('xx') && /^(?:[0-9a-fA-F]{2}|xx)+$/.test(text)) return undefined;
  throw new RemoteError('protocol', `what came for ${length} bytes at 0x${at.toString(16)} is no memory`);
}

class Collected {
  private readonly parts: { readonly address: number; readonly bytes: Uint8Array[]; end: number }[] = [];
  private readonly gaps: MemoryGap[] = [];
  /** Up to where there is an answer of either kind. */
  end: number | undefined;

  add(address: number, bytes: Uint8Array): void {
    const last = this.parts.at(-1);
    if (last?.end === address) last.bytes.push(bytes);
    else this.parts.push({ address, bytes: [bytes], end: 0 });
    const part = this.parts.at(-1);
    this.end = address + bytes.length;
    if (part !== undefined) part.end = this.end;
  }

  addGap(address: number, size: number, why: string): void {
    if (size <= 0) return;
    const last = this.gaps.at(-1);
    this.end = address + size;
    if (last !== undefined && last.address + last.size === address && last.why === why) {
      this.gaps[this.gaps.length - 1] = { ...last, size: last.size + size };
    } else this.gaps.push({ address, size, why });
  }

  finish(): MemoryRead {
    const pieces = this.parts.map(({ address, bytes }) => ({ address, bytes: new Uint8Array(Buffer.concat(bytes)) }));
    return { pieces, gaps: this.gaps };
  }
}

const WORD = 4;
const HOLE_STEP = 1024;
/** Places in a row where nothing can be read before the rest of the range is given up. */
const MAX_HOLES = 64;
