/** What has to be known before a figure is believed: the machine, the versions, and what was left out. */
import type { Machine, Results, Run } from '../results.js';
import { type Rounds, rounds } from './figures.js';
import { bytes, day, many, percent } from './format.js';
import { wrap } from './text-table.js';

/** The processor's full name, as systems that pad it with spaces and marks give it. */
export const processor = (name: string): string =>
  name
    .replace(/\((R|TM|C)\)/gi, '')
    .replace(/\s+/g, ' ')
    .trim();

/** `lanestep 0.1.0 (1a2b3c4)` */
export const version = ({ machine: { lanestep, commit } }: Run): string =>
  `lanestep ${lanestep}${commit === null ? '' : ` (${commit.replace(/^([0-9a-f]{10})[0-9a-f]+/, '$1')})`}`;

/** What lanestep runs on where nothing else is chosen: `native avx512, 2 threads`. */
export const lanestepOn = ({ backend, instructionSet, threads }: Machine): string =>
  `${backend}${instructionSet ? ` ${instructionSet}` : ''}, ${many(threads, 'thread')}`;

/** Lines of a name and what there is to be said of it. */
export function header(run: Run, { least, most, coverage }: Rounds): [name: string, text: string][] {
  const { machine, absent } = run;
  const { caches, load } = machine;
  const known = [
    ['L1d', caches.l1d],
    ['L2', caches.l2],
    ['L3', caches.l3],
  ].flatMap(([name, size]) => (typeof size === 'number' ? [`${name} ${bytes(size)}`] : []));
  const told = [
    many(machine.processors, 'processor'),
    known.length > 0 ? known.join(', ') : 'caches unknown',
    `${bytes(machine.memory)} of memory`,
    machine.os,
    ...(machine.virtual === null
      ? []
      : [`virtual${machine.virtual === 'yes' ? '' : ` (${machine.virtual})`}`]),
  ];
  const often = least === most ? many(least, 'round') : `${least} to ${many(most, 'round')}`;
  return [
    ['run', `${version(run)}, ${day(run.date)}, ${run.quick ? 'quick' : 'full'}, ${often}`],
    ['machine', `${processor(machine.cpu)}; ${told.join('; ')}`],
    ['lanestep on', lanestepOn(machine)],
    ['runtime', `Node ${machine.node.replace(/^v/, '')}, V8 ${machine.v8}`],
    ['load before', load.map(x => x.toFixed(2)).join(' ')],
    ...absent.map(({ contestant, reason }): [string, string] => ['absent', `${contestant}: ${reason}`]),
    ...(least > 0 && coverage < 0.95
      ? [
          [
            'note',
            `so few rounds give intervals that hold the median only ${percent(coverage)} of the time`,
          ] as [string, string],
        ]
      : []),
    // More than half of what there is was taken by others when the run began.
    ...(load[0] > machine.processors / 2
      ? [['note', 'the machine was busy before the run'] as [string, string]]
      : []),
  ];
}

/**
 * The lines below the tables that a README quotes.
 *
 * @param on what lanestep ran on
 * @param others versions of whoever else has one
 */
export function conditions(
  run: Run,
  { least, most, coverage }: Rounds,
  on: string,
  ...others: readonly string[]
): string {
  const { machine, quick, date } = run;
  const known = [
    processor(machine.cpu),
    many(machine.processors, `${machine.virtual === null ? '' : 'virtual '}processor`),
    on,
    `Node ${machine.node.replace(/^v/, '')}`,
    ...others,
    version(run),
    day(date).slice(0, 10),
    `medians of ${least === most ? least : `${least} to ${most}`} rounds${quick ? ', a quick run' : ''}`,
  ];
  return wrap(
    `${known.filter(text => text !== '').join(', ')}. ≈ where the ${percent(coverage)} interval of a ratio holds 1.`,
    120,
  ).join('\n');
}

/** What is to be known of the medians in the tables. */
export const medians = ({ least, coverage }: Rounds): string =>
  `Medians of the rounds; the interval holds the median with ${percent(coverage)}${least < 6 ? ', from the least to the greatest' : ''}.`;

/** What the signs in the tables mean. */
export const legend = (results: Results): string[] => [
  medians(rounds(results)),
  '× who: how many times as fast as that one, the median of the rounds’ ratios; ≈ where the interval of the ratio holds 1.',
  '% of roof: the speed of a pass that moves the same memory on as many threads and computes next to nothing. GB/s: what a step has to move.',
  'max ulps: the largest error of a parameter after a few steps, against float64. ok: ✓ checked to the bit, ~ within a tolerance.',
];
