/** The report for a terminal. */
import type { Results } from '../results.js';
import { rounds } from './figures.js';
import { header, legend } from './header.js';
import { sections } from './sections.js';
import type { Section } from './table.js';
import { ink, textTable, wrap } from './text-table.js';

/** How wide a terminal is, and whether it has colours. */
export interface Terminal {
  readonly width: number;
  readonly color: boolean;
}

/** What a report is made of, from top to bottom. */
export interface Parts {
  readonly header: readonly (readonly [name: string, text: string])[];
  readonly sections: readonly Section[];
  readonly legend: readonly string[];
}

/** A report in lines of at most `width` columns where a table can be as narrow as that. */
export function laidOut({ header, sections, legend }: Parts, { width, color }: Terminal): string {
  const style = ink(color);
  const lines: string[] = [];
  for (const [name, text] of header) {
    lines.push(...wrap(`${name.padEnd(12)} ${text}`, width, ' '.repeat(13)));
  }
  for (const { title, tables } of sections) {
    lines.push('', '', style.bold(`── ${title} ${'─'.repeat(Math.max(0, width - [...title].length - 4))}`));
    for (const table of tables) lines.push('', ...textTable(table, width, style));
  }
  lines.push('', ...legend.flatMap(line => wrap(line, width)).map(style.dim));
  return `${lines.join('\n')}\n`;
}

/** Everything that a run found. */
export const textReport = (results: Results, terminal: Terminal): string =>
  laidOut(
    { header: header(results, rounds(results)), sections: sections(results), legend: legend(results) },
    terminal,
  );
