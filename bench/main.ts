/** `npm run bench`, `npx lanestep bench`: lanestep against everyone else, and against the memory of the machine. */
import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BaselineError, compare, comparisonReport, requireSameMachine } from './baseline.js';
import { type Destination, named, requireWritable, write } from './destinations.js';
import { machine } from './machine.js';
import { htmlReport } from './report/html.js';
import { parseResults, serialise } from './report/json.js';
import { markdownReport, replaceBetween } from './report/markdown.js';
import { type Terminal, textReport } from './report/text.js';
import type { Results } from './results.js';
import { planned, run, type Wanted } from './run.js';
import * as tfjs from './tfjs/index.js';
import { type Asked, asked, UsageError, usage } from './usage.js';

/** `5%` or `0.05`. */
function part(text: string): number {
  const value = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (!(value >= 0 && value < 10) || text.trim() === '')
    throw new UsageError(`Expected a percentage such as 5% for --fail-above, got ${text}`);
  return value;
}

const read = <T>(option: string, file: string, parse: (text: string) => T): T =>
  named(option, file, () => parse(readFileSync(file, 'utf8')));

/** What a run leaves behind, in all its forms. */
interface Outcome {
  readonly json: () => string;
  readonly html?: () => string;
  /** As Markdown. */
  readonly tables: string;
  /** Where they stand in a Markdown file. */
  readonly marks: Marks;
  readonly text: (terminal: Terminal) => string;
}

type Marks = readonly [begin: string, end: string];

const marksOf = (name: string): Marks => [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];

/** Writes and prints what was asked for; 1 where something could not be written, which loses nothing of the rest. */
function leave({ json, html, tables, marks, text }: Outcome, values: Asked): number {
  const readme = () => replaceBetween(readFileSync(values.readme!, 'utf8'), ...marks, tables);
  const destinations = Object.entries({ json, html, readme }).flatMap(([option, text]): Destination[] => {
    const file = values[option as 'json' | 'html' | 'readme'];
    return file === undefined || text === undefined ? [] : [{ option, file, text }];
  });
  const failures = write(destinations);
  const { columns = 120, isTTY = false } = process.stdout;
  console.log(values.md ? tables : text({ width: Math.max(columns, 80), color: isTTY }));
  for (const failure of failures) console.error(`lanestep bench: ${failure}`);
  return failures.length === 0 ? 0 : 1;
}

/** Throws where a filter lets no case through. */
function expectSome(cases: readonly unknown[], { filter }: Asked): void {
  if (cases.length === 0)
    throw new UsageError(
      `Expected a part of a case's id for --filter, got ${filter?.join(', ')}; see --list`,
    );
}

const listed = (cases: readonly { id: string; title: string }[]): string =>
  cases.map(({ id, title }) => `${id.padEnd(48)} ${title}`).join('\n');

/** Everyone against everyone. */
async function all(values: Asked): Promise<number> {
  const failAbove = part(values['fail-above'] ?? '5%');
  const baseline = values.baseline === undefined ? null : read('baseline', values.baseline, parseResults);
  const force = values.force ?? false;
  const marks = marksOf('bench');
  const wanted: Wanted = {
    quick: values.quick ?? false,
    filters: values.filter ?? [],
    contestants: values.contestant ?? [],
  };
  let results: Results;
  if (values.from !== undefined) {
    results = read('from', values.from, parseResults);
  } else {
    const here = machine();
    const plan = planned(here, wanted);
    expectSome(plan.cases, values);
    if (values.list) {
      console.log(listed(plan.cases));
      return 0;
    }
    requireWritable(values, marks);
    if (baseline !== null) requireSameMachine(here, baseline.machine, force);
    results = await run(here, plan, wanted.quick);
  }
  const left = leave(
    {
      json: () => serialise(results),
      html: () => htmlReport(results),
      tables: markdownReport(results),
      marks,
      text: terminal => textReport(results, terminal),
    },
    values,
  );
  if (baseline === null) return left;
  const comparison = compare(results, baseline, { failAbove, force });
  console.log(comparisonReport(comparison));
  return comparison.failed ? 1 : left;
}

/** TensorFlow.js against the drop-in for it. */
async function dropIn(values: Asked): Promise<number> {
  const marks = marksOf('tfjs');
  let results: tfjs.Results;
  if (values.from !== undefined) {
    results = read('from', values.from, tfjs.parse);
  } else {
    const quick = values.quick ?? false;
    const cases = tfjs.planned(quick, values.filter ?? []);
    expectSome(cases, values);
    if (values.list) {
      console.log(listed(cases));
      return 0;
    }
    requireWritable(values, marks);
    results = await tfjs.run(machine(), cases, quick);
    if (results.cases.every(({ races }) => races.length === 0)) {
      const reasons = results.absent.map(({ contestant, reason }) => `${contestant} ${reason}`);
      throw new UsageError(`Nobody to race against: ${reasons.join(', ')}`);
    }
  }
  return leave(
    {
      json: () => tfjs.serialise(results),
      tables: tfjs.markdownReport(results),
      marks,
      text: terminal => tfjs.textReport(results, terminal),
    },
    values,
  );
}

async function bench(argv: readonly string[]): Promise<number> {
  const values = asked(argv);
  if (values.help) {
    console.log(usage);
    return 0;
  }
  return values.tfjs ? dropIn(values) : all(values);
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

// Node has resolved the links in its own name for this file.
const [, called] = process.argv;
if (called !== undefined && realpathSync(called) === fileURLToPath(import.meta.url))
  process.exitCode = await main(process.argv.slice(2));
