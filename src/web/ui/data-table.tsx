import type { ReactNode } from 'react';
import classes from './ui.module.css';

interface Column {
  readonly label: string;
  /** Of CSS, such as `20%`; columns without one share what is left. */
  readonly width?: string;
  /** Left out on phones. */
  readonly isSecondary?: boolean;
}

interface Row {
  readonly key: string;
  readonly cells: readonly ReactNode[];
}

/** Things that are alike, one in each row. */
export function DataTable({
  label,
  columns,
  rows,
}: {
  label: string;
  columns: readonly Column[];
  rows: readonly Row[];
}) {
  return (
    <table className={classes['table']} aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ label: name, width, isSecondary }) => (
            <th key={name} data-secondary={isSecondary} style={{ width }}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, cells }) => (
          <tr key={key}>
            {cells.map((cell, index) => (
              <td key={columns[index]?.label} data-secondary={columns[index]?.isSecondary}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What a row is about: its name, which leads to it, and what stands below. */
export function RowTitle({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <div className={classes['rowTitle']}>
      {title}
      {children !== undefined && <div>{children}</div>}
    </div>
  );
}

/** The frame around lists. */
export function Card({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section className={classes['card']} aria-label={label}>
      {children}
    </section>
  );
}
