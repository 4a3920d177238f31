/** Tables in Markdown. */

/** Cells as Markdown has them: a bar in a cell would end it. */
const cell = (text: string): string => text.replaceAll('|', '\\|');

/** A table whose columns are as wide as their widest cell, as formatters of Markdown leave it. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map(row => row.map(cell));
  const widths = head.map((_, k) => Math.max(3, ...all.map(row => [...row[k]!].length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells
      .map((text, k) => {
        const blank = ' '.repeat(widths[k]! - [...text].length);
        return k === 0 ? text + blank : blank + text;
      })
      .join(' | ')} |`;
  const rule = widths.map((width, k) => (k === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(all[0]!), line(rule), ...all.slice(1).map(line)].join('\n');
}
