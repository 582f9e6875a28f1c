import { NoinitError } from '@noinit/model';

/** What the validators of @noinit/api offer, without their library. */
interface QuerySchema<Query> {
  safeParse(value: unknown):
    | { readonly success: true; readonly data: Query }
    | {
        readonly success: false;
        readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] };
      };
}

/** The query of a request as its schema says. NoinitError `bad-request` with the first thing that is wrong. */
export function parseQuery<Query>(schema: QuerySchema<Query>, query: unknown): Query {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new NoinitError('bad-request', `the query is wrong: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/** The same without what was not given: a store takes a missing field, not an undefined one. */
export function given<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };
}
