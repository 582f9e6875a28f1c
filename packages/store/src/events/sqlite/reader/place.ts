/** The columns that say where a crash happened. */
import type { Where } from '../../event-reader.ts';

export interface PlaceColumns {
  readonly where_function: string | null;
  readonly where_file: string | null;
  readonly where_line: number | null;
}

/** `{where}` if the function is known, else nothing to spread. */
export function whereOf(row: PlaceColumns): { readonly where?: Where } {
  if (row.where_function === null) return {};
  return {
    where: {
      function: row.where_function,
      ...(row.where_file === null ? {} : { file: row.where_file }),
      ...(row.where_line === null ? {} : { line: row.where_line }),
    },
  };
}
