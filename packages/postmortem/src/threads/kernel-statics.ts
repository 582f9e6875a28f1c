/** The variables with static storage of one program by name, with their addresses. Found once per program. */
import { evaluateExpression } from '@noinit/dwarf';
import type { Symbols, TypeInfo, VariableInfo } from '@noinit/symbols';
import { View, type ViewTarget } from './view.ts';

export interface StaticVariable {
  readonly name: string;
  readonly type: TypeInfo;
  readonly at: number;
}

const known = new WeakMap<Symbols, ReadonlyMap<string, StaticVariable>>();

/** Undefined where the program has no such variable, or its place is not a fixed address. */
export function findStatic(name: string, target: ViewTarget): View | undefined {
  const found = staticsOf(target.symbols).get(name);
  return found && new View(found.type, found.at, target);
}

/** Every variable at a fixed address. */
export function allStatics({ symbols }: ViewTarget): Iterable<StaticVariable> {
  return staticsOf(symbols).values();
}

/** Of several variables of one name the first that has a place counts. */
function staticsOf(symbols: Symbols): ReadonlyMap<string, StaticVariable> {
  const found = known.get(symbols);
  if (found) return found;
  const byName = new Map<string, StaticVariable>();
  for (const info of symbols.globals()) {
    const at = byName.has(info.name) ? undefined : placeOf(info);
    if (at !== undefined) byName.set(info.name, { name: info.name, type: info.type, at });
  }
  known.set(symbols, byName);
  return byName;
}

/** The address of a static does not depend on what memory holds. */
function placeOf({ place }: VariableInfo): number | undefined {
  if (place.kind !== 'expression') return undefined;
  const nothing = () => undefined;
  const context = { register: nothing, memory: nothing, callFrameAddress: nothing, frameBase: nothing };
  const location = evaluateExpression(place.expression, context);
  return location.kind === 'memory' ? location.address : undefined;
}
