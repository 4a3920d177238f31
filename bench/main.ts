/** `npm run bench`, `npx lanestep bench`: lanestep against everyone else, and against the memory of the machine. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadAddon } from '#lanestep/backends/native.js';
import { BaselineError, compare, comparisonReport } from './baseline.js';
import { type Case, cases } from './cases.js';
import { type Contestant, everyone } from './contestants/index.js';
import { machine } from './machine.js';
import { plainAdam } from './optimizers.js';
import { Progress } from './progress.js';
import { type Pace, race } from './race.js';
import { type Racer, start } from './racer.js';
import { htmlReport } from './report/html.js';
import { parseResults, serialise } from './report/json.js';
import { markdownReport, replaceBetween } from './report/markdown.js';
import { textReport } from './report/text.js';
import { type CaseResult, type Machine, type Results, schema } from './results.js';

const usage = `Usage: lanestep bench [options]

Races every optimizer of lanestep, on every backend and instruction set that this machine has, against loops in
JavaScript, TensorFlow.js and PyTorch where they are installed, and against a pass that only moves the same memory.

  --quick             the cases that say most, in under a minute
  --filter TEXT       only the cases whose id contains it: Adam/float32/1e6, transformer, float64
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
  filter: { type: 'string' },
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

/** The instruction sets that can be run here, best first; none where there is no addon. */
function instructionSets(): string[] {
  try {
    return loadAddon()
      .instructionSets.filter(({ supported }) => supported)
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Two, four, eight … and all of them; quickly only all of them. */
function threadCounts(processors: number, quick: boolean): number[] {
  const counts: number[] = [];
  for (let n = 2; n < processors && !quick; n *= 2) counts.push(n);
  return processors > 1 ? [...counts, Math.min(processors, 256)] : counts;
}

interface Wanted {
  readonly quick: boolean;
  readonly filter: string;
  readonly contestants: readonly string[];
}

function planned(machine: Machine, { quick, filter, contestants }: Wanted) {
  const sets = instructionSets();
  const threads = threadCounts(machine.processors, quick);
  const best = sets[0] === undefined ? null : `native ${sets[0]} x1`;
  const all = everyone(sets, threads).filter(
    ({ name, kind }) =>
      contestants.length === 0 || kind === 'roof' || contestants.some(c => name.startsWith(c)),
  );
  const wanted = cases(quick, best, threads.at(-1) ?? 1).filter(({ id }) => id.includes(filter));
  if (wanted.length === 0) throw new UsageError(`No case contains ${filter}; --list shows them`);
  return { all, wanted };
}

/** The shorter the calls, the longer the turns: what an engine does besides is then the larger part. */
function paceOf({ elements, raced }: Case, quick: boolean): Pace {
  const short = elements < 1e6;
  if (quick) return { rounds: 9, seconds: short ? 0.01 : 0.004, warm: short ? 0.05 : 0 };
  const long = elements > 4e6;
  if (raced === plainAdam)
    return { rounds: long ? 7 : 11, seconds: short ? 0.02 : 0.01, warm: short ? 0.08 : 0 };
  return { rounds: long ? 5 : 9, seconds: 0.005, warm: short ? 0.02 : 0 };
}

/** Cases that follow one another and can share the contestants' processes: those of one optimizer and type. */
function batches(wanted: readonly Case[]): Case[][] {
  const groups = new Map<string, Case[]>();
  for (const one of wanted) {
    const key = `${one.raced.name} ${one.task.dtype}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

async function run(machine: Machine, wanted: Wanted): Promise<Results> {
  const date = new Date().toISOString();
  const { all, wanted: list } = planned(machine, wanted);
  const absent = new Map<string, string>();
  const done = new Map<string, CaseResult>();
  const progress = new Progress(list.length);
  // A Python that has seen other steps is no slower for it, and takes seconds to start.
  const kept = new Map<string, Racer>();
  const enter = (contestant: Contestant) => kept.get(contestant.name) ?? start(contestant);

  for (const batch of batches(list)) {
    // Processes of their own for each optimizer and type: nobody's call sites have seen another's shapes.
    const racers: Racer[] = [];
    const asked = (contestant: Contestant) =>
      !absent.has(contestant.name) && batch.some(({ asks }) => asks(contestant));
    try {
      const entered = all.filter(asked);
      const started = await Promise.all(entered.map(enter));
      started.forEach((racer, i) => {
        if (typeof racer === 'string') absent.set(entered[i]!.name, racer);
        else racers.push(racer);
        if (typeof racer !== 'string' && entered[i]!.file === null) kept.set(entered[i]!.name, racer);
      });
      for (const entrant of batch) {
        progress.show(done.size, entrant.title);
        const result = await race(entrant, racers, paceOf(entrant, wanted.quick), (name, reason) => {
          const key = `${name} in ${entrant.raced.name}, ${entrant.task.dtype}`;
          if (!absent.has(key)) absent.set(key, reason);
        });
        done.set(entrant.id, result);
      }
    } finally {
      for (const racer of racers) if (!kept.has(racer.contestant.name)) await racer.quit();
    }
  }
  for (const racer of kept.values()) await racer.quit();
  progress.end();
  return {
    schema: schema.name,
    version: schema.version,
    date,
    quick: wanted.quick,
    machine,
    absent: [...absent].map(([contestant, reason]) => ({ contestant, reason })),
    cases: list.map(({ id }) => done.get(id)!),
  };
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
    filter: values.filter ?? '',
    contestants: values.contestant ?? [],
  };
  if (values.list) {
    for (const { id, title } of planned(machine(), wanted).wanted) console.log(`${id.padEnd(48)} ${title}`);
    return 0;
  }
  const results = values.from === undefined ? await run(machine(), wanted) : readResults(values.from);

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
