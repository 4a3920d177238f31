/** What is raced: every case of a full run, and of a quick one. */

import { movesOf, passesOf } from '#lanestep/reference/streams.js';
import { defaultsOf } from '#lanestep/rule.js';
import { slotsOf } from '#lanestep/slots.js';
import type { Task } from './contestants/contestant.js';
import type { Contestant } from './contestants/index.js';
import { others, plainAdam, type Raced } from './optimizers.js';
import type { Group, Kind } from './results.js';
import { type Work, workOf } from './work.js';

/** One race. */
export interface Case {
  readonly id: string;
  readonly group: Group;
  readonly title: string;
  readonly raced: Raced;
  /** What differs from the optimizer's defaults. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly task: Task;
  readonly elements: number;
  /** What a step has to move. */
  readonly bytes: number;
  readonly work: Work;
  /** Who is asked to take part. */
  readonly asks: (contestant: Contestant) => boolean;
}

type Dtype = Task['dtype'];
type Asks = Case['asks'];

const powers = [1e2, 1e3, 1e4, 1e5, 1e6, 1e7];

/** From how many elements on a pass of several threads is a roof: below, waking them costs more than moving the memory. */
const roofOfThreads = 1e6;

/** The most elements of those that take a second for a step of ten million, or many. */
const mostElements: Partial<Record<Kind, number>> = { 'tfjs-cpu': 1e5, textbook: 1e6 };

const everyoneAt =
  (elements: number): Asks =>
  ({ kind, threads }) =>
    elements <= (mostElements[kind] ?? Infinity) &&
    !(kind === 'roof' && threads > 1 && elements < roofOfThreads);

interface Form {
  readonly group: Group;
  /** Of the sizes, in the id and for people. */
  readonly size: readonly [id: string, words: string];
  readonly lengths: readonly number[];
  readonly asks: Asks;
  /** What is special, in the id and for people. */
  readonly special?: readonly [id: string, words: string];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly gradients?: Task['gradients'];
  readonly first?: boolean;
}

function caseOf(raced: Raced, dtype: Dtype, form: Form): Case {
  const { group, size, lengths, asks, special, options = {}, gradients = 'same', first = false } = form;
  const { optimizer, rule } = raced;
  const numbers = { ...defaultsOf(rule), ...raced.options, ...options };
  const passes = passesOf(rule, numbers, slotsOf(rule, rule.flags?.(numbers) ?? []));
  const elements = lengths.reduce((a, b) => a + b, 0);
  const name = raced.name.replaceAll(' ', '+');
  return {
    id: [name, dtype, size[0], ...(special ? [special[0]] : [])].join('/'),
    group,
    title: [raced.name, dtype, size[1], ...(special ? [special[1]] : [])].join(', '),
    raced,
    options: { ...raced.options, ...options },
    task: {
      optimizer,
      rule: rule.name,
      closure: rule.closure === true,
      byLoss: rule.byLoss === true,
      byHessian: rule.byHessian !== undefined,
      decoupled: rule.weightDecay?.(numbers).decoupled ?? false,
      options: numbers,
      dtype,
      lengths,
      gradients,
      passes,
      first,
    },
    elements,
    bytes: elements * (dtype === 'float32' ? 4 : 8) * movesOf(passes),
    work: workOf(passes.map(({ kernel }) => kernel)),
    asks,
  };
}

const exponent = (n: number): string => `1e${Math.log10(n)}`;

const size = (raced: Raced, dtype: Dtype, n: number, asks: Asks): Case =>
  caseOf(raced, dtype, {
    group: 'sizes',
    size: [exponent(n), `one tensor of ${n.toLocaleString('en')}`],
    lengths: [n],
    asks: contestant => asks(contestant) && everyoneAt(n)(contestant),
  });

/** The tensors of a small transformer: 150 of them, from 128 to a million elements. */
function transformer(): number[] {
  const width = 128;
  const words = 8000;
  const layer = [
    ...[width, width],
    ...[width * 3 * width, 3 * width],
    ...[width * width, width],
    ...[width, width],
    ...[width * 4 * width, 4 * width],
    ...[4 * width * width, width],
  ];
  const layers = Array.from({ length: 12 }, () => layer).flat();
  return [words * width, 512 * width, ...layers, width, width, words, width * width];
}

const lists: readonly { id: string; words: string; lengths: readonly number[] }[] = [
  { id: '1000x100', words: '1000 tensors of 100', lengths: Array(1000).fill(100) },
  { id: '300x1e4', words: '300 tensors of 10,000', lengths: Array(300).fill(1e4) },
  { id: 'transformer', words: 'the 150 tensors of a small transformer', lengths: transformer() },
];

/** A small model: three layers, some ten thousand parameters. */
export const model = [64 * 96, 96, 96 * 32, 32, 32 * 10, 10];

const stages: readonly [id: string, words: string, options: Record<string, unknown>][] = [
  ['plain', 'no stage', {}],
  ['scale', 'gradient scale', { gradientScale: 0.5 }],
  ['maximize', 'maximize', { maximize: true }],
  ['decay', 'coupled weight decay', { weightDecay: 0.01 }],
  ['shrink', 'decoupled weight decay', { weightDecay: 0.01, decoupledWeightDecay: true }],
  ['clip', 'clipped by the norm of the gradients', { clipNorm: 0.01 }],
  [
    'all',
    'gradient scale and decoupled weight decay',
    { gradientScale: 0.5, weightDecay: 0.01, decoupledWeightDecay: true },
  ],
];

