/** Names of types in Rust: rustc names nearly all of them; what it leaves without a name is put together here. */
import { AT, type Entry, TAG } from '@noinit/dwarf';
import { qualifiedName } from '../code/qualified-name.ts';
import { arrayDimensions } from './array-bounds.ts';

/** Arrays within arrays and pointers to pointers in one name. */
const MAX_DEPTH = 32;

/** `core::option::Option<u32>`, `[u8; 4]`, `*const u8`, `fn(u32) -> u32`. */
export function rustName(type: Entry | undefined, depth = 0): string {
  if (!type) return '()';
  if (depth > MAX_DEPTH) return '…';
  if (type.name !== undefined) return qualifiedName(type) ?? type.name;
  const target = () => rustName(type.reference(AT.type), depth + 1);
  switch (type.tag) {
    case TAG.pointer_type:
      return type.has(AT.type) ? `*const ${target()}` : '*const ()';
    case TAG.array_type:
      return arrayDimensions(type).reduceRight((element, { count }) => `[${element}; ${count ?? '_'}]`, target());
    case TAG.subroutine_type:
      return functionName(type, depth);
    case TAG.const_type:
    case TAG.volatile_type:
    case TAG.atomic_type:
      return target();
    default:
      return '{...}';
  }
}

function functionName(type: Entry, depth: number): string {
  const parameters: string[] = [];
  for (const child of type.children()) {
    if (child.tag === TAG.formal_parameter) parameters.push(rustName(child.reference(AT.type), depth + 1));
    if (parameters.length > MAX_DEPTH) break;
  }
  const result = type.reference(AT.type);
  return `fn(${parameters.join(', ')})${result ? ` -> ${rustName(result, depth + 1)}` : ''}`;
}
