import { catalogue, hyperNames, hypers, optimizerNames, scheduleNames, scheduleTexts } from './catalogue.js';
import { backendNames, batchModes } from './options.js';

export const hint = 'Run with --help to see all options.';

export function usage(): string {
  const column = (rows: readonly (readonly [string, string])[]): string =>
    rows.map(([left, right]) => `  ${left.padEnd(29)}${right}`).join('\n');
  const takes = optimizerNames.map((name): [string, string] => [
    name,
    `${catalogue[name]!.title}: ${catalogue[name]!.takes.map(hyper => `--${hyper}`).join(' ')}`,
  ]);
  return `Trains a language identifier with lanestep, on the names that Node knows in some seventy languages.

Usage: npm run train -- [options]

Optimizer
${column([
  ['-o, --optimizer NAME', 'adam (default), or any of the list below'],
  ...hyperNames.map((name): [string, string] => [`--${name} NUMBER`, hypers[name].text]),
])}

Learning rate
${column([
  ['--schedule NAME', 'cosine (default; constant for rprop), or any of:'],
  ...scheduleNames.map((name): [string, string] => [`  ${name}`, scheduleTexts[name]]),
  ['--warmup STEPS', 'go up to it for so many steps first (0)'],
])}

Training
${column([
  ['--batch MODE', `${batchModes.join(', ')} (mini-batch; batch for rprop)`],
  ['--batch-size N', 'names in a mini-batch (256)'],
  ['--epochs N', 'times through the data (4; 20 with batch, 1 with stochastic)'],
  ['--steps N', 'stop after so many updates'],
  ['--buckets N', 'rows of the embedding, a power of two (131072; 4096 with stochastic)'],
  ['--seed N', 'of the split, the first parameters and the order (1)'],
  ['--quick', 'a few seconds: 16384 rows, one epoch'],
])}

lanestep
${column([
  ['--backend NAME', `${backendNames.join(', ')} (auto: native where it loads)`],
  ['--threads N', 'for native steps, 1 to 256 (one per core)'],
  ['--no-race', 'leave out the race of plain adam against a hand-tuned JavaScript loop'],
])}

Results
${column([
  ['--compare', 'every optimizer on a small model, as a table and a picture'],
  ['--report FILE', 'where the report is written (report.html)'],
  ['--text TEXT', 'tell the language of this text; can be repeated'],
  ['-h, --help', 'this page'],
])}

Optimizers, and what can be set
${column(takes)}
`;
}
