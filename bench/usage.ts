/** What can be asked for on the command line. */
import { parseArgs } from 'node:util';

export const usage = `Usage: lanestep bench [options]

Races every optimizer of lanestep, on every backend and instruction set that this machine has, against loops in
JavaScript, TensorFlow.js and PyTorch where they are installed, and against a pass that only moves the same memory.

  --tfjs              instead of all that, the optimizers of TensorFlow.js against the drop-in for them, lanestep/tfjs,
                      on its backends cpu and wasm; takes the options that are marked with *
  --quick             * the cases that say most, in under a minute
  --filter TEXT       * only the cases whose id contains it: Adam/float32/1e6, transformer, float64; with --tfjs
                      adam/1e6, fit; may be given more than once
  --contestant TEXT   only the contestants whose name begins with it, and the roof; may be given more than once
  --list              * the cases, without racing
  --from FILE         * reports on an earlier --json instead of racing
  --json FILE         * writes the results with all samples
  --html FILE         writes a page with the roofline pictures
  --md                * prints the tables as Markdown instead of the report
  --readme FILE       * puts these tables between the marks in a Markdown file
  --baseline FILE     compares with an earlier --json; ends with 1 where something became slower
  --fail-above PART   by how much slower is too slow (default 5%)
  --force             compares with a baseline of another machine as well
  --help`;

const options = {
  tfjs: { type: 'boolean' },
  quick: { type: 'boolean' },
  filter: { type: 'string', multiple: true },
  contestant: { type: 'string', multiple: true },
  list: { type: 'boolean' },
  from: { type: 'string' },
  json: { type: 'string' },
  html: { type: 'string' },
  md: { type: 'boolean' },
  readme: { type: 'string' },
  baseline: { type: 'string' },
  'fail-above': { type: 'string' },
  force: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const notWithTfjs = ['contestant', 'html', 'baseline', 'fail-above', 'force'] as const;

/** A mistake of the caller: it is said in one line. */
export class UsageError extends Error {}

/** What was asked for, and nothing else. */
export function asked(argv: readonly string[]) {
  const { values } = parseArgs({ args: [...argv], options, strict: true });
  const stray = notWithTfjs.find(name => values.tfjs && values[name] !== undefined);
  if (stray !== undefined) throw new UsageError(`--${stray} does nothing with --tfjs; see --help`);
  return values;
}

export type Asked = ReturnType<typeof asked>;
