/** Cursors: where the next page begins, as the sort key of the last row. Opaque to those who pass them on. */
import { NoinitError } from '@noinit/model';
import type { PageOf, PageRequest } from '../../event-reader.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;
const MAX_CURSOR_LENGTH = 1_024;

export type CursorPart = number | string;

export interface PageStart {
  readonly limit: number;
  /** Sort key of the last row of the page before. */
  readonly after: readonly CursorPart[] | undefined;
}

/** `shape` shows the type of each part of this list's sort key. */
export function readPage(request: PageRequest, shape: readonly CursorPart[]): PageStart {
  const limit = request.limit ?? DEFAULT_LIMIT;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new NoinitError('bad-request', `a page has 1 to ${MAX_LIMIT} items, not ${limit}`);
  }
  return { limit, after: request.cursor === undefined ? undefined : parseCursor(request.cursor, shape) };
}

/** Cuts `rows`, read one more than the page has, to a page. */
export function pageOf<Row>(rows: readonly Row[], start: PageStart, sortKey: (row: Row) => readonly CursorPart[]): PageOf<Row> {
  const items = rows.slice(0, start.limit);
  const last = items.at(-1);
  return { items, next: rows.length > start.limit && last !== undefined ? encodeCursor(sortKey(last)) : null };
}

function encodeCursor(parts: readonly CursorPart[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function parseCursor(cursor: string, shape: readonly CursorPart[]): readonly CursorPart[] {
  const parts = cursor.length <= MAX_CURSOR_LENGTH ? parseJson(Buffer.from(cursor, 'base64url').toString()) : undefined;
  const fits =
    Array.isArray(parts) && parts.length === shape.length && parts.every((part, at) => typeof part === typeof shape[at]);
  if (!fits) throw new NoinitError('bad-request', 'the cursor is not one of this list');
  return parts as readonly CursorPart[];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
