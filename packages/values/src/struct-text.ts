/** How a struct is written: `{x = 1, y = 2}`, in Rust `Point { x = 1, y = 2 }`, `Meters(5)` or `(1, 2)`. */
import type { StructType } from '@noinit/symbols';
import type { Children } from './children.ts';
import { lastName } from './rust/last-name.ts';
import { type Brackets, summarize } from './summary.ts';

const C_STRUCT: Brackets = { open: '{', close: '}', named: true };

export function structText(type: StructType, children: Children): string {
  if (type.language !== 'rust') return summarize(children, C_STRUCT);
  return rustText(type.name.startsWith('(') ? '' : lastName(type.name), type, children);
}

/** `name` is the type's or the variant's; empty for a tuple. */
export function rustText(name: string, type: StructType, children: Children): string {
  const members = type.members();
  if (members.length === 0) return name === '' ? '()' : name;
  const isTuple = members.every((member) => member.name !== undefined && TUPLE_MEMBER.test(member.name));
  if (isTuple) return summarize(children, { open: `${name}(`, close: ')', named: false });
  return summarize(children, { open: `${name} { `, close: ' }', named: true });
}

/** What rustc calls the members that have no name. */
const TUPLE_MEMBER = /^(?:__)?\d+$/;
