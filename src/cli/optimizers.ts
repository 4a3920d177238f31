// `lanestep optimizers`: which there are, what a step of each costs, and what their doc comments say.
import { didYouMean } from '../did-you-mean.js';
import { CommandError, exit, flagsOf, type Output } from './command.js';
import { costsOf } from './optimizers/costs.js';
import { declarations, documentIn } from './optimizers/documents.js';
import { families, names } from './optimizers/families.js';
import { inMarkdown, inText, wrapped } from './optimizers/shown.js';

const help = `Usage: lanestep optimizers [NAME]

All optimizers, a line each: the numbers of state that each number of a parameter has, the bytes that a step moves for
it in float32, and how often a step walks over memory, with the default options. With a name: what it computes, where it comes
from, what other libraries do differently, and its options.

  --markdown    the page OPTIMIZERS.md
`;

function one(name: string): string {
  const { summary, formula, about, options } = documentIn(declarations(), name)!;
  const parts = [
    ...wrapped(summary),
    ...(formula.length > 0 ? ['', ...formula] : []),
    '',
    ...wrapped(about),
    '',
    ...options.flatMap(({ name: option, text }) => [`  ${option}`, ...wrapped(text, '      ')]),
  ];
  return `${parts.join('\n').trimEnd()}\n`;
}

/** Prints them; the exit code. */
export async function optimizers(argv: readonly string[], output: Output): Promise<number> {
  const at = argv.findIndex(word => !word.startsWith('-'));
  const name = argv[at];
  const { markdown, help: helpWanted } = flagsOf('optimizers', argv.toSpliced(at, at < 0 ? 0 : 1), [
    'markdown',
  ]);
  if (helpWanted) {
    output.out(help);
    return exit.fine;
  }
  if (name !== undefined) {
    const found = names.find(each => each.toLowerCase() === name.toLowerCase());
    if (found === undefined)
      throw new CommandError(
        exit.usage,
        `No optimizer ${name}. Known: ${names.join(', ')}${didYouMean(name, names)}`,
      );
    output.out(one(found));
    return exit.fine;
  }
  const text = declarations();
  const lines = families.map(family => ({
    ...family,
    lines: family.names.map(each => ({ name: each, costs: costsOf(each), ...documentIn(text, each)! })),
  }));
  output.out(markdown ? inMarkdown(lines) : inText(lines));
  return exit.fine;
}
