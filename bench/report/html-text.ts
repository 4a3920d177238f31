/** Text and tables as HTML. Whatever comes out of a file of results passes through here. */
import { type Cell, inOneLine, type Table } from './table.js';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it stands in an element or in a quoted attribute. */
export const escape = (text: string): string => text.replace(/[&<>"']/g, character => entities[character]!);

// The bar is a picture of the medians beside it; a reader of the page aloud has those.
const data = (cell: Cell): string =>
  typeof cell === 'string'
    ? `<td>${escape(cell)}</td>`
    : `<td class="bar" aria-hidden="true"><i style="width:${(100 * Math.min(1, Math.max(0, cell.bar))).toFixed(1)}%"></i></td>`;

/** A table that can be scrolled by itself where it is wider than the page. */
export function htmlTable({ caption, columns, rows }: Table): string {
  const namesRow = columns.findIndex(({ left }) => left);
  const head = columns
    .map(({ head, left }) => `<th scope="col"${left ? ' class="left"' : ''}>${escape(inOneLine(head))}</th>`)
    .join('');
  const body = rows.map(
    row =>
      `<tr>${row
        .map((cell, k) =>
          k === namesRow && typeof cell === 'string'
            ? `<th scope="row" class="left">${escape(cell)}</th>`
            : data(cell),
        )
        .join('')}</tr>`,
  );
  // Focusable, or nobody without a mouse could scroll it.
  return (
    `<div class="wide" tabindex="0" role="region" aria-label="${escape(caption)}"><table><caption>${escape(caption)}</caption>` +
    `<thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`
  );
}
