/** Names of types in Rust: rustc names nearly all of them; what it leaves without a name is put together here. */
import { AT, type Entry, TAG } from '@noinit/dwarf';
import { qualifiedName } from '../code/qualified-name.ts';
import { arrayDimensions } from './array-bounds.ts';

/** Types one name may go through. */
const MAX_NAMED_TYPES = 64;

/** `core::option::Option<u32>`, `[u8; 4]`, `*const u8`, `fn(u32) -> u32`. */
export function rustName(type: Entry | undefined): string {
  return new RustNamer().name(type);
}

class RustNamer {
  private left = MAX_NAMED_TYPES;

  name(type: Entry | undefined): string {
    if (!type) return '()';
    if (this.left-- <= 0) return '…';
    if (type.name !== undefined) return qualifiedName(type) ?? type.name;
    switch (type.tag) {
      case TAG.pointer_type:
        return `*const ${this.target(type)}`;
      case TAG.array_type:
        return arrayDimensions(type).reduceRight((element, { count }) => `[${element}; ${count ?? '_'}]`, this.target(type));
      case TAG.subroutine_type:
        return `fn(${this.parameters(type)})${type.has(AT.type) ? ` -> ${this.target(type)}` : ''}`;
      case TAG.const_type:
      case TAG.volatile_type:
      case TAG.atomic_type:
        return this.target(type);
      default:
        return '{...}';
    }
  }

  private target(type: Entry): string {
    return this.name(type.reference(AT.type));
  }

  private parameters(type: Entry): string {
    const names: string[] = [];
    for (const child of type.children()) {
      if (this.left <= 0) break;
      if (child.tag === TAG.formal_parameter) names.push(this.target(child));
    }
    return names.join(', ');
  }
}
