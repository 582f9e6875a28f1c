/** What a template or a generic type was made for (DWARF 5, 2.23). */
import { AT, type Entry, TAG } from '@noinit/dwarf';
import type { TypeInfo, TypeParameter } from '../symbols.ts';

/** Parameters of one type that are read. */
const MAX_PARAMETERS = 64;
/** Children of a type that are looked at for arguments. */
const MAX_CHILDREN = 10_000;

/** The parameters that are types. */
export function readTypeParameters(type: Entry, typeOf: (parameter: Entry) => TypeInfo): readonly TypeParameter[] {
  const parameters: TypeParameter[] = [];
  for (const child of type.children()) {
    if (child.tag !== TAG.template_type_parameter) continue;
    parameters.push({ name: child.text(AT.name) ?? '', type: typeOf(child) });
    if (parameters.length >= MAX_PARAMETERS) break;
  }
  return parameters;
}

/** The arguments of a template, packs unfolded. */
export function* templateArguments(type: Entry): Generator<Entry> {
  let count = 0;
  for (const child of type.children()) {
    if (child.tag === TAG.GNU_template_parameter_pack) yield* child.children();
    else if (ARGUMENTS.has(child.tag)) yield child;
    if (++count >= MAX_CHILDREN) return;
  }
}

const ARGUMENTS: ReadonlySet<number> = new Set([TAG.template_type_parameter, TAG.template_value_parameter]);