/**
 * @param best the name of the native contestant on one thread with the best instruction set
 * @param most the most threads that anyone uses
 */
export function cases(quick: boolean, best: string | null, most: number): Case[] {
  const main: Asks = ({ name, kind, threads }) =>
    name === best || (kind === 'native' && threads === most) || kind === 'wasm' || kind === 'roof';
  const own: Asks = ({ name, kind, threads }) =>
    name === best || kind === 'wasm' || (kind === 'roof' && threads === 1);
  const quickly: Asks = contestant => main(contestant) || contestant.kind === 'loop';

  // Of every other optimizer at a size: lanestep throughout, those from elsewhere at one size in the caches and one beyond.
  const abroad = (n: number, dtype: Dtype) => dtype === 'float32' && (n === 1e4 || n === 1e6);
  const another =
    (n: number, dtype: Dtype): Asks =>
    contestant => {
      const { kind, threads } = contestant;
      if (quick) return own(contestant);
      if (kind === 'loop') return n <= 1e6;
      if (kind === 'textbook' || kind === 'torch' || kind.startsWith('tfjs'))
        return abroad(n, dtype) && threads === 1;
      // The lesser instruction sets at one size in the caches and one beyond.
      if (kind === 'native' && n !== 1e4 && n !== 1e6) return main(contestant);
      return threads === 1 || threads === most;
    };

  const sizes = quick ? [1e2, 1e4, 1e6] : powers;
  const dtypes: readonly Dtype[] = quick ? ['float32'] : ['float32', 'float64'];
  const wide: Asks = ({ name, kind }) => kind !== 'textbook' && !(kind === 'torch' && name !== 'torch x1');
  const anyone: Asks = quick
    ? contestant => quickly(contestant) || contestant.kind === 'tfjs-wasm' || contestant.kind === 'torch'
    : () => true;

  // Kernels that were written for a few large tensors take a second for a thousand small ones.
  const abroadToo: Asks = ({ kind }) => kind !== 'tfjs-cpu' && kind !== 'textbook';

  return [
    ...dtypes.flatMap(dtype =>
      sizes.map(n => size(plainAdam, dtype, n, dtype === 'float32' ? anyone : n > 1e6 ? main : wide)),
    ),
    ...lists.map(({ id, words, lengths }) =>
      caseOf(plainAdam, 'float32', {
        group: 'tensors',
        size: [id, words],
        lengths,
        asks: contestant =>
          (quick ? quickly : abroadToo)(contestant) &&
          everyoneAt(lengths.reduce((a, b) => a + b, 0))(contestant),
      }),
    ),
    ...(quick ? [1e6] : [1e4, 1e6, 1e7]).flatMap(n =>
      stages.map(([id, words, options]) =>
        caseOf(plainAdam, 'float32', {
          group: 'stages',
          size: [exponent(n), `one tensor of ${n.toLocaleString('en')}`],
          lengths: [n],
          asks: own,
          special: [id, words],
          options,
        }),
      ),
    ),
    ...calls(contestant => own(contestant) || contestant.kind === 'loop'),
    ...others.flatMap(raced =>
      dtypes.flatMap(dtype => (quick ? [1e6] : powers).map(n => size(raced, dtype, n, another(n, dtype)))),
    ),
  ];
}

/** What a call costs beside the elements. */
function calls(asks: Asks): Case[] {
  const form = (
    lengths: readonly number[],
    [id, words]: readonly [string, string],
    more: Partial<Form> = {},
  ): Case =>
    caseOf(plainAdam, 'float32', {
      group: 'calls',
      size: [id, words],
      lengths,
      asks,
      ...more,
    });
  const ownOnly: Partial<Form> = { asks: contestant => asks(contestant) && contestant.kind !== 'loop' };
  const first: Partial<Form> = {
    ...ownOnly,
    first: true,
    special: ['first', 'making the optimizer and its first step'],
  };
  const anew: Partial<Form> = {
    ...ownOnly,
    gradients: 'new',
    special: ['new', 'new gradient arrays at each step'],
  };
  const same: Partial<Form> = { special: ['same', 'the same gradient arrays at each step'] };
  return [
    form([1], ['1', 'one element']),
    form(model, ['model', 'a model of 6 tensors, 9,674 elements']),
    form([100], ['1e2', 'one tensor of 100'], same),
    form([100], ['1e2', 'one tensor of 100'], anew),
    form(Array(1000).fill(100), ['1000x100', '1000 tensors of 100'], same),
    form(Array(1000).fill(100), ['1000x100', '1000 tensors of 100'], anew),
    form([1e2], ['1e2', 'one tensor of 100'], first),
    form([1e4], ['1e4', 'one tensor of 10,000'], first),
    form([1e6], ['1e6', 'one tensor of 1,000,000'], first),
    form(Array(1000).fill(100), ['1000x100', '1000 tensors of 100'], first),
  ];
}
