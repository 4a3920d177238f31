/** `npm run bench`, `npx lanestep bench`: lanestep against everyone else, and against the memory of the machine. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BaselineError, compare, comparisonReport } from './baseline.js';
import { machine } from './machine.js';
import { htmlReport } from './report/html.js';
import { parseResults, serialise } from './report/json.js';
import { markdownReport, replaceBetween } from './report/markdown.js';
import { textReport } from './report/text.js';
import type { Results } from './results.js';
import { planned, run, type Wanted } from './run.js';

const usage = `Usage: lanestep bench [options]

Races every optimizer of lanestep, on every backend and instruction set that this machine has, against loops in
JavaScript, TensorFlow.js and PyTorch where they are installed, and against a pass that only moves the same memory.

  --quick             the cases that say most, in under a minute
  --filter TEXT       only the cases whose id contains it: Adam/float32/1e6, transformer, float64; may be given
                      more than once
  --contestant TEXT   only the contestants whose name begins with it, and the roof; may be given more than once
  --list              the cases, without racing
  --from FILE         reports on an earlier --json instead of racing
  --json FILE         writes the results with all samples
  --html FILE         writes a page with the roofline pictures
  --md                prints the tables as Markdown instead of the report
  --readme FILE       puts these tables between the marks in a Markdown file
  --baseline FILE     compares with an earlier --json; ends with 1 where something became slower
  --fail-above PART   by how much slower is too slow (default 5%)
  --force             compares with a baseline of another machine as well
  --help`;

const options = {
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

/** A mistake of the caller: it is said in one line. */
class UsageError extends Error {}

/** `5%` or `0.05`. */
function part(text: string): number {
  const value = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (!(value >= 0 && value < 10) || text.trim() === '')
    throw new UsageError(`Expected a percentage such as 5% for --fail-above, got ${text}`);
  return value;
}

function readResults(file: string): Results {
  try {
    return parseResults(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
}

/** Where the tables stand in a Markdown file. */
const marks = ['<!-- bench: begin -->', '<!-- bench: end -->'] as const;

async function bench(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options, strict: true });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const failAbove = part(values['fail-above'] ?? '5%');
  const baseline = values.baseline === undefined ? null : readResults(values.baseline);
  const wanted: Wanted = {
    quick: values.quick ?? false,
    filters: values.filter ?? [],
    contestants: values.contestant ?? [],
  };
  let results: Results;
  if (values.from !== undefined) {
    results = readResults(values.from);
  } else {
    const here = machine();
    const plan = planned(here, wanted);
    if (plan.cases.length === 0)
      throw new UsageError(
        `Expected a part of a case's id for --filter, got ${wanted.filters.join(', ')}; see --list`,
      );
    if (values.list) {
      for (const { id, title } of plan.cases) console.log(`${id.padEnd(48)} ${title}`);
      return 0;
    }
    results = await run(here, plan, wanted.quick);
  }

  if (values.json !== undefined) writeFileSync(values.json, serialise(results));
  if (values.html !== undefined) writeFileSync(values.html, htmlReport(results));
  const tables = markdownReport(results);
  if (values.readme !== undefined) {
    const text = readFileSync(values.readme, 'utf8');
    writeFileSync(values.readme, replaceBetween(text, ...marks, tables));
  }
  const { columns = 120, isTTY = false } = process.stdout;
  console.log(values.md ? tables : textReport(results, { width: Math.max(columns, 80), color: isTTY }));

  if (baseline === null) return 0;
  const comparison = compare(results, baseline, { failAbove, force: values.force ?? false });
  console.log(comparisonReport(comparison));
  return comparison.failed ? 1 : 0;
}

/**
 * The whole command.
 *
 * @param argv what stands behind its name
 * @returns the exit status: 0, 1 where something became slower or a result is wrong, 2 for a mistake in the arguments
 */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    return await bench(argv);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const usage =
      error instanceof UsageError || error instanceof BaselineError || code?.startsWith('ERR_PARSE_ARGS');
    console.error(usage ? `lanestep bench: ${message}` : error);
    return usage ? 2 : 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
