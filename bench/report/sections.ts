/** The report as sections and tables, before it becomes text or a page. */
import type { CaseResult, Entry, Kind, Results } from '../results.js';
import { aboutEqual, type Estimate, unpairedRatio } from '../statistics.js';
import { homes } from './caches.js';
import {
  contestants,
  gigabytes,
  label,
  lead,
  named,
  nanoseconds,
  native,
  nativeOnAll,
  one,
  places,
  plainOf,
  rivals,
  roofOf,
  roofs,
  speed,
  time,
} from './figures.js';
import { count, duration, figure, percent, rough, signed } from './format.js';
import { overRoof } from './over-roof.js';
import { type Cell, type Column, type Section, type Table, withoutEmpty } from './table.js';

/** A ratio, or that there is none to speak of. How slow the very slow are is told from the other side, with more digits. */
export function times(ratio: Estimate): string {
  if (ratio.value < 0.01) return '<0.01';
  const text = ratio.value < 1 ? ratio.value.toFixed(2) : figure(ratio.value);
  return `${aboutEqual(ratio) ? '≈' : ''}${text}`;
}

export const interval = ({ value, low, high }: Estimate): string =>
  `${signed(low / value - 1)} ${signed(high / value - 1)}`;

const marks = { bits: '✓', numbers: '~', nothing: '' } as const;

const timing: readonly Column[] = [{ head: 'median\nstep' }, { head: 'interval\n%', spare: 4 }];
const timingOf = (entry: Entry): Cell[] => {
  const estimate = time(entry);
  return [duration(estimate.value), interval(estimate)];
};

const throughput: readonly Column[] = [
  { head: 'ns/\nparam' },
  { head: 'Mparam\n/s', spare: 9 },
  { head: 'GB/s' },
  { head: '% of\nroof' },
];
const throughputOf = (of: CaseResult, entry: Entry): Cell[] => {
  const roof = entry.kind === 'roof' ? undefined : roofOf(of, entry);
  const ns = nanoseconds(of, entry);
  return [
    figure(ns),
    figure(1e3 / ns),
    figure(gigabytes(of, entry)),
    roof ? percent(speed(entry, roof).value) : '',
  ];
};

/** Who is looked for last, where there is no room for all. */
const unsought: Readonly<Partial<Record<Kind, number>>> = {
  torch: 5,
  'tfjs-wasm': 6,
  textbook: 6.2,
  'tfjs-cpu': 6.4,
};

const against = (cases: readonly CaseResult[]): Column[] =>
  rivals(cases).map(({ contestant, kind }, i, all) => {
    const head = `×${contestant === 'textbook' ? 'text-\nbook' : contestant.replace(/[ -]/, '\n')}`;
    const spare = unsought[kind];
    // PyTorch on all threads goes before PyTorch on one.
    return spare === undefined ? { head } : { head, spare: spare + (all[i - 1]?.kind === kind ? 0.5 : 0) };
  });
const againstOf = (cases: readonly CaseResult[], of: CaseResult, entry: Entry): Cell[] =>
  rivals(cases).map(({ contestant }) => {
    const other = named(of, contestant);
    return other === undefined || other === entry || entry.kind === 'roof' ? '' : times(speed(entry, other));
  });

const proof: readonly Column[] = [
  { head: 'max\nulps', spare: 2 },
  { head: 'ok', spare: 1 },
];
const proofOf = ({ ulps, checked }: Entry): Cell[] => [ulps === null ? '' : rough(ulps), marks[checked]];

/** Everyone who took part in a case, the fastest first, and the roof. */
function everyone(of: CaseResult): Table {
  const sorted = contestants(of);
  const place = places(sorted);
  const row = (entry: Entry, first: string, bar: Cell): Cell[] => [
    first,
    entry.contestant,
    ...timingOf(entry),
    ...throughputOf(of, entry),
    ...againstOf([of], of, entry),
    ...proofOf(entry),
    bar,
  ];
  return withoutEmpty({
    caption: of.title,
    columns: [
      { head: '#' },
      { head: 'contestant', left: true },
      ...timing,
      ...throughput,
      ...against([of]),
      ...proof,
      { head: 'speed', left: true, spare: 8 },
    ],
    rows: [
      ...sorted.map((entry, i) =>
        row(entry, `${place[i]}`, { bar: time(sorted[0]!).value / time(entry).value }),
      ),
      ...roofs(of).map(entry => row(entry, '', '')),
    ],
  });
}

/** Many optimizers on the same tensors: lanestep on one thread, against the others. */
function optimizers(cases: readonly CaseResult[], { machine }: Results): Table {
  const fastest = Math.min(...cases.flatMap(of => lead(of, machine) ?? []).map(entry => time(entry).value));
  const who = [...new Set(cases.flatMap(of => lead(of, machine)?.contestant ?? []))].join(', ');
  const most = Math.max(...cases.map(of => nativeOnAll(of, machine)?.threads ?? 1));
  return withoutEmpty({
    caption: `${who} with ${cases[0]!.dtype}, and how many times as fast it is as others`,
    columns: [
      { head: 'optimizer', left: true },
      ...timing,
      ...throughput,
      ...against(cases),
      { head: '×wasm', spare: 3 },
      { head: `x${most}\n: x1`, spare: 3 },
      ...proof,
      { head: 'speed', left: true, spare: 8 },
    ],
    rows: cases.flatMap(of => {
      const own = lead(of, machine);
      if (own === undefined) return [];
      const wasm = one(of, 'wasm');
      const all = nativeOnAll(of, machine);
      return [
        [
          label(of),
          ...timingOf(own),
          ...throughputOf(of, own),
          ...againstOf(cases, of, own),
          wasm && wasm !== own ? times(speed(own, wasm)) : '',
          all ? times(speed(all, own)) : '',
          ...proofOf(own),
          { bar: fastest / time(own).value },
        ],
      ];
    }),
  });
}

