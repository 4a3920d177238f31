/** A run against an earlier one of the same machine: what became slower, and whether that was chance. */
import { named, roofOf } from './report/figures.js';
import { figure, many, signed } from './report/format.js';
import { processor } from './report/header.js';
import type { Column } from './report/table.js';
import { type Ink, ink, textTable, wrap } from './report/text-table.js';
import type { CaseResult, Entry, Kind, Machine, Results } from './results.js';
import { falseDiscoveryRates, leastP, mannWhitney, median } from './statistics.js';

/** The two runs cannot be compared, and why. */
export class BaselineError extends Error {
  override readonly name = 'BaselineError';
}

/** A contestant of a case in both runs. */
export interface Change {
  readonly id: string;
  readonly contestant: string;
  /** Whether it is lanestep: nobody else can make a comparison fail. */
  readonly own: boolean;
  /** New : old, so 1.1 took a tenth longer; of medians, in the unit below. */
  readonly ratio: number;
  /**
   * `roof`: each sample was divided by the one that the roof on as many threads had in its round. `seconds`: one of the runs has
   * no such roof for this case.
   */
  readonly unit: 'roof' | 'seconds';
  /** New : old in seconds, with all that the machine did. */
  readonly seconds: number;
  /** Of the rank test, corrected for the number of comparisons. */
  readonly p: number;
  readonly verdict: 'slower' | 'faster' | 'unchanged';
}

/** What is in one run only. */
export interface Lone {
  readonly id: string;
  readonly contestant: string;
}

export interface Comparison {
  /** Whether lanestep became slower anywhere. */
  readonly failed: boolean;
  readonly failAbove: number;
  readonly changes: readonly Change[];
  /** In the baseline alone. */
  readonly missing: readonly Lone[];
  /** In the new run alone. */
  readonly added: readonly Lone[];
  /** What makes these runs a bad pair, though they were compared. */
  readonly warnings: readonly string[];
}

/** How likely chance may be, of all that is called a change. */
const limit = 0.01;

const isOwn = (kind: Kind): boolean => kind === 'native' || kind === 'wasm';

const majorOf = (node: string): string => /^v?(\d+)/.exec(node)?.[1] ?? node;

/** What must be equal. An instruction set or a backend that is gone would leave nothing to compare, and so nothing to fail. */
function differences(now: Machine, then: Machine): string[] {
  const looked: [what: string, now: string, then: string][] = [
    ['the processor', processor(now.cpu), processor(then.cpu)],
    ['the number of processors', `${now.processors}`, `${then.processors}`],
    ["Node's major version", majorOf(now.node), majorOf(then.node)],
    ['the backend', now.backend, then.backend],
    ['the instruction set', now.instructionSet, then.instructionSet],
  ];
  return looked.flatMap(([what, a, b]) => (a === b ? [] : [`${what} is ${a} and was ${b}`]));
}

/**
 * Refuses the baseline of another machine, before anybody has waited for a run that cannot be compared with it.
 *
 * @throws BaselineError where the machines differ, unless forced
 */
export function requireSameMachine(now: Machine, then: Machine, force: boolean): void {
  const different = differences(now, then);
  if (different.length === 0 || force) return;
  throw new BaselineError(
    `The baseline is of another machine: ${different.join('; ')}. Use --force to compare all the same`,
  );
}

/** Samples in steps of the roof, so that a machine that was slower that day is divided out. */
function inRoofs({ samples }: Entry, roof: Entry): number[] {
  const rounds = Math.min(samples.length, roof.samples.length);
  return Array.from({ length: rounds }, (_, k) => samples[k]! / roof.samples[k]!);
}

function pair(now: CaseResult, then: CaseResult, entry: Entry, before: Entry) {
  const [roof, roofBefore] = [roofOf(now, entry), roofOf(then, before)];
  const unit = roof && roofBefore ? ('roof' as const) : ('seconds' as const);
  const samples = roof && roofBefore ? inRoofs(entry, roof) : entry.samples;
  const old = roof && roofBefore ? inRoofs(before, roofBefore) : before.samples;
  return {
    id: now.id,
    contestant: entry.contestant,
    own: isOwn(entry.kind),
    ratio: median(samples) / median(old),
    unit,
    seconds: median(entry.samples) / median(before.samples),
    p: mannWhitney(samples, old).p,
    least: leastP(samples.length, old.length),
    rounds: [samples.length, old.length] as const,
  };
}

