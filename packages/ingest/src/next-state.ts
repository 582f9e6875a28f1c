/**
 * One message id, a step further: what is known of it and new pieces make what is known then. The result depends on the set
 * of all pieces ever seen, never on their order, so that finished messages take part with the cuts they came in.
 */
import { equalBytes } from '@noinit/bytes';
import type { WallClock } from '@noinit/model';
import type { Cut, MessageChange, MessageState, Piece } from '@noinit/store';
import { assembleMessages, type Chunk } from '@noinit/wire';
import { isPieceOf, PieceSet, pieceOf } from './piece-set.ts';
import { finishCut, finishWhole } from './read-message.ts';

/** Undefined where every piece was known already. */
export function nextState(state: MessageState, pieces: readonly Piece[], receivedAt: WallClock): MessageChange | undefined {
  const known = knownPieces(state);
  const before = known.size;
  for (const piece of pieces) known.add(piece);
  if (known.size === before) return undefined;
  const messages = wholeMessages(state, known);
  const pending = [...known].filter((piece) => !messages.some((message) => isPieceOf(piece, message)));
  return {
    key: state.key,
    receivedAt,
    newPieces: known.size - before,
    ...pendingChange(state.pending, pending),
    finished: messages.map((message) => finishWhole(message, cutsOf(message, known))),
  };
}

/** The pending pieces, used as a cut crash if they begin like one. */
export function cutState(state: MessageState, now: WallClock): MessageChange {
  const { partial } = assembleMessages([...knownPieces(state)].map((piece) => asChunk(piece, state.key.messageId)));
  const cut = partial && finishCut(partial.prefix);
  return {
    key: state.key,
    receivedAt: now,
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
  const found = assembleMessages([...known].map((piece) => asChunk(piece, state.key.messageId))).messages;
  const kept = state.finished.map((message) => message.bytes);
  return [...kept, ...found.filter((message) => !kept.some((other) => equalBytes(message, other)))];
}

function pendingChange(before: readonly Piece[], after: readonly Piece[]): Pick<MessageChange, 'addPending' | 'dropPending'> {
  const was = new PieceSet(before);
  const is = new PieceSet(after);
  return {
    addPending: after.filter((piece) => !was.has(piece)),
    dropPending: before.filter((piece) => !is.has(piece)),
  };
}

function cutsOf(message: Uint8Array, pieces: PieceSet): readonly Cut[] {
  return [...pieces]
    .filter((piece) => isPieceOf(piece, message))
    .map((piece) => ({ offset: piece.offset, length: piece.payload.length, last: piece.last }));
}

function asChunk(piece: Piece, messageId: number): Chunk {
  return { version: 0, messageId, first: piece.offset === 0, last: piece.last, offset: piece.offset, payload: piece.payload };
}
