/** What all kinds of types have. */
import type { TypeInfo } from '../symbols.ts';

/** Types that may lead to each other without a pointer or a member between: typedef of const of array … */
export const MAX_TYPE_CHAIN = 64;

/** The type behind typedefs and qualifiers. */
export function stripped(type: TypeInfo): TypeInfo {
  let target = type;
  for (let depth = 0; target.kind === 'alias' && depth <= MAX_TYPE_CHAIN; depth++) target = target.target;
  return target;
}

/** Bytes of a value; 0 for what has none. */
export function sizeOf(type: TypeInfo): number {
  return type.kind === 'function' || type.kind === 'void' ? 0 : (type.size ?? 0);
}

export function isSignedInteger(type: TypeInfo | undefined): boolean {
  const plain = type && stripped(type);
  return plain?.kind === 'base' && (plain.encoding === 'signed' || plain.encoding === 'signed-char');
}

export function unsupported(name: string, size: number | undefined, detail: string): TypeInfo {
  return { kind: 'unsupported', name, size, detail };
}
