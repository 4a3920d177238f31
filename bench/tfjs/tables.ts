/** What the races say, as tables: for a terminal, and for the README. */
import { count, duration, percent } from '../report/format.js';
import { interval, times } from '../report/sections.js';
import { type Cell, type Column, type Section, type Table, withoutEmpty } from '../report/table.js';
import { median, pairedRatio } from '../statistics.js';
import { meeting } from './cases.js';
import { type Backend, backends, type CaseResult, type Group, type Race, type Results } from './results.js';

// Where there is no room, and in the README, the intervals are left out: `≈` says what is to be known of them.
const ratioColumns: readonly Column[] = [{ head: '×' }, { head: 'interval\n%', spare: 1 }];

/** How many times as fast the drop-in was. */
function ratioOf(stock: readonly number[], dropIn: readonly number[]): Cell[] {
  const ratio = pairedRatio(stock, dropIn);
  return [times(ratio), interval(ratio)];
}

const timesOf = (stock: readonly number[], dropIn: readonly number[]): Cell[] => [
  duration(median(stock)),
  duration(median(dropIn)),
  ...ratioOf(stock, dropIn),
];

const raceOn = (of: CaseResult, backend: Backend): Race | undefined =>
  of.races.find(one => one.backend === backend);

/** A step of each case, on every backend. */
const steps = (caption: string, cases: readonly CaseResult[], nameOf: (of: CaseResult) => string): Table =>
  withoutEmpty({
    caption,
    columns: [
      { head: 'case', left: true },
      ...backends.flatMap(backend => [{ head: `stock\n${backend}` }, { head: 'drop-in' }, ...ratioColumns]),
    ],
    rows: cases.map(of => [
      nameOf(of),
      ...backends.flatMap(backend => {
        const race = raceOn(of, backend);
        return race ? timesOf(race.stock.samples, race.dropIn.samples) : ['', '', '', ''];
      }),
    ]),
  });

/** The share of the updates in the steps: the median of the rounds'. */
const share = (updates: readonly number[], steps: readonly number[]): string =>
  percent(median(updates.map((seconds, k) => seconds / steps[k]!)));

/** What a title says beside the optimizer. */
const detailOf = ({ title, optimizer }: CaseResult): string => title.replace(`${optimizer}, `, '');

/** A training step, and the optimizer's share of it. */
const training = (of: CaseResult): Table => ({
  caption: `${detailOf(of)}, with ${of.optimizer}: a training step, and the update in it (applyGradients)`,
  columns: [
    { head: 'backend', left: true },
    { head: 'step,\nstock' },
    { head: 'step,\ndrop-in' },
    ...ratioColumns,
    { head: 'update,\nstock' },
    { head: 'update,\ndrop-in' },
    ...ratioColumns,
    { head: 'share,\nstock' },
    { head: 'share,\ndrop-in' },
  ],
  rows: of.races.flatMap(({ backend, stock, dropIn }) =>
    stock.updates && dropIn.updates
      ? [
          [
            backend,
            ...timesOf(stock.samples, dropIn.samples),
            ...timesOf(stock.updates, dropIn.updates),
            share(stock.updates, stock.samples),
            share(dropIn.updates, dropIn.samples),
          ],
        ]
      : [],
  ),
});

const isMeeting = ({ group, variables, elements }: CaseResult): boolean =>
  group === 'adam' && variables === 1 && elements === meeting;

/** What a case is called among others of its optimizer: its size, or what its variables are. */
const sizeOf = (of: CaseResult): string => (of.variables === 1 ? count(of.elements) : detailOf(of));

/** All tables, without the cases that nobody raced. */
export function sections({ cases }: Results): Section[] {
  const raced = cases.filter(({ races }) => races.length > 0);
  const of = (group: Group) => raced.filter(one => one.group === group);
  const others = of('optimizers');
  const found = [
    { title: 'Adam', tables: [steps('tf.train.adam against the drop-in, one step', of('adam'), sizeOf)] },
    {
      title: 'Every optimizer',
      tables: [
        steps(
          `tf.train against the drop-in, one step of one variable of ${count(meeting)}`,
          others.length > 0 ? [...raced.filter(isMeeting), ...others] : [],
          ({ optimizer }) => optimizer,
        ),
      ],
    },
    { title: 'Training', tables: of('fit').map(training) },
  ];
  return found
    .map(({ title, tables }) => ({ title, tables: tables.filter(({ rows }) => rows.length > 0) }))
    .filter(({ tables }) => tables.length > 0);
}
