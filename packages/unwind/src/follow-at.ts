/** What following a function's instructions tells at one place of it, remembered for as long as the program is. */
import type { Address } from '@noinit/model';
import { type Followed, followFunction } from './flow/follow-function.ts';
import type { Value } from './flow/frame-state.ts';
import type { PendingFrame } from './pending-frame.ts';
import type { UnwindTarget } from './target.ts';

export interface Bounds {
  readonly start: number;
  readonly end: number;
}

export interface FollowedPlace {
  /** Undefined where no way that can be followed leads there. */
  readonly at: Followed | undefined;
  /** Whether the function returns from a trap. */
  readonly leavesTrap: boolean;
  readonly origins: ReadonlyMap<number, Value>;
}

/** Bytes of a function without a size that are followed from its symbol on. */
const UNSIZED_FUNCTION = 0x1000;

/** A piece that was put elsewhere: it begins in the middle of its function. */
const PIECE = /\.cold(\.\d+)?$/;

/** Where the function that covers an address begins and ends, as far as the program says. */
export function findBounds(lookUp: Address, { symbols }: UnwindTarget): Bounds | undefined {
  const symbol = symbols.symbolAt(lookUp);
  if (symbol?.kind === 'function') {
    if (PIECE.test(symbol.name)) return undefined;
    return { start: symbol.address, end: symbol.address + (symbol.size === 0 ? UNSIZED_FUNCTION : symbol.size) };
  }
  const start = symbols.unwindRow(lookUp)?.start ?? symbols.exceptionIndexRow(lookUp)?.start;
  return start === undefined ? undefined : { start, end: start + UNSIZED_FUNCTION };
}

/** Before the instruction where the frame stands, or before the call that it waits for. */
export function followTo(bounds: Bounds, frame: PendingFrame, target: UnwindTarget): FollowedPlace {
  const known = placesOf(bounds, target);
  const key = 2 * frame.pc + (frame.isExact ? 1 : 0);
  const found = known.get(key);
  if (found) return found;
  const left = WORK_LEFT.get(target.memory) ?? MAX_WORK_OF_DUMP;
  if (left <= 0) return NOT_FOLLOWED;
  const followed = followFunction(bounds, frame.pc, target.core.readCode(target.memory));
  WORK_LEFT.set(target.memory, left - followed.work);
  const at = frame.isExact ? followed.before(frame.pc) : followed.beforeEnd(frame.pc);
  const place = { at, leavesTrap: followed.leavesTrap, origins: followed.origins };
  if (known.size >= MAX_PLACES) known.clear();
  known.set(key, place);
  return place;
}

/** Code of the file is the same in every dump; code in RAM is that of this one. */
function placesOf({ start }: Bounds, { symbols, memory }: UnwindTarget): Map<number, FollowedPlace> {
  const owner = symbols.readConstant(start as Address, 2) ? symbols : memory;
  const known = PLACES.get(owner) ?? new Map<number, FollowedPlace>();
  PLACES.set(owner, known);
  return known;
}

/** Work for all functions of one dump: an ordinary one takes a hundredth of it. */
const MAX_WORK_OF_DUMP = 150_000;
const WORK_LEFT = new WeakMap<object, number>();
const NOT_FOLLOWED: FollowedPlace = { at: undefined, leavesTrap: false, origins: new Map() };

const PLACES = new WeakMap<object, Map<number, FollowedPlace>>();
/** Places that are remembered of one program: of a fleet's crashes most are the same. */
const MAX_PLACES = 1024;
