import type { ReactNode } from 'react';
import { visibleText } from '../format/text.ts';

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => ReactNode;
  /** `number` is set at the end of the cell in figures of equal width; `main` is the row's name. */
  readonly look?: 'main' | 'number' | 'code';
}

interface DataTableProps<Row> {
  /** Says to screen readers what the table lists. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
}

/** A table; on a narrow screen each row becomes a block whose cells name their column. */
export function DataTable<Row>({ caption, columns, rows, rowKey }: DataTableProps<Row>) {
  return (
    <table className="data">
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ head, look }) => (
            <th key={head} scope="col" className={look === 'number' ? 'number' : undefined}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)}>
            {columns.map((column) => (
              <Cell key={column.head} column={column} row={row} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell<Row>({ column, row }: { readonly column: Column<Row>; readonly row: Row }) {
  const { head, look, cell } = column;
  const content = cell(row);
  const shown = typeof content === 'string' ? visibleText(content) : content;
  if (look === 'main') {
    return (
      <th scope="row" className="main">
        {shown}
      </th>
    );
  }
  return (
    <td className={look} data-label={head}>
      {shown}
    </td>
  );
}
