/** From the place that debug information gives a variable to its storage in one frame. */
import { evaluateExpression, type Location, type Piece } from '@noinit/dwarf';
import type { Unknown } from '@noinit/model';
import type { VariablePlace } from '@noinit/symbols';
import { makeContext } from './evaluation-context.ts';
import { readRegister } from './read-register.ts';
import { type Hole, malformed, readStorage, type Storage } from './storage.ts';
import type { FrameRegisters, ScopeInFrame, TargetMemory } from './target.ts';

/** Largest value that is put together from pieces, in bytes. */
const MAX_PIECES_BYTES = 1 << 16;

const NO_REGISTERS: FrameRegisters = { get: () => undefined };

/** `size` is the type's, in bytes. `frame` is undefined for variables with static storage. */
export function findStorage(place: VariablePlace, size: number, frame: ScopeInFrame | undefined, memory: TargetMemory): Storage {
  switch (place.kind) {
    case 'constant':
      return { kind: 'bytes', bytes: place.bytes, holes: [] };
    case 'optimized-out':
      return unknown('optimized-out', 'the compiler keeps no value here');
    case 'unreadable':
      return malformed(place.detail);
    case 'expression': {
      const location = evaluateExpression(place.expression, makeContext(frame, memory));
      return storageOf(location, size, frame?.registers ?? NO_REGISTERS, memory);
    }
  }
}

function storageOf(location: Location, size: number, registers: FrameRegisters, memory: TargetMemory): Storage {
  switch (location.kind) {
    case 'memory':
      return { kind: 'memory', address: location.address };
    case 'register':
      return readRegister(registers, location.register, size);
    case 'value':
      return storageOfStackValue(location.value, size);
    case 'bytes':
      return { kind: 'bytes', bytes: location.bytes, holes: [] };
    case 'pieces':
      return joinPieces(location.pieces, registers, memory);
    case 'unknown':
      return { kind: 'unknown', unknown: { why: location.why, detail: location.detail } };
  }
}

/** Puts a value together from whole-byte pieces; a piece that is unknown becomes a hole. */
function joinPieces(pieces: readonly Piece[], registers: FrameRegisters, memory: TargetMemory): Storage {
  const size = pieces.reduce((bits, piece) => bits + piece.bitSize, 0) / 8;
  if (size > MAX_PIECES_BYTES) return unknown('too-large', `a value in pieces of ${size} bytes`);
  if (pieces.some(({ bitSize, bitOffset }) => bitSize % 8 !== 0 || bitOffset % 8 !== 0)) {
    return unknown('unsupported', 'a value in pieces that are not whole bytes');
  }
  const bytes = new Uint8Array(size);
  const holes: Hole[] = [];
  let at = 0;
  for (const piece of pieces) {
    const length = piece.bitSize / 8;
    const content = readPiece(piece, length, registers, memory);
    if (content.kind === 'bytes') bytes.set(content.bytes, at);
    else holes.push({ start: at, end: at + length, unknown: content.unknown });
    at += length;
  }
  return { kind: 'bytes', bytes, holes };
}

function readPiece(piece: Piece, length: number, registers: FrameRegisters, memory: TargetMemory) {
  const skipped = piece.bitOffset / 8;
  const whole = storageOf(piece.location, skipped + length, registers, memory);
  const read = readStorage(whole, skipped + length, memory);
  return read.kind === 'bytes' ? { kind: 'bytes' as const, bytes: read.bytes.subarray(skipped) } : read;
}

/** A number of the expression stack is as wide as an address; only typed operations (bigint) give wider ones. */
function storageOfStackValue(value: number | bigint, size: number): Storage {
  const width = typeof value === 'bigint' ? 16 : 4;
  if (size > width) return unknown('unsupported', `a computed value of ${width} bytes for a type of ${size}`);
  const bytes = new Uint8Array(size);
  let rest = BigInt.asUintN(128, BigInt(value));
  for (let index = 0; index < size; index++) {
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return { kind: 'bytes', bytes, holes: [] };
}

function unknown(why: Unknown['why'], detail: string): Storage {
  return { kind: 'unknown', unknown: { why, detail } };
}
