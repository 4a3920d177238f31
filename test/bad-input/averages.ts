/** What a moving average cannot be made of, updated with, or loaded from. */
import { MovingAverage } from '../../src/index.js';
import { average as rule } from '../../src/rules/average.js';
import type { FloatArray } from '../walk.js';
import { badArrays, detach, f32, f64 } from './arrays.js';
import { boundsOf, noFlags } from './bounds.js';
import {
  type Backend,
  type Case,
  type Chapter,
  chapter,
  raise,
  type Scene,
  type Wrong,
  yielding,
} from './case.js';

interface Averaged extends Scene {
  readonly average: Wrong;
  /** What is averaged: the record that it was made with. */
  readonly params: Wrong;
}

function averaged(backend: Backend, options: object = {}): Averaged {
  const params: Record<string, FloatArray> = { w: f32(1, -2, 3, 0.5, 7), b: f64(0.1, 0.2) };
  const average: Wrong = new MovingAverage(params, { backend, decay: 0.5, ...options });
  const { w, b } = params as { w: Float32Array; b: Float64Array };
  w.fill(5);
  average.update();
  let t = 0;
  return {
    average,
    params,
    arrays: { w, b, 'values.w': average.values.w, 'values.b': average.values.b },
    tell: () => [average.stateDict(), average.steps, average.decay],
    goOn: () => {
      // What is averaged need not be what it was made with.
      params['w'] = f32(1, 2, 3, 4, ++t);
      params['b'] = f64(t, 1);
      average.update();
    },
  };
}

/** The rule as the generated tables have it. */
const entry = { name: 'MovingAverage', tfjs: false, coupled: false, rule, make: () => undefined as never };

function optionsOf(backend: Backend): Case<Averaged>[] {
  const making =
    (options: object, params?: unknown): Case<Averaged>['attempt'] =>
    scene =>
    () =>
      new MovingAverage((params ?? scene.params) as Wrong, { backend, ...options } as Wrong);
  return [
    ...boundsOf(entry, 'decay').wrong.flatMap(({ value }, i): Case<Averaged>[] => [
      {
        title: `decay ${i} at construction`,
        outcome: 'OPTION',
        says: ['decay', 'got '],
        attempt: making({ decay: value }),
      },
      {
        title: `decay ${i}, set`,
        outcome: 'OPTION',
        says: ['decay', 'got '],
        attempt:
          ({ average }) =>
          () => {
            average.decay = value;
          },
      },
    ]),
    ...noFlags.map(
      (value, i): Case<Averaged> => ({
        title: `bias correction ${i}`,
        outcome: 'OPTION',
        says: ['biasCorrection', 'got '],
        attempt: making({ biasCorrection: value }),
      }),
    ),
    ...[Number.NaN, Number.POSITIVE_INFINITY, 'zeros', '', null, [1], 1n, {}, () => 1].map(
      (value, i): Case<Averaged> => ({
        title: `initial ${i}`,
        outcome: 'OPTION',
        says: ["'first', 'params' or a finite number for initial", 'got '],
        attempt: making({ initial: value }),
      }),
    ),
    ...(
      [
        ['initial beside bias correction', { initial: 1, biasCorrection: true }, 'initial', 'biasCorrection'],
        ["initial: 'params' beside bias correction", { initial: 'params', biasCorrection: true }, 'initial'],
        ['an unknown option', { momentum: 1 }, '"momentum"'],
        ['an unknown backend', { backend: 'gpu' }, 'for backend', '"gpu"'],
        ['decay that a schedule gives', { decay: () => 1.5 }, 'decay(1)', 'got 1.5'],
        ['a decay of 1 with bias correction', { decay: 1, biasCorrection: true }, 'decay', 'biasCorrection'],
      ] as [string, object, ...string[]][]
    ).map(
      ([title, options, ...says]): Case<Averaged> => ({
        title,
        outcome: 'OPTION',
        says,
        attempt: making(options),
      }),
    ),
    ...[null, 0.9, 'params', [], new Map([['decay', 0.5]]), Promise.resolve({ decay: 0.5 })].map(
      (wrong, i): Case<Averaged> => ({
        title: `no options ${i}`,
        outcome: 'OPTION',
        says: ['options', 'got '],
        attempt:
          ({ params }) =>
          () =>
            new MovingAverage(params, wrong as Wrong),
      }),
    ),
    {
      title: 'a decay whose schedule throws',
      outcome: 'mine',
      says: [],
      attempt:
        ({ average }) =>
        () => {
          average.decay = raise;
        },
    },
  ];
}

