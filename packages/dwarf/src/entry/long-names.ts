/** Names out of string tables. Thousands of entries may name one long string, or end in different places of it. */
import { stringAt } from '@noinit/bytes';

/** Bytes of all names of one file that are longer than a template's usual ones, each counted once. */
export const MAX_LONG_NAME_BYTES = 64 * 1024 * 1024;

export class LongNames {
  private readonly known = new Map<Uint8Array, Map<number, string>>();
  private left = MAX_LONG_NAME_BYTES;

  /** The name at `offset`; undefined where it is a long one and there were too many before. */
  read(table: Uint8Array, offset: number): string | undefined {
    const head = stringAt(table, offset, LONG_NAME);
    // A character takes up to four bytes: fewer characters than this and the name has ended.
    if (head.length < LONG_NAME / 4 || !goesOn(table, offset)) return head;
    const names = this.known.get(table) ?? new Map<number, string>();
    this.known.set(table, names);
    const known = names.get(offset);
    if (known !== undefined || this.left <= 0) return known;
    const name = stringAt(table, offset);
    this.left -= name.length;
    names.set(offset, name);
    return name;
  }
}

function goesOn(table: Uint8Array, offset: number): boolean {
  const head = table.subarray(offset, offset + LONG_NAME);
  return head.length === LONG_NAME && head.indexOf(0) < 0;
}

const LONG_NAME = 1024;
