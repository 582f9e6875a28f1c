/** What tells about a function's frame: call frame information, else the exception index, else its own instructions. */
import type { UnwindRow } from '@noinit/dwarf';
import { type Address, address } from '@noinit/model';
import type { TrapRules } from './cores/trap-rules.ts';
import { isEpilogue } from './flow/epilogue.ts';
import { makeRow } from './flow/frame-row.ts';
import type { FrameState } from './flow/frame-state.ts';
import { findBounds, followTo } from './follow-at.ts';
import type { PendingFrame } from './pending-frame.ts';
import type { UnwindTarget } from './target.ts';
import type { UnwindMethod } from './unwound-frame.ts';

export interface FrameSource {
  readonly row: UnwindRow;
  readonly method: Extract<UnwindMethod, 'call-frame-information' | 'exception-index' | 'instructions'>;
  /** Why the row may be wrong. */
  readonly doubt?: string;
}

export function findFrameSource(frame: PendingFrame, lookUp: Address, target: UnwindTarget): FrameSource | undefined {
  const row = target.symbols.unwindRow(lookUp);
  if (row) return contradict(frame, lookUp, row, target) ?? ofCompiler(row);
  const index = target.symbols.exceptionIndexRow(lookUp);
  if (!index) return followRow(frame, lookUp, target);
  const isOwn = findBounds(lookUp, target)?.start === index.start;
  if (!isOwn || isBare(index)) return unlessFollowed(frame, lookUp, { row: index, method: 'exception-index' }, target);
  if (!frame.isExact) return { row: index, method: 'exception-index' };
  return whileInBody(frame, lookUp, index, target);
}

/** The function's own instructions, followed from its entry to where the frame stands. */
export function followRow(frame: PendingFrame, lookUp: Address, target: UnwindTarget): FrameSource | undefined {
  const { core } = target;
  const bounds = findBounds(lookUp, target);
  const at = bounds && followTo(bounds, frame, target).at;
  if (!at) return undefined;
  const row = makeRow(at.state, {
    start: address(bounds.start),
    stackPointer: core.stackPointer,
    returnRegister: core.returnRegister,
    isKnown: (register) => frame.isExact || register === core.stackPointer || core.isPreserved(register),
    wanted: core.followed,
  });
  if (!row) return undefined;
  return { row, method: 'instructions', ...(at.isUnsure && { doubt: 'Not every way through the function could be followed.' }) };
}

/** As `followRow`, of a function that returns from a trap: where it put the registers of the code it interrupted, the pc above all. */
export function followTrap(
  frame: PendingFrame,
  lookUp: Address,
  traps: TrapRules,
  target: UnwindTarget,
): FrameSource | 'no-trap' | undefined {
  const { core } = target;
  const bounds = findBounds(lookUp, target);
  const followed = bounds && followTo(bounds, frame, target);
  const at = followed?.at;
  if (!followed?.leavesTrap && !(at && savesTemporaries(at.state, traps))) return 'no-trap';
  if (!bounds || !at) return undefined;
  const row = makeRow(at.state, {
    start: address(bounds.start),
    stackPointer: core.stackPointer,
    returnRegister: traps.trapPc,
    isKnown: (register) => frame.isExact || register === core.stackPointer || core.isPreserved(register),
    wanted: traps.saved,
    signalFrame: true,
    ...(followed && { origins: followed.origins }),
  });
  if (!row) return undefined;
  const doubt = at.isUnsure ? 'Not every way through the handler could be followed.' : undefined;
  return { row, method: 'instructions', ...(doubt !== undefined && { doubt }) };
}

/** Who saves registers that every call may change was not called. */
function savesTemporaries(state: FrameState, { temporaries }: TrapRules): boolean {
  const saved = new Set<number>();
  for (const { value } of state.stored()) if (value.offset === 0 && temporaries.includes(value.base)) saved.add(value.base);
  return saved.size >= MIN_SAVED_TEMPORARIES;
}

const MIN_SAVED_TEMPORARIES = 3;

function ofCompiler(row: UnwindRow): FrameSource {
  return { row, method: 'call-frame-information' };
}

/** The row of a function that has not done anything yet; also of one whose assembly the compiler did not look into. */
function isBare({ cfa, registers, signalFrame }: UnwindRow): boolean {
  return !signalFrame && cfa.kind === 'register' && cfa.offset === 0 && registers.size === 0;
}

/**
 * What the instructions say where they know better: of a function whose assembly the compiler did not look into, and in the
 * last instructions of a function, which LLVM never tells of and GCC not for Armv6-M.
 */
function contradict(frame: PendingFrame, lookUp: Address, row: UnwindRow, target: UnwindTarget): FrameSource | undefined {
  const { core, memory } = target;
  const bounds = frame.isExact && !row.signalFrame ? findBounds(lookUp, target) : undefined;
  const isInEpilogue = bounds !== undefined && isEpilogue(frame.pc, bounds, core.readCode(memory));
  if (!isInEpilogue && !isBare(row)) return undefined;
  const followed = followRow(frame, lookUp, target);
  if (!followed || followed.doubt !== undefined || sameFrame(followed.row, row, frame)) return undefined;
  const rule = followed.row.registers.get(followed.row.returnAddressRegister);
  return rule?.kind === 'undefined' ? undefined : followed;
}

/**
 * An entry holds up to the next one: linkers give functions that are unwound alike one entry, but assembly without an entry
 * looks the same. And a bare entry may be of a function whose assembly the compiler did not look into.
 */
function unlessFollowed(frame: PendingFrame, lookUp: Address, source: FrameSource, target: UnwindTarget): FrameSource {
  const followed = followRow(frame, lookUp, target);
  if (!followed) return { ...source, doubt: 'The entry of the exception index is that of a function before.' };
  return followed.doubt !== undefined || sameFrame(followed.row, source.row, frame) ? source : followed;
}

/** The index tells about the body: within the first and the last instructions of a function its instructions are asked too. */
function whileInBody(frame: PendingFrame, lookUp: Address, index: UnwindRow, target: UnwindTarget): FrameSource {
  const followed = followRow(frame, lookUp, target);
  if (!followed) {
    return {
      row: index,
      method: 'exception-index',
      doubt: 'The exception index is not true in a function’s first and last instructions.',
    };
  }
  return followed.doubt !== undefined || sameFrame(followed.row, index, frame)
    ? { row: index, method: 'exception-index' }
    : followed;
}

function sameFrame(left: UnwindRow, right: UnwindRow, frame: PendingFrame): boolean {
  const cfa = addressOfFrame(left, frame);
  return cfa !== undefined && cfa === addressOfFrame(right, frame) && placeOfReturn(left) === placeOfReturn(right);
}

function addressOfFrame({ cfa }: UnwindRow, { registers }: PendingFrame): number | undefined {
  const base = cfa.kind === 'register' ? registers.get(cfa.register) : undefined;
  return base !== undefined && cfa.kind === 'register' ? (base + cfa.offset) >>> 0 : undefined;
}

function placeOfReturn({ registers, returnAddressRegister }: UnwindRow): number | string {
  const rule = registers.get(returnAddressRegister);
  return rule?.kind === 'offset' ? rule.offset : (rule?.kind ?? 'same-value');
}