function madeOf(backend: Backend): Case<Averaged>[] {
  const things: [string, Case['outcome'], () => unknown, ...string[]][] = [
    ['nothing', 'SHAPE', () => undefined, 'params', 'got undefined'],
    ['null', 'SHAPE', () => null, 'params', 'got null'],
    ['a number', 'SHAPE', () => 3, 'params', 'got 3'],
    ['an array', 'SHAPE', () => f32(1), 'params', 'Float32Array(1)'],
    ['an empty list', 'SHAPE', () => [], 'params', 'at least one'],
    ['an empty record', 'SHAPE', () => ({}), 'params', 'at least one'],
    ['a promise', 'SHAPE', () => Promise.resolve([f32(1)]), 'params', 'an array of Float32Array'],
    ['groups', 'SHAPE', () => [{ params: [f32(1)] }], 'params', 'group'],
    [
      'groups of a record',
      'SHAPE',
      () => [{ params: { w: f32(1) } }, { params: [f32(2)] }],
      'params',
      'group',
    ],
  ];
  const arrays = badArrays
    .filter(({ fitsElsewhere, code }) => !fitsElsewhere && code !== 'RESIZABLE')
    .map(
      ({ title, make, code, called = '' }): Case<Averaged> => ({
        title,
        outcome: code,
        says: ['params.w', called],
        attempt: () => {
          const wrong = make();
          return () => new MovingAverage({ v: f32(1), w: wrong } as Wrong, { backend });
        },
      }),
    );
  return [
    ...things.map(
      ([title, outcome, make, ...says]): Case<Averaged> => ({
        title: `${title} as a whole`,
        outcome,
        says,
        attempt: () => () => new MovingAverage(make() as Wrong, { backend }),
      }),
    ),
    ...arrays,
  ];
}

/** What the record holds when it is next averaged. */
const updated: Case<Averaged>[] = [
  ...badArrays.map(
    ({ title, make, code, called = '' }): Case<Averaged> => ({
      title,
      outcome: code,
      says: ['params.w', called],
      attempt: ({ average, params }) => {
        params.w = make();
        return () => average.update();
      },
    }),
  ),
  {
    title: 'an unknown name',
    outcome: 'NAME',
    says: ['params', '"c"'],
    attempt: ({ average, params }) => {
      params.c = f32(1);
      return () => {
        try {
          average.update();
        } finally {
          delete params.c;
        }
      };
    },
  },
  {
    title: 'the average itself',
    outcome: 'ALIAS',
    says: ['params.w', 'values.w', 'copy it with slice()'],
    attempt: ({ average, params }) => {
      params.w = average.values.w;
      return () => average.update();
    },
  },
  {
    title: 'a parameter that was taken since',
    outcome: 'DETACHED',
    says: ['params.w', 'live arrays'],
    loses: ['w'],
    attempt: ({ average, params }) => {
      detach(params.w);
      return () => average.update();
    },
  },
  {
    title: 'a getter that throws',
    outcome: 'mine',
    says: [],
    attempt: ({ average, params }) => {
      const { w } = params;
      Object.defineProperty(params, 'w', { configurable: true, enumerable: true, get: raise });
      return () => {
        try {
          average.update();
        } finally {
          Object.defineProperty(params, 'w', {
            configurable: true,
            enumerable: true,
            writable: true,
            value: w,
          });
        }
      };
    },
  },
];