/** Someone's time in a case against that in the plain one. They were timed one after the other, so each counts in steps of its own roof. */
function overPlain(of: CaseResult, plain: CaseResult, who: string): Estimate | null {
  const [own, base] = [named(of, who), named(plain, who)];
  if (own === undefined || base === undefined || of === plain) return null;
  const [ownRoof, baseRoof] = [roofOf(of, own), roofOf(plain, base)];
  const inRoofs = (entry: Entry, roof: Entry): number[] => {
    const rounds = Math.min(entry.samples.length, roof.samples.length);
    return Array.from({ length: rounds }, (_, k) => entry.samples[k]! / roof.samples[k]!);
  };
  // Both in steps of a roof or neither; and of roofs that move the same bytes, or the quotient is of other units.
  return ownRoof && baseRoof && of.bytes === plain.bytes
    ? unpairedRatio(inRoofs(own, ownRoof), inRoofs(base, baseRoof))
    : unpairedRatio(own.samples, base.samples);
}

const cost = (ratio: Estimate | null): Cell =>
  ratio ? `${aboutEqual(ratio) ? '≈' : ''}${signed(ratio.value - 1)} %` : '';
const slower = (ratio: Estimate | null): Cell => (ratio ? times(ratio) : '');

/** What a title says that the plain one's does not. */
function difference(title: string, plain: string): string {
  const known = plain.split(', ');
  return (
    title
      .split(', ')
      .filter(part => !known.includes(part))
      .join(', ') || title
  );
}

/** Cases against the plain one with the same tensors: what each stage costs. */
function stages(cases: readonly CaseResult[], results: Results): Table {
  const { machine } = results;
  const plain = plainOf(cases[0]!, results);
  const rows = cases.includes(plain) ? cases : [plain, ...cases];
  const who = [native(plain, machine, 1), nativeOnAll(plain, machine), one(plain, 'wasm')]
    .flatMap(entry => entry ?? [])
    .map(({ contestant }) => contestant);
  return withoutEmpty({
    caption: `${cases[0]!.optimizer}, ${cases[0]!.dtype}, ${count(cases[0]!.elements)} elements, against ${plain.title}`,
    columns: [
      { head: who[0] ?? 'case', left: true },
      ...timing,
      ...throughput,
      ...who.map(name => ({ head: `cost\n${name.split(' ').at(-1)}` })),
      ...proof,
    ],
    rows: rows.map(of => {
      const own = lead(of, machine);
      const numbers = own
        ? [...timingOf(own), ...throughputOf(of, own)]
        : [...timing, ...throughput].map(() => '');
      return [
        of === plain ? 'plain' : difference(of.title, plain.title),
        ...numbers,
        ...who.map(name => cost(overPlain(of, plain, name))),
        ...(own ? proofOf(own) : ['', '']),
      ];
    }),
  });
}

/** What a call costs: next to no elements, so no bandwidth; and against the steady step of the same tensors. */
function calls(of: CaseResult, results: Results): Table {
  const plain = plainOf(of, results);
  const sorted = contestants(of);
  const place = places(sorted);
  return withoutEmpty({
    caption: of.title,
    columns: [
      { head: '#' },
      { head: 'contestant', left: true },
      ...timing,
      { head: 'time :\nsteady', spare: 3 },
      ...against([of]),
      ...proof,
      { head: 'speed', left: true, spare: 8 },
    ],
    rows: sorted.map((entry, i) => [
      `${place[i]}`,
      entry.contestant,
      ...timingOf(entry),
      slower(overPlain(of, plain, entry.contestant)),
      ...againstOf([of], of, entry),
      ...proofOf(entry),
      { bar: time(sorted[0]!).value / time(entry).value },
    ]),
  });
}

/** Those that belong together, in the order in which they were met. */
export function grouped<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return [...groups.values()];
}

export function sections(results: Results): Section[] {
  const of = (group: CaseResult['group']) => results.cases.filter(one => one.group === group);
  // The plain one, by its title: there are forms of it too, and those stand with the other optimizers.
  const isAdam = (one: CaseResult): boolean => label(one) === 'Adam';
  const bySize = grouped(
    of('sizes').sort((a, b) => a.elements - b.elements),
    ({ elements }) => `${elements}`,
  );
  const found: Section[] = bySize.map(cases => {
    const where = homes(cases, results.machine);
    const others = grouped(
      cases.filter(one => !isAdam(one)),
      ({ dtype }) => dtype,
    );
    return {
      title: `${count(cases[0]!.elements)} elements${where ? `, ${where}` : ''}`,
      tables: [
        ...cases.filter(isAdam).map(everyone),
        ...others.map(some => optimizers(some, results)).filter(({ rows }) => rows.length > 0),
      ],
    };
  });
  const over = overRoof(results.cases, results);
  if (over.rows.length > 0) found.push({ title: 'Over the roof', tables: [over] });
  found.push({ title: 'Many tensors', tables: of('tensors').map(everyone) });
  found.push({
    title: 'Stages',
    tables: grouped(of('stages'), one => `${one.optimizer} ${one.dtype} ${one.tensors} ${one.elements}`).map(
      some => stages(some, results),
    ),
  });
  found.push({ title: 'Calls', tables: of('calls').map(one => calls(one, results)) });
  return found.filter(({ tables }) => tables.length > 0);
}
