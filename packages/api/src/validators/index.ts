/** Checks of what comes in from outside (query strings, bodies). The page does not load this entry. */
import { z } from 'zod';

export { type TraceCheck, validateTrace } from './trace.ts';

export const listQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const crashesQuery = listQuery.extend({ issue: z.string().max(100).optional() });
// No serial has a control character, and a NUL would end the pattern in SQLite.
export const devicesQuery = listQuery.extend({
  search: z
    .string()
    .max(128)
    .regex(/^\P{Cc}*$/u)
    .optional(),
});
export const symbolsQuery = listQuery.extend({ missing: z.string().optional() });