/** While averages and parameters are exchanged; and what cannot be exchanged. */
const swapped: Case<Averaged>[] = [
  ...(['update', 'swap', 'stateDict', 'serialize'] as const).map(
    (name): Case<Averaged> => ({
      title: `${name}() while they are exchanged`,
      outcome: 'STATE',
      says: ['the averages in their place', 'swapBack()'],
      attempt:
        ({ average }) =>
        () => {
          average.swap();
          try {
            average[name]();
          } finally {
            average.swapBack();
          }
        },
    }),
  ),
  ...badArrays.map(
    ({ title, make, code, called = '' }): Case<Averaged> => ({
      title: `${title}, swapped in`,
      outcome: code,
      says: ['params.w', called],
      attempt: ({ average, params }) => {
        params.w = make();
        return () => average.swap();
      },
    }),
  ),
];

function loaded(): Case<Averaged>[] {
  const rows: [string, (state: Wrong) => unknown, ...string[]][] = [
    ['null', () => null, 'the state dict', 'got null'],
    ['nothing', () => undefined, 'the state dict', 'got undefined'],
    ['a number', () => 1, 'the state dict', 'got 1'],
    ['a text', () => '{}', 'the state dict'],
    ['no values', ({ values: _, ...rest }) => rest, 'values.w', 'undefined'],
    ['null for values', state => ({ ...state, values: null }), 'values.w', 'undefined'],
    ['a missing value', state => ({ ...state, values: { w: state.values.w } }), 'values.b', 'undefined'],
    ...badArrays
      .filter(({ code, title }) => code !== 'RESIZABLE' && title !== 'a plain array')
      .map(({ title, make, called = '' }): [string, (state: Wrong) => unknown, ...string[]] => [
        `${title} for a value`,
        state => ({ ...state, values: { ...state.values, w: make() } }),
        'values.w',
        called === 'live arrays' ? '' : called,
      ]),
    ['negative steps', state => ({ ...state, steps: -1 }), 'steps', '-1'],
    ['NaN for steps', state => ({ ...state, steps: Number.NaN }), 'steps', 'NaN'],
    ['steps of text', state => ({ ...state, steps: '1' }), 'steps', '"1"'],
    ['no groups', ({ param_groups: _, ...rest }) => rest, 'param_groups'],
    ['no state', ({ state: _, ...rest }) => rest, 'state'],
    [
      'a decay out of range',
      state => yielding(state, () => (state.param_groups[0].decay = 1.5)),
      'param_groups[0]',
      'decay',
    ],
    [
      'another correction',
      state => yielding(state, () => (state.param_groups[0].bias_correction = true)),
      'param_groups[0]',
      'biasCorrection',
    ],
    [
      'an unknown option',
      state => yielding(state, () => (state.param_groups[0].momentum = 0)),
      'param_groups[0]',
      '"momentum"',
    ],
  ];
  return rows.map(
    ([title, change, ...says]): Case<Averaged> => ({
      title,
      outcome: 'STATE',
      says,
      attempt: ({ average }) => {
        const good = average.stateDict();
        // Good parts before the bad one: they must not be taken either.
        good.values.w.fill(9);
        good.steps = 7;
        const wrong = change(good);
        return () => average.loadStateDict(wrong);
      },
    }),
  );
}

export const averages = (backend: Backend): Chapter[] => [
  chapter({
    title: 'a moving average, options',
    begin: () => averaged(backend),
    cases: optionsOf(backend),
    together: true,
  }),
  chapter({ title: 'a moving average, made of', begin: () => averaged(backend), cases: madeOf(backend) }),
  chapter({ title: 'a moving average, updated with', begin: () => averaged(backend), cases: updated }),
  chapter({ title: 'a moving average, swapped', begin: () => averaged(backend), cases: swapped }),
  chapter({ title: 'a moving average, loaded from', begin: () => averaged(backend), cases: loaded() }),
  chapter({
    title: 'a moving average that is corrected, loaded from',
    begin: () => averaged(backend, { biasCorrection: true }),
    cases: [Number.NaN, Number.POSITIVE_INFINITY, '1', null, undefined].map(
      (wrong): Case<Averaged> => ({
        title: `${wrong} for what is left of zero`,
        outcome: 'STATE',
        says: ['state["w"].decay_product', 'got '],
        attempt: ({ average }) => {
          const state = average.stateDict();
          state.values.w.fill(9);
          state.state.w.decay_product = wrong;
          return () => average.loadStateDict(state);
        },
      }),
    ),
  }),
];
