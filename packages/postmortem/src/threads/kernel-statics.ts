/** The variables with static storage of one program by name, as typed views. Found once per program. */
import { evaluateExpression } from '@noinit/dwarf';
import type { Symbols, VariableInfo } from '@noinit/symbols';
import { View, type ViewTarget } from './view.ts';

const known = new WeakMap<Symbols, ReadonlyMap<string, VariableInfo>>();

/** Undefined where the program has no such variable, or its place is not a fixed address. */
export function findStatic(name: string, target: ViewTarget): View | undefined {
  const info = staticsOf(target.symbols).get(name);
  const at = info && placeOf(info, target);
  return info && at !== undefined ? new View(info.type, at, target) : undefined;
}

/** Every variable with static storage. */
export function allStatics({ symbols }: ViewTarget): Iterable<VariableInfo> {
  return staticsOf(symbols).values();
}

export function placeOf({ place }: VariableInfo, { memory }: ViewTarget): number | undefined {
  if (place.kind !== 'expression') return undefined;
  const nothing = () => undefined;
  const location = evaluateExpression(place.expression, {
    register: nothing,
    memory: memory.read,
    callFrameAddress: nothing,
    frameBase: nothing,
  });
  return location.kind === 'memory' ? location.address : undefined;
}

/** Of several variables of one name the first that has a place counts. */
function staticsOf(symbols: Symbols): ReadonlyMap<string, VariableInfo> {
  const found = known.get(symbols);
  if (found) return found;
  const byName = new Map<string, VariableInfo>();
  for (const info of symbols.globals()) {
    if (info.place.kind === 'expression' && !byName.has(info.name)) byName.set(info.name, info);
  }
  known.set(symbols, byName);
  return byName;
}
