/** The one-line text of a struct or an array, made of its children's texts. */
import type { Variable, VariableKind } from '@noinit/model';

/** Characters after which a summary ends with `…`. */
export const MAX_SUMMARY = 100;

/** `{id = 7, name = "temp0", …}` for a struct, `{1, 2, 3}` for an array. `left` children are not listed. */
export function summarize(kind: VariableKind, children: readonly Variable[], left: number): string {
  let text = '';
  for (const child of children) {
    const part = (text === '' ? '' : ', ') + (kind === 'struct' ? `${child.name} = ${childText(child)}` : childText(child));
    if (text.length + part.length > MAX_SUMMARY) return text === '' ? '{…}' : `{${text}, …}`;
    text += part;
  }
  if (left === 0) return `{${text}}`;
  return text === '' ? '{…}' : `{${text}, …}`;
}

function childText(child: Variable): string {
  return 'unknown' in child ? '?' : child.value;
}
