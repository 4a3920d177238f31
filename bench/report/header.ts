/** What has to be known before a figure is believed: the machine, the versions, and what was left out. */
import type { Results } from '../results.js';
import { rounds } from './figures.js';
import { bytes, day, many, percent } from './format.js';

/** The processor's full name, as systems that pad it with spaces and marks give it. */
export const processor = (name: string): string =>
  name
    .replace(/\((R|TM|C)\)/gi, '')
    .replace(/\s+/g, ' ')
    .trim();

/** `lanestep 0.1.0 (1a2b3c4)` */
export const version = ({ machine: { lanestep, commit } }: Results): string =>
  `lanestep ${lanestep}${commit === null ? '' : ` (${commit.replace(/^([0-9a-f]{10})[0-9a-f]+/, '$1')})`}`;

/** Lines of a name and what there is to be said of it. */
export function header(results: Results): [name: string, text: string][] {
  const { machine, absent } = results;
  const { caches, load } = machine;
  const { least, most, coverage } = rounds(results);
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
    ['run', `${version(results)}, ${day(results.date)}, ${results.quick ? 'quick' : 'full'}, ${often}`],
    ['machine', `${processor(machine.cpu)}; ${told.join('; ')}`],
    [
      'lanestep on',
      `${machine.backend}${machine.instructionSet ? ` ${machine.instructionSet}` : ''}, ${many(machine.threads, 'thread')}`,
    ],
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

/** What the signs in the tables mean. */
export function legend(results: Results): string[] {
  const { least, coverage } = rounds(results);
  return [
    `Medians of the rounds; the interval holds the median with ${percent(coverage)}${least < 6 ? ', from the least to the greatest' : ''}.`,
    '× who: how many times as fast as that one, the median of the rounds’ ratios; ≈ where the interval of the ratio holds 1.',
    '% of roof: the speed of a pass that moves the same memory on as many threads and computes next to nothing. GB/s: what a step has to move.',
    'max ulps: the largest error of a parameter after a few steps, against float64. ok: ✓ checked to the bit, ~ within a tolerance.',
  ];
}
