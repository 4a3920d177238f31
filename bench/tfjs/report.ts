/** The report of the races, for a terminal and for the README. */
import { type Rounds, roundsOf } from '../report/figures.js';
import { conditions, header, lanestepOn, medians } from '../report/header.js';
import { markdownTable } from '../report/markdown-table.js';
import { inOneLine, type Table } from '../report/table.js';
import { laidOut, type Terminal } from '../report/text.js';
import type { Results } from './results.js';
import { sections } from './tables.js';

const rounds = ({ cases }: Results): Rounds =>
  roundsOf(cases.flatMap(({ races }) => races.map(({ stock }) => stock.samples.length)));

/** Everything that a run found, in lines of at most `width` columns where a table can be as narrow as that. */
export function textReport(results: Results, terminal: Terminal): string {
  const [first, ...rest] = header(results, rounds(results));
  return laidOut(
    {
      header: [first!, ['tfjs', results.tfjs || 'not installed'], ...rest],
      sections: sections(results),
      legend: [
        medians(rounds(results)),
        '×: how many times as fast the drop-in is as stock, the median of the rounds’ ratios; ≈ where the interval of the ratio holds 1.',
        'share: how much of a training step is the update. Every time is of steps after which both had the same bits.',
      ],
    },
    terminal,
  );
}

function markdown({ caption, columns, rows }: Table): string {
  const kept = columns.flatMap(({ spare }, k) => (spare === undefined ? k : []));
  const table = markdownTable(
    kept.map(k => inOneLine(columns[k]!.head)),
    rows.map(row => kept.map(k => (row[k] as string) || '–')),
  );
  return `${caption}:\n\n${table}`;
}

/** What stands between the marks in README.md; it ends without a line feed. Empty where nothing was raced. */
export function markdownReport(results: Results): string {
  const tables = sections(results).flatMap(section => section.tables.map(markdown));
  if (tables.length === 0) return '';
  const on = `lanestep on ${lanestepOn(results.machine)}`;
  return [...tables, conditions(results, rounds(results), on, `TensorFlow.js ${results.tfjs}`)].join('\n\n');
}
