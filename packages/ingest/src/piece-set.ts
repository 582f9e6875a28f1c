/** A set of pieces of one message id. Two pieces are the same if place, bytes and end say the same. */
import { equalBytes } from '@noinit/bytes';
import type { Cut, Piece } from '@noinit/store';

export class PieceSet implements Iterable<Piece> {
  private readonly pieces = new Map<string, Piece>();

  constructor(pieces: Iterable<Piece> = []) {
    for (const piece of pieces) this.add(piece);
  }

  /** False where it was there. */
  add(piece: Piece): boolean {
    const name = nameOf(piece);
    if (this.pieces.has(name)) return false;
    this.pieces.set(name, piece);
    return true;
  }

  [Symbol.iterator](): Iterator<Piece> {
    return this.pieces.values();
  }
}

/** The piece that a cut of the message was. */
export function pieceOf(message: Uint8Array, cut: Cut): Piece {
  return { offset: cut.offset, last: cut.last, payload: message.subarray(cut.offset, cut.offset + cut.length) };
}

/** A last piece ends the message; every other one ends before it. */
export function isPieceOf(piece: Piece, message: Uint8Array): boolean {
  const end = piece.offset + piece.payload.length;
  if (piece.last ? end !== message.length : end >= message.length) return false;
  return equalBytes(piece.payload, message.subarray(piece.offset, end));
}

function nameOf(piece: Piece): string {
  const { buffer, byteOffset, length } = piece.payload;
  return `${piece.offset} ${piece.last} ${Buffer.from(buffer, byteOffset, length).toString('latin1')}`;
}
