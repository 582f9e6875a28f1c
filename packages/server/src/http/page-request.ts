import { NoinitError } from '@noinit/model';
import type { PageRequest } from '@noinit/store';

/** Query of every list. */
export interface PageQuery {
  readonly cursor?: string;
  readonly limit?: string;
}

const MAX_LIMIT = 200;

/** `?cursor=` and `?limit=`, 1 to 200. NoinitError `bad-request`. */
export function parsePageRequest(query: PageQuery): PageRequest {
  return {
    ...(query.cursor === undefined ? {} : { cursor: single(query.cursor, 'cursor') }),
    ...(query.limit === undefined ? {} : { limit: parseLimit(query.limit) }),
  };
}

/** A parameter that is given once. The query parser makes a list of one that is repeated. */
export function single(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new NoinitError('bad-request', `${name} is given more than once`);
  return value;
}

function parseLimit(text: string): number {
  const limit = /^\d{1,4}$/.test(single(text, 'limit')) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_LIMIT) throw new NoinitError('bad-request', `limit is 1 to ${MAX_LIMIT}`);
  return limit;
}
