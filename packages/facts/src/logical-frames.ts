/** The call chain of a crash as grouping sees it: what was called, not where it was compiled to. */
import type { CodeFrame, TraceFrame } from '@noinit/model';
import { carriesFailure, isFaultException, isGenericName, isLibraryLeaf, isSystemFile } from './frame-rules.ts';
import { normaliseFunction } from './function-name.ts';

export interface LogicalFrame {
  /** What goes into the fingerprint: a name without lines, addresses or build. */
  readonly token: string;
  /** The project's own code, as far as its path tells. */
  readonly own: boolean;
  /** Absent for an interrupt that was entered. */
  readonly frame?: CodeFrame & { readonly function: string };
}

/** Innermost first: the recorder, carriers and library leaves are cut, guesses left out, recursion folded. */
export function logicalFrames(frames: readonly TraceFrame[]): readonly LogicalFrame[] {
  const inCrash = frames.slice(crashStart(frames));
  return foldCycles(withoutLeaves(inCrash.flatMap(logicalFrame)));
}

/** Index of the first frame of the code that crashed: behind the fault's own exception, where the dump still shows that. */
function crashStart(frames: readonly TraceFrame[]): number {
  return frames.findIndex((frame) => frame.kind === 'exception' && isFaultException(frame.exception)) + 1;
}

/** Nothing for a guess from scanning the stack, and for code without a name: an address would differ in every build. */
function logicalFrame(frame: TraceFrame): readonly LogicalFrame[] {
  if (frame.kind === 'exception') return [{ token: `<irq:${frame.exception}>`, own: false }];
  if (frame.kind === 'scanned' || frame.function === undefined) return [];
  const name = normaliseFunction(frame.function);
  const token = isGenericName(name) && frame.file !== undefined ? `${baseName(frame.file)}:${name}` : name;
  const own = frame.file !== undefined && !isSystemFile(frame.file);
  return [{ token, own, frame: { ...frame, function: name } }];
}

/** Cuts carriers with everything inside them and the interrupt that entered them, then leaves, unless nothing would be left. */
function withoutLeaves(frames: readonly LogicalFrame[]): readonly LogicalFrame[] {
  const carrier = frames.findLastIndex((each) => carriesFailure(each.token));
  const entered = carrier >= 0 && frames[carrier + 1]?.frame === undefined ? 1 : 0;
  const behind = frames.slice(carrier + 1 + entered);
  const uncarried = behind.length > 0 ? behind : frames;
  const start = uncarried.findIndex((each) => !isLibraryLeaf(each.token));
  return start > 0 ? uncarried.slice(start) : uncarried;
}

/** A-A-A becomes A, A-B-A-B becomes A-B: how deep a recursion went does not make another bug. */
function foldCycles(frames: readonly LogicalFrame[]): readonly LogicalFrame[] {
  const folded: LogicalFrame[] = [];
  for (const frame of frames) {
    folded.push(frame);
    for (let length = 1; length <= MAX_CYCLE; length++) {
      if (endsInCycle(folded, length)) folded.length -= length;
    }
  }
  return folded;
}

function endsInCycle(frames: readonly LogicalFrame[], length: number): boolean {
  if (frames.length < 2 * length) return false;
  const start = frames.length - length;
  return frames.slice(start).every((frame, index) => frame.token === frames[start - length + index]?.token);
}

function baseName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}

/** Functions that call each other in a circle longer than this are not folded. */
const MAX_CYCLE = 4;
