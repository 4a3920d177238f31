// The list as it is printed, and as the page OPTIMIZERS.md.
import { stepOptions } from '../../step-options.js';
import type { Costs } from './costs.js';
import type { Document } from './documents.js';
import type { Family } from './families.js';

/** An optimizer. */
interface Line extends Document {
  readonly name: string;
  readonly costs: Costs | null;
}

/** A family with all that is known of its members. */
export interface Listed extends Family {
  readonly lines: readonly Line[];
}

const width = 100;

/** A text in lines of a screen's width. */
export function wrapped(text: string, indent = ''): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.length > indent.length && line.length + word.length + 1 > width) {
      lines.push(line);
      line = indent;
    }
    line += line.length > indent.length ? ` ${word}` : word;
  }
  return [...lines, line];
}

// Its first sentence, without its name, which stands before it.
const sentenceOf = ({ name, summary }: Line): string =>
  (/^.*?\.(?= |$)/.exec(summary)?.[0] ?? summary).replace(`${name}: `, '');

const columns = (line: Line): string[] => [
  line.name,
  line.costs?.state.replace('; of a matrix ', ' | ').replaceAll('one a ', '') ?? '',
  line.costs === null ? '' : String(line.costs.bytes),
  line.costs === null ? '' : String(line.costs.passes),
];

/** For a terminal. */
export function inText(families: readonly Listed[]): string {
  const head = ['optimizer', 'state', 'bytes', 'passes'];
  const all = families.flatMap(({ lines }) => lines.map(columns));
  const widths = head.map((title, k) => Math.max(title.length, ...all.map(row => row[k]!.length)));
  const row = (cells: readonly string[]) => cells.map((cell, k) => cell.padEnd(widths[k]!)).join('  ');
  const parts = families.map(({ title, about, lines }) =>
    [
      `${title}. ${about}`,
      ...lines.map(line => `  ${row(columns(line))}  ${sentenceOf(line)}`.trimEnd()),
    ].join('\n'),
  );
  return `${row(head).trimEnd()}\n\n${parts.join('\n\n')}\n\nlanestep optimizers NAME: what it computes, and its options.\n`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

const stepWords = wrapped(
  Object.keys(stepOptions)
    .map(name => `\`${name}\``)
    .join(', '),
).join('\n');

/** The page. */
export function inMarkdown(families: readonly Listed[]): string {
  const head = `# Optimizers

What \`npx lanestep optimizers --markdown\` prints: made from the doc comments and the kernels, not by hand. *State* is the numbers of
state that each number of a parameter has; *bytes* is what a step moves for it in float32, both with the default options; *passes* is
how often a step walks over memory. \`npx lanestep optimizers NAME\` shows formula and options of one. Options are those beside the
step's, which every one has:
${stepWords}.
`;
  const parts = families.map(({ title, about, lines }) =>
    [
      `## ${title}`,
      '',
      about,
      '',
      '| class | what it is | options | state | bytes | passes | source, and what differs elsewhere |',
      '| --- | --- | --- | --- | ---: | ---: | --- |',
      ...lines.map(({ name, costs, summary, about: where, options }) => {
        const own = options.flatMap(option => (option.name in stepOptions ? [] : [`\`${option.name}\``]));
        const { state = '', bytes = '', passes = '' } = costs ?? {};
        return `| \`${name}\` | ${cell(summary)} | ${own.join(' ')} | ${state} | ${bytes} | ${passes} | ${cell(where)} |`;
      }),
    ].join('\n'),
  );
  return `${head}\n${parts.join('\n\n')}\n`;
}
