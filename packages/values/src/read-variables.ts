/** The variables of one function on the stack, and those with static storage. */
import type { Variable } from '@noinit/model';
import type { VariableInfo } from '@noinit/symbols';
import { findStorage } from './find-storage.ts';
import { readValue } from './read-value.ts';
import { isVtable } from './rust/vtables.ts';
import { NodeBudget, type ScopeInFrame, type ValueTarget } from './target.ts';
import { sizeOf } from './type-shape.ts';
import { MAX_DEPTH, type Reading } from './value-request.ts';

/** Nodes one variable may take with all its children. */
export const MAX_VARIABLE_NODES = 1000;

/**
 * Parameters and locals of a scope, in source order. Never throws for what memory or debug information hold. Where the
 * budget is used up the list ends; `budget.left` is then 0.
 */
export function readVariables(frame: ScopeInFrame, target: ValueTarget): Variable[] {
  return readAll(target.symbols.variables(frame.scope, frame.pc), frame, target);
}

/** Every variable with static storage, under the same rules. */
export function readGlobals(target: ValueTarget): Variable[] {
  return readAll(
    target.symbols.globals().filter((info) => !isVtable(info)),
    undefined,
    target,
  );
}

function readAll(variables: readonly VariableInfo[], frame: ScopeInFrame | undefined, target: ValueTarget): Variable[] {
  const read: Variable[] = [];
  for (const info of variables) {
    if (!target.budget.take()) break;
    read.push(readVariable(info, frame, target));
  }
  return read;
}

function readVariable(info: VariableInfo, frame: ScopeInFrame | undefined, target: ValueTarget): Variable {
  const { name, type, place } = info;
  const storage = findStorage(place, sizeOf(type) ?? 0, frame, target.memory);
  // One huge variable leaves at least three quarters of what is left to the others.
  const budget = new NodeBudget(Math.min(MAX_VARIABLE_NODES, Math.ceil(target.budget.left / 4)), target.budget);
  const { symbols, memory, depth = MAX_DEPTH } = target;
  const reading: Reading = { symbols, memory, budget, frame, maxDepth: depth, read: (request) => readValue(request, reading) };
  return reading.read({ name, path: name, type, storage, depth: 0, hops: 0 });
}
