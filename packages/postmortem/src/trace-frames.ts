/** From unwound frames to the frames of a trace: inlined functions become frames, each with its variables. */
import { demangleFunction } from '@noinit/demangle';
import { type CodeFrame, hexAddress, type TraceFrame } from '@noinit/model';
import type { CodeScope } from '@noinit/symbols';
import type { UnwoundCall, UnwoundException, UnwoundFrame } from '@noinit/unwind';
import { type Caller, readVariables, type ScopeInFrame, type ValueTarget } from '@noinit/values';

/** To C a log site's descriptor is a static of its function, but it is not on the device (docs/formats/dictionary.md). */
const LOG_SITE = 'noinit_log_site_';

export function makeTraceFrames(frames: readonly UnwoundFrame[], target: ValueTarget): TraceFrame[] {
  const callers = findCallers(frames, target);
  return frames.flatMap((frame, index) =>
    frame.kind === 'exception' ? [makeExceptionFrame(frame)] : makeCodeFrames(frame, callers[index], target),
  );
}

/** For each frame its caller, where that is certain and tells its arguments; made outermost first, since each needs its own. */
function findCallers(frames: readonly UnwoundFrame[], target: ValueTarget): (Caller | undefined)[] {
  const callers: (Caller | undefined)[] = frames.map(() => undefined);
  for (let index = frames.length - 2; index >= 0; index--) {
    const [frame, outer] = [frames[index], frames[index + 1]];
    if (!frame || frame.kind === 'exception' || outer?.kind !== 'call' || frame.isCalledDirectly !== true) continue;
    callers[index] = makeCaller(outer, callers[index + 1], target);
  }
  return callers;
}

function makeCaller(frame: UnwoundCall, caller: Caller | undefined, target: ValueTarget): Caller | undefined {
  const scope = frame.lookUp === undefined ? undefined : target.symbols.locate(frame.lookUp).at(-1);
  return scope && { frame: makeScope(frame, scope, caller, target), arguments: target.symbols.callArguments(scope, frame.pc) };
}

function makeScope(frame: UnwoundCall, scope: CodeScope, caller: Caller | undefined, target: ValueTarget): ScopeInFrame {
  const { cfa, registers } = frame;
  const pc = frame.lookUp ?? frame.pc;
  const frameBase = target.symbols.frameBase(scope, pc);
  return {
    scope,
    pc,
    registers,
    machine: target.symbols.machine,
    variableAt: (entry) => target.symbols.variableAt(entry, pc),
    ...(frameBase && { frameBase }),
    ...(cfa !== undefined && { cfa }),
    ...(caller && { caller }),
  };
}

function makeExceptionFrame({ exception, pc, doubtful }: UnwoundException): TraceFrame {
  return { kind: 'exception', exception, pc: hexAddress(pc), ...(doubtful !== undefined && { doubtful }), variables: [] };
}

function makeCodeFrames(frame: UnwoundCall, caller: Caller | undefined, target: ValueTarget): CodeFrame[] {
  const { lookUp } = frame;
  if (lookUp === undefined) return [makeBareFrame(frame, undefined)];
  const scopes = target.symbols.locate(lookUp);
  if (scopes.length === 0) {
    const symbol = target.symbols.symbolAt(lookUp);
    return [makeBareFrame(frame, symbol?.kind === 'function' ? (demangleFunction(symbol.name) ?? symbol.name) : undefined)];
  }
  return scopes.map((scope) => makeScopeFrame(frame, scope, caller, target));
}

/** A frame that only an ELF symbol knows, or none. */
function makeBareFrame(frame: UnwoundCall, name: string | undefined): CodeFrame {
  const doubtful = describeBadJump(frame) ?? frame.doubtful;
  return {
    kind: frame.kind,
    ...(name !== undefined && { function: name }),
    pc: hexAddress(frame.pc),
    ...(doubtful !== undefined && { doubtful }),
    variables: [],
  };
}

function makeScopeFrame(frame: UnwoundCall, scope: CodeScope, caller: Caller | undefined, target: ValueTarget): CodeFrame {
  const { pc, doubtful } = frame;
  const variables = readVariables(makeScope(frame, scope, caller, target), target).filter(({ name }) => name !== LOG_SITE);
  return {
    kind: scope.inlined ? 'inlined' : frame.kind,
    ...(scope.function !== undefined && { function: scope.function }),
    ...(scope.file !== undefined && { file: scope.file }),
    ...(scope.line !== undefined && { line: scope.line }),
    ...(scope.column !== undefined && { column: scope.column }),
    pc: hexAddress(pc),
    ...(doubtful !== undefined && { doubtful }),
    variables,
  };
}

function describeBadJump({ badJump }: UnwoundCall): string | undefined {
  if (!badJump) return undefined;
  const verb = badJump.caller === 'unknown' ? 'jumped to' : 'called';
  const trouble = badJump.why === 'wrong-state' ? ', which lacks the Thumb bit' : ', where there is no code';
  return `${verb} address ${hexAddress(badJump.target)}${trouble}`;
}
