/** What a call site says about the arguments of its call (DWARF 5, 3.4; GCC's forerunner of it in DWARF 4). */
import { AT, type Entry, indexOfEntry, TAG } from '@noinit/dwarf';
import type { Address } from '@noinit/model';
import type { CallArgument } from '../symbols.ts';

/** Arguments of one call that are read. */
const MAX_ARGUMENTS = 64;

/** The abstract instances that a function's entry leads to. */
const MAX_ORIGINS = 8;

/**
 * The call that returns to `returnAddress`, anywhere in the function; also where the call was inlined into it. GCC leaves
 * some calls of a function in the abstract instance it was copied from.
 */
export function readCallArguments(scope: Entry, returnAddress: Address): readonly CallArgument[] {
  let entry: Entry | undefined = scope;
  for (let depth = 0; entry && depth < MAX_ORIGINS; depth++) {
    const call = findCall(entry, returnAddress);
    if (call) return readArguments(call, returnAddress);
    entry = entry.reference(AT.abstract_origin);
  }
  return [];
}

function findCall(scope: Entry, returnAddress: Address): Entry | undefined {
  const { unit } = scope;
  const { entries } = unit;
  const first = indexOfEntry(entries, scope.offset) ?? 0;
  const end = entries.ends[first] ?? 0;
  for (let index = first + 1; index < end; index++) {
    const tag = entries.tags[index];
    if (tag !== TAG.call_site && tag !== TAG.GNU_call_site) continue;
    const call = unit.entryAt(index);
    const returnsTo = call.address(AT.call_return_pc) ?? call.address(AT.low_pc);
    if (returnsTo === returnAddress) return call;
  }
  return undefined;
}

function readArguments(call: Entry, pc: Address): CallArgument[] {
  const found: CallArgument[] = [];
  for (const child of call.children()) {
    if (child.tag !== TAG.call_site_parameter && child.tag !== TAG.GNU_call_site_parameter) continue;
    const place = child.location(AT.location, pc);
    const value = child.location(AT.call_value, pc) ?? child.location(AT.GNU_call_site_value, pc);
    if (value?.kind !== 'expression') continue;
    const parameter = child.reference(AT.call_parameter) ?? child.reference(AT.abstract_origin);
    if (place?.kind === 'expression') found.push({ place: place.expression, value: value.expression });
    else if (parameter) found.push({ parameter: parameter.offset, value: value.expression });
    if (found.length >= MAX_ARGUMENTS) break;
  }
  return found;
}
