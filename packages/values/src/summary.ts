/** The one-line text of a whole, made of its children's texts. */
import type { Variable } from '@noinit/model';
import type { Children } from './children.ts';

/** Characters after which a summary ends with `…`. */
export const MAX_SUMMARY = 100;

export interface Brackets {
  readonly open: string;
  readonly close: string;
  /** Whether the children's names stand before their texts. */
  readonly named: boolean;
}

/** `{id = 7, name = "temp0", …}`: also where not all children are listed. */
export function summarize({ listed, left }: Children, { open, close, named }: Brackets): string {
  let text = '';
  for (const child of listed) {
    const part = (text === '' ? '' : ', ') + (named ? `${child.name} = ${childText(child)}` : childText(child));
    if (text.length + part.length > MAX_SUMMARY) return `${open}${text === '' ? '' : `${text}, `}…${close}`;
    text += part;
  }
  if (left === 0) return `${open}${text}${close}`;
  return `${open}${text === '' ? '' : `${text}, `}…${close}`;
}

function childText(child: Variable): string {
  return 'unknown' in child ? '?' : child.value;
}