const racers = ({ cases }: Results) =>
  cases.flatMap(of =>
    of.entries.filter(({ kind }) => kind !== 'roof').map(entry => ({ of, entry, id: of.id })),
  );

/** The rounds that a new run needs before one slower contestant among so many is found beside those of the baseline. */
function roundsNeeded(before: number, comparisons: number): number | null {
  for (let n = 2; n <= 40; n++) if (leastP(n, before) * comparisons < limit) return n;
  return null;
}

/**
 * Compares lanestep with itself in an earlier run, and others with themselves as a hint that it was not lanestep that changed.
 *
 * A change is what a rank test calls unlikely **and** what is greater than `failAbove`: with enough samples the test finds
 * the smallest difference that the layout of memory makes from run to run, and without it a single bad median would do. The test
 * knows nothing of such differences from run to run, or of rounds that resemble their neighbours; `failAbove` has to be
 * greater than they are.
 *
 * The p of all comparisons are corrected by Benjamini and Hochberg's method and not by Holm's. Where nothing has
 * changed the two give the same promise, one false alarm in a hundred runs; where something has, Holm asks every one of
 * hundreds of comparisons for what so few rounds cannot give, and finds nothing. Contestants of a case share their roof, and so
 * depend on each other in the way that the method allows.
 *
 * @throws BaselineError where the machines differ, unless forced, or nothing is in both runs
 */
export function compare(
  results: Results,
  baseline: Results,
  { failAbove = 0.05, force = false }: { failAbove?: number; force?: boolean } = {},
): Comparison {
  requireSameMachine(results.machine, baseline.machine, force);
  const then = new Map(baseline.cases.map(of => [of.id, of]));
  const now = new Map(results.cases.map(of => [of.id, of]));
  const pairs = racers(results).flatMap(({ of, entry }) => {
    const old = then.get(of.id);
    const before = old && named(old, entry.contestant);
    return old && before ? [pair(of, old, entry, before)] : [];
  });
  const own = pairs.filter(one => one.own);
  if (own.length === 0) {
    throw new BaselineError(
      'The baseline has no contestant of lanestep in a case of this run: nothing could be found slower',
    );
  }
  // Others are corrected by themselves: how many of them there are must not decide what is found of lanestep.
  const changes = [own, pairs.filter(one => !one.own)].flatMap(some => {
    const rates = falseDiscoveryRates(some.map(({ p }) => p));
    return some.map(({ id, contestant, own, ratio, unit, seconds }, i): Change => {
      const p = rates[i]!;
      const verdict =
        p >= limit
          ? 'unchanged'
          : ratio > 1 + failAbove
            ? 'slower'
            : ratio < 1 / (1 + failAbove)
              ? 'faster'
              : 'unchanged';
      return { id, contestant, own, ratio, unit, seconds, p, verdict };
    });
  });
  const lone = (all: Results, others: ReadonlyMap<string, CaseResult>): Lone[] =>
    racers(all)
      .filter(({ id, entry }) => !others.get(id)?.entries.some(e => e.contestant === entry.contestant))
      .map(({ id, entry }) => ({ id, contestant: entry.contestant }));

  const warnings = differences(results.machine, baseline.machine).map(text => `${text}: compared by force`);
  if (results.quick !== baseline.quick) warnings.push('one of the runs is a quick one');
  // A rank test of few rounds has a least p, and among many comparisons it may not be small enough.
  const blind = own.filter(({ least }) => least * own.length >= limit);
  const worst = blind.reduce<(typeof own)[number] | null>((a, b) => (a && a.least >= b.least ? a : b), null);
  if (worst !== null) {
    const needed = roundsNeeded(worst.rounds[1], own.length);
    warnings.push(
      `with ${worst.rounds[1]} and ${worst.rounds[0]} rounds one slower contestant among ${own.length} cannot be told from chance, ` +
        `only ${Math.floor((worst.least * own.length) / limit) + 1} or more together; ` +
        (needed === null ? 'take a baseline of more rounds' : `take ${needed} rounds or more`),
    );
  }
  return {
    failed: changes.some(({ own, verdict }) => own && verdict === 'slower'),
    failAbove,
    changes,
    missing: lone(baseline, now),
    added: lone(results, then),
    warnings,
  };
}

