/** What a case says of its contestants, in numbers. Every report takes its figures from here, so that they agree. */
import type { CaseResult, Entry, Kind, Machine, Results } from '../results.js';
import { aboutEqual, type Estimate, medianInterval, pairedRatio } from '../statistics.js';

/** Seconds of a step. */
export const time = (entry: Entry): Estimate => medianInterval(entry.samples);

export const nanoseconds = (of: CaseResult, entry: Entry): number => (time(entry).value * 1e9) / of.elements;

export const gigabytes = (of: CaseResult, entry: Entry): number => of.bytes / time(entry).value / 1e9;

/** How many times as fast as the other. */
export const speed = (entry: Entry, other: Entry): Estimate => pairedRatio(other.samples, entry.samples);

/** The roof of the same case with the same number of threads. */
export const roofOf = (of: CaseResult, { threads }: Entry): Entry | undefined =>
  of.entries.find(({ kind, threads: own }) => kind === 'roof' && own === threads);

/** The contestants without the roof, the fastest first. */
export const contestants = (of: CaseResult): Entry[] =>
  of.entries.filter(({ kind }) => kind !== 'roof').sort((a, b) => time(a).value - time(b).value);

export const roofs = (of: CaseResult): Entry[] => of.entries.filter(({ kind }) => kind === 'roof');

/** The places of contestants that are sorted by their medians. Who is about as fast as the first of a place shares it. */
export function places(sorted: readonly Entry[]): number[] {
  let leader = 0;
  return sorted.map((entry, i) => {
    if (i > 0 && !aboutEqual(speed(sorted[leader]!, entry))) leader = i;
    return leader + 1;
  });
}

/** Native on so many threads: with the instruction set that a step would run with, else the fastest. */
export function native(of: CaseResult, machine: Machine, threads: number): Entry | undefined {
  const all = contestants(of).filter(entry => entry.kind === 'native' && entry.threads === threads);
  return all.find(({ contestant }) => contestant.split(' ').includes(machine.instructionSet)) ?? all[0];
}

/** Native on the most threads, where those are more than one. */
export function nativeOnAll(of: CaseResult, machine: Machine): Entry | undefined {
  const most = Math.max(
    0,
    ...contestants(of).flatMap(({ kind, threads }) => (kind === 'native' ? threads : [])),
  );
  return most > 1 ? native(of, machine, most) : undefined;
}

export const one = (of: CaseResult, kind: Kind): Entry | undefined =>
  of.entries.find(entry => entry.kind === kind);

/** Who stands for lanestep where there is room for one: native on one thread, else WebAssembly. */
export const lead = (of: CaseResult, machine: Machine): Entry | undefined =>
  native(of, machine, 1) ?? one(of, 'wasm');

const rivalKinds: readonly Kind[] = ['loop', 'textbook', 'tfjs-cpu', 'tfjs-wasm', 'torch'];

/**
 * Everyone in these cases that is not lanestep, once, in an order that does not depend on who was fast. Of PyTorch on so many
 * threads only those on the fewest and on the most: what lies between is told in the tables that have a row for each.
 */
export function rivals(cases: readonly CaseResult[]): { contestant: string; kind: Kind }[] {
  const found = new Map<string, Kind>();
  for (const { entries } of cases) for (const { contestant, kind } of entries) found.set(contestant, kind);
  return rivalKinds.flatMap(kind =>
    [...found]
      .filter(([, own]) => own === kind)
      .map(([contestant]) => ({ contestant, kind }))
      .sort((a, b) => a.contestant.localeCompare(b.contestant, 'en', { numeric: true }))
      .filter((_, i, all) => i === 0 || i === all.length - 1),
  );
}

export const named = (of: CaseResult, contestant: string): Entry | undefined =>
  of.entries.find(entry => entry.contestant === contestant);

/** `RMSprop` of `RMSprop, float32, 1 tensor of 100`, with whatever else stands before the dtype. */
export function label({ title, dtype, optimizer }: CaseResult): string {
  const end = title.indexOf(`, ${dtype}`);
  return end > 0 ? title.slice(0, end) : optimizer;
}

/** What is switched on: options such as a weight decay of 0, `maximize: false` or a gradient scale of 1 do nothing. */
const active = ({ options }: CaseResult): number =>
  Object.entries(options).filter(
    ([name, value]) =>
      value !== undefined &&
      value !== null &&
      value !== false &&
      value !== 0 &&
      value !== 'propagate' &&
      !(name === 'gradientScale' && value === 1),
  ).length;

/**
 * What a case is held against: the one with the same tensors in which the least is switched on, out of its own group, since
 * those were timed by the same contestants. A call that is the plain one there is held against the steady step of the sizes.
 */
export function plainOf(of: CaseResult, { cases }: Results): CaseResult {
  const alike = cases.filter(
    other =>
      other.optimizer === of.optimizer &&
      other.dtype === of.dtype &&
      other.tensors === of.tensors &&
      other.elements === of.elements,
  );
  const least = Math.min(...alike.map(active));
  const plain = alike.filter(other => active(other) === least);
  const near = plain.find(({ group }) => group === of.group) ?? plain[0] ?? of;
  if (near !== of || of.group !== 'calls') return near;
  return plain.find(({ group }) => group === 'sizes' || group === 'tensors') ?? of;
}

/** How often anyone was timed. */
export interface Rounds {
  /** The fewest and the most that anyone took. */
  readonly least: number;
  readonly most: number;
  /** Of the intervals that fewest rounds give. */
  readonly coverage: number;
}

/** @param lengths the number of samples of everyone in every case */
export function roundsOf(lengths: readonly number[]): Rounds {
  if (lengths.length === 0) return { least: 0, most: 0, coverage: 0 };
  const least = lengths.reduce((a, b) => Math.min(a, b));
  const most = lengths.reduce((a, b) => Math.max(a, b));
  return { least, most, coverage: medianInterval(new Array<number>(least).fill(1)).coverage };
}

export const rounds = ({ cases }: Results): Rounds =>
  roundsOf(cases.flatMap(({ entries }) => entries.map(({ samples }) => samples.length)));
