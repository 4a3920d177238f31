/** Tables in columns of characters. */
import type { Cell, Column, Table } from './table.js';

/** How text stands out; the identity where it must not. */
export interface Ink {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

// Not styleText of node:util: from Node 22.13 on it asks standard output for colours again, and here the caller has decided.
export const ink = (color: boolean): Ink => ({
  bold: text => (color && text !== '' ? `\x1b[1m${text}\x1b[22m` : text),
  dim: text => (color && text !== '' ? `\x1b[2m${text}\x1b[22m` : text),
});

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of a share of so many columns; what is greater than nothing is never shown as nothing. */
export function bar(share: number, columns: number): string {
  const length = Math.max(1, Math.round(Math.min(1, Math.max(0, share)) * columns * 8));
  return '█'.repeat(length >> 3) + eighths[length & 7]!;
}

/** The columns of the terminal that a text takes. Nothing here is wider than one or narrower. */
const size = (text: string): number => [...text].length;

const leastBar = 6;
const mostBar = 24;

const cellSize = (cell: Cell): number => (typeof cell === 'string' ? size(cell) : leastBar);

/** Words in lines of at most so many columns, the second and later ones indented. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && size(line) + 1 + size(word) > width) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** A table in at most so many columns. Bars take what is left; where something has to go, the columns say which first. */
export function textTable({ caption, columns, rows }: Table, width: number, { bold, dim }: Ink): string[] {
  const widths = columns.map(({ head }, k) =>
    Math.max(...head.split('\n').map(size), ...rows.map(row => cellSize(row[k] ?? ''))),
  );
  let kept = columns.map((_, k) => k);
  const total = (gap: number): number =>
    kept.reduce((sum, k) => sum + widths[k]!, 0) + gap * (kept.length - 1);
  const spare = (k: number): number => columns[k]!.spare ?? 0;
  while (total(1) > width) {
    const most = kept.reduce((a, k) => (spare(k) > spare(a) ? k : a), kept[0]!);
    if (spare(most) === 0) break;
    kept = kept.filter(k => k !== most);
  }
  const gap = total(2) <= width ? 2 : 1;
  for (const k of kept) {
    if (rows.some(row => typeof row[k] === 'object')) {
      widths[k] = Math.max(widths[k]!, Math.min(mostBar, widths[k]! + width - total(gap)));
    }
  }
  const pad = (text: string, k: number): string => {
    const blank = ' '.repeat(Math.max(0, widths[k]! - size(text)));
    return columns[k]!.left ? text + blank : blank + text;
  };
  const line = (cells: readonly string[]): string => cells.join(' '.repeat(gap)).trimEnd();
  const heads = columns.map(({ head }: Column) => head.split('\n'));
  const tall = Math.max(1, ...kept.map(k => heads[k]!.length));
  const headLines = Array.from({ length: tall }, (_, i) =>
    // Heads stand at the bottom, above their numbers.
    line(kept.map(k => pad(heads[k]![i - tall + heads[k]!.length] ?? '', k))),
  );
  return [
    ...wrap(caption, width).map(bold),
    ...headLines.map(dim),
    ...rows.map(row =>
      line(
        kept.map(k => {
          const cell = row[k] ?? '';
          return pad(typeof cell === 'string' ? cell : bar(cell.bar, widths[k]!), k);
        }),
      ),
    ),
  ];
}
