/**
 * One message id, a step further: what is known of it and new pieces make what is known then. The result depends on the set
 * of all pieces ever seen, never on their order, so that finished messages take part with the cuts they came in.
 */
import { equalBytes } from '@noinit/bytes';
import type { WallClock } from '@noinit/model';
import type { Cut, MessageChange, MessageState, Piece, StalledMessage } from '@noinit/store';
import { assembleMessages, type Chunk } from '@noinit/wire';
import { isPieceOf, PieceSet, pieceOf } from './piece-set.ts';
import { finishCut, finishWhole } from './read-message.ts';

/** Undefined where every piece was known already. */
export function nextState(state: MessageState, pieces: readonly Piece[], receivedAt: WallClock): MessageChange | undefined {
  const known = knownPieces(state);
  const added = pieces.filter((piece) => known.add(piece));
  if (added.length === 0) return undefined;
  const messages = wholeMessages(state, known);
  const isPending = (piece: Piece) => !messages.some((message) => isPieceOf(piece, message));
  return {
    key: state.key,
    receivedAt,
    newPieces: added.length,
    addPending: added.filter(isPending),
    dropPending: state.pending.filter((piece) => !isPending(piece)),
    finished: messages.map((message) => finishWhole(message, cutsOf(message, known))),
  };
}

/** The pending pieces, used as a cut crash if they begin like one. */
export function cutState(state: StalledMessage, now: WallClock): MessageChange {
  const { partial } = assembleMessages([...knownPieces(state)].map((piece) => asChunk(piece, state.key.messageId)));
  const cut = partial && finishCut(partial.prefix);
  return {
    key: state.key,
    receivedAt: state.receivedAt,
    newPieces: 0,
    addPending: [],
    dropPending: [],
    finished: cut ? [cut] : [],
    triedCutAt: now,
  };
}

function knownPieces(state: MessageState): PieceSet {
  const known = new PieceSet(state.pending);
  for (const { bytes, cuts } of state.finished) for (const cut of cuts) known.add(pieceOf(bytes, cut));
  return known;
}

/** Those found before stay, also when there are so many contradictions now that the search gives up. */
function wholeMessages(state: MessageState, known: PieceSet): readonly Uint8Array[] {
  // Searching takes longer the more pieces there are, and nearly every piece of a long message leaves it unfinished.
  if (state.finished.length === 0 && !reachesAnEnd([...known])) return [];
  const found = assembleMessages([...known].map((piece) => asChunk(piece, state.key.messageId))).messages;
  const kept = state.finished.map((message) => message.bytes);
  return [...kept, ...found.filter((message) => !kept.some((other) => equalBytes(message, other)))];
}

/** Whether the pieces cover every byte from the first up to where some last piece ends, contradictions overlooked. */
function reachesAnEnd(pieces: readonly Piece[]): boolean {
  const ends = pieces.filter((piece) => piece.last).map(endOf);
  if (ends.length === 0) return false;
  let covered = 0;
  for (const piece of [...pieces].sort((a, b) => a.offset - b.offset)) {
    if (piece.offset > covered) break;
    covered = Math.max(covered, endOf(piece));
  }
  return Math.min(...ends) <= covered;
}

function endOf(piece: Piece): number {
  return piece.offset + piece.payload.length;
}

function cutsOf(message: Uint8Array, pieces: PieceSet): readonly Cut[] {
  return [...pieces]
    .filter((piece) => isPieceOf(piece, message))
    .map((piece) => ({ offset: piece.offset, length: piece.payload.length, last: piece.last }));
}

function asChunk(piece: Piece, messageId: number): Chunk {
  return { version: 0, messageId, first: piece.offset === 0, last: piece.last, offset: piece.offset, payload: piece.payload };
}
