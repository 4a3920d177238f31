/** `npm run bench`, `npx lanestep bench`: lanestep against everyone else, and against the memory of the machine. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BaselineError, compare, comparisonReport } from './baseline.js';
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

function read<T>(file: string, parse: (text: string) => T): T {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
}

/** What a run leaves behind, in all its forms. */
interface Outcome {
  readonly json: () => string;
  /** As Markdown. */
  readonly tables: string;
  /** Where they stand in a Markdown file. */
  readonly marks: readonly [begin: string, end: string];
  readonly text: (terminal: Terminal) => string;
}

const marksOf = (name: string) => [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`] as const;

/** Writes and prints what was asked for. */
function leave({ json, tables, marks, text }: Outcome, values: Asked): void {
  if (values.json !== undefined) writeFileSync(values.json, json());
  if (values.readme !== undefined) {
    const readme = readFileSync(values.readme, 'utf8');
    writeFileSync(values.readme, replaceBetween(readme, ...marks, tables));
  }
  const { columns = 120, isTTY = false } = process.stdout;
  console.log(values.md ? tables : text({ width: Math.max(columns, 80), color: isTTY }));
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
  const baseline = values.baseline === undefined ? null : read(values.baseline, parseResults);
  const wanted: Wanted = {
    quick: values.quick ?? false,
    filters: values.filter ?? [],
    contestants: values.contestant ?? [],
  };
  let results: Results;
  if (values.from !== undefined) {
    results = read(values.from, parseResults);
  } else {
    const here = machine();
    const plan = planned(here, wanted);
    expectSome(plan.cases, values);
    if (values.list) {
      console.log(listed(plan.cases));
      return 0;
    }
    results = await run(here, plan, wanted.quick);
  }
  if (values.html !== undefined) writeFileSync(values.html, htmlReport(results));
  leave(
    {
      json: () => serialise(results),
      tables: markdownReport(results),
      marks: marksOf('bench'),
      text: terminal => textReport(results, terminal),
    },
    values,
  );
  if (baseline === null) return 0;
  const comparison = compare(results, baseline, { failAbove, force: values.force ?? false });
  console.log(comparisonReport(comparison));
  return comparison.failed ? 1 : 0;
}

/** TensorFlow.js against the drop-in for it. */
async function dropIn(values: Asked): Promise<number> {
  let results: tfjs.Results;
  if (values.from !== undefined) {
    results = read(values.from, tfjs.parse);
  } else {
    const quick = values.quick ?? false;
    const cases = tfjs.planned(quick, values.filter ?? []);
    expectSome(cases, values);
    if (values.list) {
      console.log(listed(cases));
      return 0;
    }
    results = await tfjs.run(machine(), cases, quick);
    if (results.cases.every(({ races }) => races.length === 0)) {
      const reasons = results.absent.map(({ contestant, reason }) => `${contestant} ${reason}`);
      throw new UsageError(`Nobody to race against: ${reasons.join(', ')}`);
    }
  }
  leave(
    {
      json: () => tfjs.serialise(results),
      tables: tfjs.markdownReport(results),
      marks: marksOf('tfjs'),
      text: terminal => tfjs.textReport(results, terminal),
    },
    values,
  );
  return 0;
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

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
