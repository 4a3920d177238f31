/** The report for a terminal. */
import type { Results } from '../results.js';
import { header, legend } from './header.js';
import { sections } from './sections.js';
import { ink, textTable, wrap } from './text-table.js';

/** Everything that a run found, in lines of at most `width` columns where a table can be as narrow as that. */
export function textReport(results: Results, { width, color }: { width: number; color: boolean }): string {
  const style = ink(color);
  const lines: string[] = [];
  for (const [name, text] of header(results)) {
    lines.push(...wrap(`${name.padEnd(12)} ${text}`, width, ' '.repeat(13)));
  }
  for (const { title, tables } of sections(results)) {
    lines.push('', '', style.bold(`── ${title} ${'─'.repeat(Math.max(0, width - [...title].length - 4))}`));
    for (const table of tables) lines.push('', ...textTable(table, width, style));
  }
  lines.push(
    '',
    ...legend(results)
      .flatMap(line => wrap(line, width))
      .map(style.dim),
  );
  return `${lines.join('\n')}\n`;
}
