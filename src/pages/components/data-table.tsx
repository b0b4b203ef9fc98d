/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role --
   Safari drops the roles of a table whose parts are displayed as blocks, which the narrow form does. */
import type { ComponentChildren, VNode } from 'preact';

export interface Column {
  readonly id: string;
  readonly label: string;
}

export interface Row {
  readonly id: string;
  /** By column id; the first column names the row. */
  readonly cells: Readonly<Record<string, ComponentChildren>>;
}

interface DataTableProps {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** A table that becomes a list of cards on a narrow screen. */
export function DataTable({ caption, columns, rows }: DataTableProps): VNode {
  return (
    <table role="table" class="data">
      <caption class="quiet">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th key={column.id} role="columnheader" scope="col">
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={row.id} role="row">
            {columns.map((column, index) =>
              index === 0 ? (
                <th key={column.id} role="rowheader" scope="row" id={`row-${row.id}`}>
                  {row.cells[column.id]}
                </th>
              ) : (
                <td key={column.id} role="cell" data-label={column.label}>
                  {row.cells[column.id]}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