const columns: readonly Column[] = [
  { head: 'case', left: true },
  { head: 'contestant', left: true },
  { head: 'change' },
  { head: 'in', left: true, spare: 1 },
  { head: 'in\nseconds', spare: 2 },
  { head: 'p', spare: 3 },
];

const small = (p: number): string => (p < 0.001 ? p.toExponential(0) : figure(p));

function table(caption: string, changes: readonly Change[], width: number, style: Ink): string[] {
  if (changes.length === 0) return [];
  const rows = [...changes]
    .sort((a, b) => Math.abs(Math.log(b.ratio)) - Math.abs(Math.log(a.ratio)))
    .map(({ id, contestant, ratio, unit, seconds, p }) => [
      id,
      contestant,
      `${signed(ratio - 1)} %`,
      unit === 'roof' ? 'roofs' : 'seconds',
      `${signed(seconds - 1)} %`,
      small(p),
    ]);
  return [...textTable({ caption, columns, rows }, width, style), ''];
}

/** Contestants and in how many cases; a whole run without an addon would be a thousand lines. */
function summary(title: string, lone: readonly Lone[], width: number): string[] {
  if (lone.length === 0) return [];
  const cases = new Map<string, string[]>();
  for (const { id, contestant } of lone) cases.set(contestant, [...(cases.get(contestant) ?? []), id]);
  const list = [...cases].map(([contestant, ids]) => {
    const rest = ids.length > 2 ? ` and ${ids.length - 2} more` : '';
    return `${contestant} in ${ids.slice(0, 2).join(', ')}${rest}`;
  });
  return wrap(`${title}: ${list.join('; ')}`, width, '  ');
}

/** What was found, for a terminal. */
export function comparisonReport(
  { failed, failAbove, changes, missing, added, warnings }: Comparison,
  { width = 120, color = false }: { width?: number; color?: boolean } = {},
): string {
  const style = ink(color);
  const own = changes.filter(change => change.own);
  const of = (verdict: Change['verdict']) => own.filter(change => change.verdict === verdict);
  const [slower, faster, unchanged] = [of('slower'), of('faster'), of('unchanged')];
  const others = changes.filter(change => !change.own);
  const moved = others.filter(({ verdict }) => verdict !== 'unchanged');
  const above = Number((failAbove * 100).toPrecision(3));
  const raw = own.filter(({ unit }) => unit === 'seconds').length;
  const lines = [
    style.bold('── against the baseline'),
    '',
    ...table(`slower by more than ${above} %`, slower, width, style),
    ...table(`faster by more than ${above} %`, faster, width, style),
    ...wrap(
      `${many(own.length, 'comparison')}: ${slower.length} slower, ${faster.length} faster, ${unchanged.length} unchanged` +
        `; ${own.length - raw} in steps of the roof, ${raw} in seconds.`,
      width,
    ),
    ...(slower.some(({ unit }) => unit === 'seconds')
      ? wrap(
          'What is slower in seconds may be so because the whole machine was: no roof was timed in that case.',
          width,
        )
      : []),
    ...(moved.length > 0
      ? wrap(
          `${moved.length} of ${others.length} comparisons of others changed as well: the machine, Node or their versions may have.`,
          width,
        )
      : []),
    ...summary('only in the baseline', missing, width),
    ...summary('only in this run', added, width),
    ...warnings.flatMap(text => wrap(`warning: ${text}`, width, '  ')),
    style.bold(failed ? 'Something became slower.' : 'Nothing became slower.'),
  ];
  return `${lines.join('\n')}\n`;
}
