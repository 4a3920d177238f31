/** Tables as data: what the terminal and the page both show, each in its own way. */

/** A bar is as long as the share, from 0 to 1, that it stands for. */
export type Cell = string | { readonly bar: number };

export interface Column {
  /** May be of several lines. */
  readonly head: string;
  readonly left?: boolean;
  /** Where not all columns fit, those go first that have the greatest number here. Those with none stay. */
  readonly spare?: number;
}

export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface Section {
  readonly title: string;
  readonly tables: readonly Table[];
}

/** A table without the columns in which no row has anything to say. */
export function withoutEmpty({ caption, columns, rows }: Table): Table {
  const kept = columns.map((_, k) => rows.some(row => row[k] !== ''));
  return {
    caption,
    columns: columns.filter((_, k) => kept[k]),
    rows: rows.map(row => row.filter((_, k) => kept[k])),
  };
}

/** A head in one line: `ns/param`, `tfjs wasm`, `textbook`. */
export const inOneLine = (head: string): string =>
  head
    .replace(/\/\n|-\n/g, cut => (cut[0] === '/' ? '/' : ''))
    .replace(/\n(?=\/)/, '')
    .replaceAll('\n', ' ');
