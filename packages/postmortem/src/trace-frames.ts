/** From unwound frames to the frames of a trace: inlined functions become frames, each with its variables. */
import { type CodeFrame, hexAddress, type TraceFrame } from '@noinit/model';
import type { CodeScope } from '@noinit/symbols';
import type { UnwoundCall, UnwoundException, UnwoundFrame } from '@noinit/unwind';
import { readVariables, type ValueTarget } from '@noinit/values';

export function makeTraceFrames(frames: readonly UnwoundFrame[], target: ValueTarget): TraceFrame[] {
  return frames.flatMap((frame) => (frame.kind === 'exception' ? [makeExceptionFrame(frame)] : makeCodeFrames(frame, target)));
}

function makeExceptionFrame({ exception, pc, doubtful }: UnwoundException): TraceFrame {
  return { kind: 'exception', exception, pc: hexAddress(pc), ...(doubtful !== undefined && { doubtful }), variables: [] };
}

function makeCodeFrames(frame: UnwoundCall, target: ValueTarget): CodeFrame[] {
  const { lookUp } = frame;
  if (lookUp === undefined) return [makeBareFrame(frame, undefined)];
  const scopes = target.symbols.locate(lookUp);
  if (scopes.length === 0) {
    const symbol = target.symbols.symbolAt(lookUp);
    return [makeBareFrame(frame, symbol?.kind === 'function' ? symbol.name : undefined)];
  }
  return scopes.map((scope) => makeScopeFrame(frame, scope, target));
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

function makeScopeFrame(frame: UnwoundCall, scope: CodeScope, target: ValueTarget): CodeFrame {
  const { pc, cfa, registers, doubtful } = frame;
  const variables = readVariables({ scope, pc: frame.lookUp ?? pc, registers, ...(cfa !== undefined && { cfa }) }, target);
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
