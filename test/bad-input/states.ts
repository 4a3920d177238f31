/** States that do not fit the optimizer that is to go on from them. */
import { Adam } from '../../src/index.js';
import { defaultsOf } from '../../src/rule.js';
import { everyOptimizer, type Loose, step } from '../every-optimizer.js';
import type { FloatArray } from '../walk.js';
import { badArrays, detach, f32, f64 } from './arrays.js';
import {
  type Backend,
  type Case,
  type Chapter,
  chapter,
  mine,
  raise,
  type Scene,
  type Wrong,
  yielding,
} from './case.js';
import { newGrads, newParams, type Training, tellOf, training } from './scenes.js';

interface Resumed extends Scene {
  readonly optimizer: Wrong;
}

/** Two groups, of which one is a step behind. */
function resumed(backend: Backend): Resumed {
  const { w, b } = newParams();
  const optimizer: Wrong = new Adam([{ params: { w }, lr: 0.5 }, { params: { b } }], {
    backend,
    amsgrad: true,
  });
  const goOn = () => optimizer.step((({ w, b }) => [{ w }, { b }])(newGrads()));
  goOn();
  optimizer.step([{ w: newGrads().w }, {}]);
  return { optimizer, arrays: { w, b }, tell: tellOf(optimizer), goOn };
}

type Change = (state: Wrong) => unknown;

/** Sets what is at a path, be it an own `__proto__`. */
const set =
  (path: string, value: unknown): Change =>
  state => {
    const keys = path.split('/');
    const last = keys.pop()!;
    const at = keys.reduce((object, key) => object[key], state);
    Object.defineProperty(at, last, { value, enumerable: true, configurable: true, writable: true });
    return state;
  };
const drop =
  (path: string): Change =>
  state => {
    const keys = path.split('/');
    const last = keys.pop()!;
    delete keys.reduce((object, key) => object[key], state)[last];
    return state;
  };
const also =
  (act: (state: Wrong) => unknown): Change =>
  state =>
    yielding(state, () => act(state));

const loading =
  (change: Change): Case<Resumed>['attempt'] =>
  ({ optimizer }) => {
    const state = optimizer.stateDict();
    // Good parts before the bad one: they must not be taken either.
    set('param_groups/0/lr', 0.125)(set('state/w/step', 1)(state));
    state.state.w.exp_avg.fill(9);
    const wrong = change(state);
    return () => optimizer.loadStateDict(wrong);
  };

type Row = readonly [title: string, change: Change, ...says: string[]];

const wholes: readonly Row[] = [
  ['nothing', () => undefined, 'the state dict', 'undefined'],
  ['null', () => null, 'the state dict', 'null'],
  ['a list', () => [], 'the state dict', 'an array'],
  ['a text', () => '{}', 'the state dict'],
  ['a number', () => 1, 'the state dict', 'got 1'],
  ['an array', () => f32(1), 'the state dict', 'Float32Array(1)'],
  ['a function', state => () => state, 'the state dict', 'a function'],
  ['a promise', state => Promise.resolve(state), 'state', 'undefined'],
  ['a Map', state => new Map(Object.entries(state)), 'state', 'undefined'],
  ['the text of a state', state => JSON.stringify(state), 'the state dict'],
  [
    'a state whose NaN went through JSON',
    state => JSON.parse(JSON.stringify(also(({ state }) => (state.w.exp_avg[2] = Number.NaN))(state))),
    'state["w"].exp_avg[2]',
    'null',
    'JSON writes NaN',
  ],
  ['an empty object', () => ({}), 'state', 'undefined'],
  ['no state', drop('state'), 'state', 'undefined'],
  ['a list for the state', set('state', []), 'state', 'an array of 0'],
  ['null for the state', set('state', null), 'state', 'null'],
  ['an unknown name', set('state/c', { step: 1 }), 'keys out of w, b', '"c"'],
  ['__proto__ for a name', set('state/__proto__', { step: 1 }), 'keys out of w, b', '"__proto__"'],
  ['constructor for a name', set('state/constructor', { step: 1 }), '"constructor"'],
];

const entries: readonly Row[] = [
  ['null', set('state/w', null), 'state["w"]', 'null'],
  ['nothing', set('state/w', undefined), 'state["w"]', 'undefined'],
  ['an array', set('state/w', f32(1)), 'state["w"]', 'Float32Array(1)'],
  ['a list', set('state/w', [1]), 'state["w"]', 'an array of 1'],
  ['an empty object', set('state/w', {}), 'state["w"]', 'step', 'nothing'],
  ['no step', drop('state/w/step'), 'state["w"]', 'step'],
  ...(['state/b/step', 'steps'] as const).flatMap((path): Row[] => {
    const named = path === 'steps' ? 'steps' : 'state["b"].step';
    return (
      [
        ['NaN', Number.NaN, 'NaN'],
        ['a negative number', -1, '-1'],
        ['a fraction', 1.5, '1.5'],
        ['2^53', 2 ** 53, '9007199254740992'],
        ['2^53 - 1', 2 ** 53 - 1, '9007199254740991'],
        ['infinity', Number.POSITIVE_INFINITY, 'Infinity'],
        ['a text', '1', '"1"'],
        ['a BigInt', 1n, '1n'],
        ['null', null, 'null'],
        ['true', true, 'true'],
        ['a list', [1, 2], 'an array of 2'],
        ['a Number', Object(1), 'an object'],
        ['a tensor of two', f32(1, 2), 'an object'],
      ] as [string, unknown, string][]
    ).map(([title, value, got]) => [`${title} for ${named}`, set(path, value), named, got]);
  }),
];

const slots: readonly Row[] = [
  ...badArrays
    // Lists of numbers are what JSON and Python make of arrays.
    .filter(({ code, title }) => code !== 'RESIZABLE' && title !== 'a plain array')
    .map(
      ({ title, make, called = '' }): Row => [
        title,
        state => set('state/w/exp_avg', make())(state),
        'state["w"].exp_avg',
        'Float32Array(5)',
        called === 'live arrays' ? 'Float32Array(0)' : called,
      ],
    ),
  ['one that is missing', drop('state/b/exp_avg'), 'state["b"]', 'exp_avg'],
  ['one of other flags missing', drop('state/w/max_exp_avg_sq'), 'state["w"]', 'max_exp_avg_sq'],
  ['null', set('state/w/exp_avg', null), 'state["w"].exp_avg', 'null'],
  ['a list that is too short', set('state/w/exp_avg', [1, 2]), 'state["w"].exp_avg', '2 numbers'],
  [
    'lists of too many',
    set('state/w/exp_avg', [
      [1, 2, 3],
      [4, 5, 6],
    ]),
    'state["w"].exp_avg',
    '6 numbers',
  ],
  ['a hole in a list', set('state/w/exp_avg', new Array(5)), 'state["w"].exp_avg[0]', 'undefined'],
  ['a text in a list', set('state/w/exp_avg', [1, '2', 3, 4, 5]), 'state["w"].exp_avg[1]', '"2"'],
  [
    'a number that singles have not',
    set('state/w/exp_avg', [1, 1e300, 3, 4, 5]),
    'exp_avg[1]',
    'float32',
    '1e+300',
  ],
  ['an array of JSON, cut', set('state/w/exp_avg', { 0: 1, 1: 2 }), 'state["w"].exp_avg', '2 numbers'],
  ['nothing', set('state/w/exp_avg', undefined), 'state["w"].exp_avg', 'undefined'],
  [
    'doubles too few',
    set('state/b/exp_avg_sq', f64(1, 2)),
    'state["b"].exp_avg_sq',
    'Float64Array(3)',
    'Float64Array(2)',
  ],
  ['one too many', set('state/b/exp_inf', f64(1, 2, 3)), 'state["b"]', '"exp_inf"'],
  ['__proto__ for a slot', set('state/b/__proto__', f64(1, 2, 3)), 'state["b"]', '"__proto__"'],
  ['constructor for a slot', set('state/b/constructor', f64(1, 2, 3)), 'state["b"]', '"constructor"'],
  ['a scalar too many', set('state/b/mu_product', 1), 'state["b"]', '"mu_product"'],
];

const groups: readonly Row[] = [
  ['none', drop('param_groups'), 'param_groups', 'a list of 2'],
  ['null', set('param_groups', null), 'param_groups', 'a list of 2', 'null'],
  ['a record', set('param_groups', { 0: {}, 1: {}, length: 2 }), 'param_groups', 'a list of 2'],
  ['too few', also(state => state.param_groups.pop()), 'param_groups', 'a list of 2', 'an array of 1'],
  ['too many', also(state => state.param_groups.push(state.param_groups[0])), 'a list of 2', 'an array of 3'],
  ['null for one', set('param_groups/1', null), 'param_groups[1]', 'null'],
  ['a list for one', set('param_groups/1', []), 'param_groups[1]', 'an array of 0'],
  ['an array for one', set('param_groups/1', f32(1)), 'param_groups[1]', 'Float32Array(1)'],
  ['no params', drop('param_groups/1/params'), 'param_groups[1].params', 'b', 'undefined'],
  ['null for params', set('param_groups/1/params', null), 'param_groups[1].params', 'null'],
  ['a text for params', set('param_groups/1/params', 'b'), 'param_groups[1].params', '"b"'],
  ['other params', set('param_groups/1/params', ['c']), 'param_groups[1].params', 'b', 'c'],
  ['more params', set('param_groups/1/params', ['b', 'c']), 'param_groups[1].params', 'b, c'],
  ['fewer params', set('param_groups/1/params', []), 'param_groups[1].params'],
  ['a symbol among params', set('param_groups/1/params', [Symbol('b')]), 'param_groups[1].params', 'b'],
  ['null among params', set('param_groups/1/params', [null]), 'param_groups[1].params', 'null'],
  ['an object among params', set('param_groups/1/params', [Object.create(null)]), 'param_groups[1].params'],
  ['an unknown option', set('param_groups/1/momentum', 0.9), 'param_groups[1]', '"momentum"'],
  ['an option in our spelling', set('param_groups/1/weightDecay', 0.9), 'param_groups[1]', '"weightDecay"'],
  ['__proto__ for an option', set('param_groups/1/__proto__', { lr: 9 }), 'param_groups[1]', '"__proto__"'],
  ['constructor for an option', set('param_groups/1/constructor', 1), 'param_groups[1]', '"constructor"'],
  ['an option out of range', set('param_groups/1/lr', -1), 'param_groups[1]', 'lr', '-1'],
  ['NaN for an option', set('param_groups/1/eps', Number.NaN), 'param_groups[1]', 'eps', 'NaN'],
  ['an eps that singles cannot hold', set('param_groups/0/eps', 1e-46), 'param_groups[0]', 'eps', 'float32'],
  ['a schedule out of range', set('param_groups/1/lr', () => -1), 'param_groups[1]', 'lr(2)', '-1'],
  ['a function for a flag', set('param_groups/1/maximize', () => true), 'param_groups[1]', 'maximize'],
  [
    'decay of the other kind',
    set('param_groups/1/decoupled_weight_decay', 1),
    'param_groups[1]',
    'decoupled',
  ],
  ['a schedule that nobody has', set('schedules', [{}]), 'schedules', 'a list of 2'],
  ['null for a flag', set('param_groups/1/amsgrad', null), 'param_groups[1]', 'amsgrad', 'null'],
  ['half of a pair', set('param_groups/1/betas', [0.9]), 'param_groups[1]', 'betas'],
  ['half of a pair out of range', set('param_groups/1/betas', [0.9, 1]), 'param_groups[1]', 'betas[1]'],
];

// A tensor cannot have come further than its optimizer.
const further: readonly Row[] = [3, 2 ** 53 - 2].map(t => [
  `${t} steps of a tensor where the optimizer has 2`,
  set('state/b/step', t),
  'steps to be at least state["b"].step',
  `${t}, got 2`,
]);

/** What the user's code does while a state is read. */
const interfering: Case<Resumed>[] = [
  {
    title: 'a getter takes a slot that was read before',
    outcome: 'STATE',
    says: ['state["w"]', 'keep its memory'],
    attempt: ({ optimizer }) => {
      const state = optimizer.stateDict();
      Object.defineProperty(state, 'steps', { get: () => yielding(2, () => detach(state.state.w.exp_avg)) });
      return () => optimizer.loadStateDict(state);
    },
  },
  {
    title: 'a getter of an option takes a slot that was read before',
    outcome: 'STATE',
    says: ['state["b"].exp_avg_sq', 'Float64Array(0)'],
    attempt: ({ optimizer }) => {
      const state = optimizer.stateDict();
      Object.defineProperty(state.param_groups[1], 'lr', {
        enumerable: true,
        get: () =>
          yielding(0.1, () => state.state.b.exp_avg_sq.length > 0 && detach(state.state.b.exp_avg_sq)),
      });
      return () => optimizer.loadStateDict(state);
    },
  },
  {
    title: 'a schedule of the state takes a slot that was read before',
    outcome: 'STATE',
    says: ['state["b"]', 'keep its memory'],
    attempt: ({ optimizer }) => {
      const state = optimizer.stateDict();
      state.param_groups[1].lr = () =>
        yielding(0.1, () => state.state.b.exp_avg.length > 0 && detach(state.state.b.exp_avg));
      return () => optimizer.loadStateDict(state);
    },
  },
  ...(
    [
      ['a getter of the state', also(state => Object.defineProperty(state, 'state', { get: raise }))],
      ['a getter of the steps', also(state => Object.defineProperty(state, 'steps', { get: raise }))],
      [
        'a getter of a name',
        also(state => Object.defineProperty(state.state, 'b', { enumerable: true, get: raise })),
      ],
      [
        'a getter of a slot',
        also(state => Object.defineProperty(state.state.b, 'exp_avg', { enumerable: true, get: raise })),
      ],
      ['a getter of a group', also(state => Object.defineProperty(state.param_groups, 1, { get: raise }))],
      ['a Proxy', state => new Proxy(state, { get: raise })],
    ] as [string, Change][]
  ).map(
    ([title, change]): Case<Resumed> => ({
      title: `${title} throws`,
      outcome: 'mine',
      says: [],
      attempt: loading(change),
    }),
  ),
  {
    title: 'a schedule of the state throws',
    outcome: 'STATE',
    says: ['param_groups[1]', mine.message],
    attempt: loading(set('param_groups/1/lr', raise)),
  },
];

const refusing = (rows: readonly Row[]): Case<Resumed>[] =>
  rows.map(([title, change, ...says]) => ({ title, outcome: 'STATE', says, attempt: loading(change) }));

/** The scalars that rules keep beside their slots. */
function scalars(backend: Backend): Chapter[] {
  return everyOptimizer.flatMap(({ name, rule, make }) =>
    Object.keys(rule.scalars?.(defaultsOf(rule)) ?? {}).map(scalar =>
      chapter<Resumed>({
        title: `the state of ${name}, ${scalar}`,
        begin: () => {
          const w = f32(1, 2);
          const optimizer = make([w], { backend });
          const goOn = () => step(optimizer, [f32(1, 1)]);
          goOn();
          return { optimizer, arrays: { w }, tell: tellOf(optimizer), goOn };
        },
        together: true,
        // A scalar that is made of gradients may be as they are.
        cases: [
          ...(rule.clock === 'own' ? [] : [Number.NaN, Number.POSITIVE_INFINITY]),
          '1',
          null,
          undefined,
          true,
          1n,
          f32(1, 2),
          drop,
        ].map((wrong): Case<Resumed> => {
          const missing = wrong === drop;
          return {
            title: missing ? 'missing' : `${typeof wrong} ${String(wrong)}`,
            outcome: 'STATE',
            says: missing ? ['state["0"]', scalar] : [`state["0"].${scalar}`],
            attempt: ({ optimizer }) => {
              const change = missing ? drop(`state/0/${scalar}`) : set(`state/0/${scalar}`, wrong);
              const state = change(optimizer.stateDict());
              return () => optimizer.loadStateDict(state);
            },
          };
        }),
      }),
    ),
  );
}

/** Options and slots of one may all be known to the other: then its state is one that fits. */
export const akin = [
  'AdamW,Adam',
  'RAdam,Adam',
  'RAdam,AdaBound',
  'RAdam,ADOPT',
  'SignSGD,LARS',
  'SignSGD,QHM',
  'TfjsMomentum,SGDP',
  'TfjsSGD,SGD',
  'TfjsSGD,AliG',
  'TfjsSGD,NoisySGD',
  'TfjsSGD,PolyakSGD',
  ...[
    'Adam',
    'AdamW',
    'AdamP',
    'AdaBound',
    'ADOPT',
    'LAMB',
    'MoMoAdam',
    'RAdam',
    'SimplifiedAdEMAMix',
    'Yogi',
    'Grams',
    'SOAP',
  ].map(to => `StableAdamW,${to}`),
  'Grams,SOAP',
];

/** The state of every optimizer for every other. */
function foreign(backend: Backend): Chapter[] {
  return everyOptimizer.map(to =>
    chapter<Resumed>({
      title: `the state of another for ${to.name}`,
      begin: () => {
        const w = f32(1, 2);
        const optimizer = to.make([w], { backend });
        const goOn = () => step(optimizer, [f32(1, -1)]);
        goOn();
        return { optimizer, arrays: { w }, tell: tellOf(optimizer), goOn };
      },
      together: true,
      cases: everyOptimizer
        .filter(from => from.rule !== to.rule && !akin.includes(`${from.name},${to.name}`))
        .map(
          (from): Case<Resumed> => ({
            title: from.name,
            outcome: 'STATE',
            says: ['Expected'],
            attempt: ({ optimizer }) => {
              const source: Loose = from.make([f32(1, 2)], { backend });
              step(source, [f32(1, -1)]);
              const state = source.stateDict();
              source.dispose();
              return () => optimizer.loadStateDict(state);
            },
          }),
        ),
    }),
  );
}

/** The same of the same class, over other parameters. */
const otherParams = (
  [
    ['a list', params => Object.values(params), 'state', '"0"'],
    ['other names', ({ w, b }) => ({ u: w, v: b }), 'keys out of w, b', '"u"'],
    ['fewer', ({ w }) => ({ w }), 'param_groups[0].params'],
    ['more', ({ w, b }) => ({ w, b, c: f32(1) }), 'state', '"c"'],
    ['of other lengths', ({ b }) => ({ w: f32(1), b }), 'state["w"]', 'Float32Array(1)'],
    ['of other types', ({ w }) => ({ w, b: f32(1, 2, 3) }), 'state["b"]', 'Float32Array(3)'],
  ] as [string, (params: Wrong) => unknown, ...string[]][]
).map(
  ([title, make, ...says]): Case<Training> => ({
    title,
    outcome: 'STATE',
    says,
    attempt: ({ optimizer, backend }) => {
      const source: Wrong = new Adam(make(newParams()) as Wrong, { backend, amsgrad: true });
      const grads = [...source.groups[0].names].map(name => {
        const like = (make(newParams()) as Wrong)[name] as FloatArray;
        return [name, like.slice()];
      });
      source.step(title === 'a list' ? grads.map(([, grad]) => grad) : Object.fromEntries(grads));
      const state = source.stateDict();
      return () => optimizer.loadStateDict(state);
    },
  }),
);

/** Beyond the last step that can be counted. */
function beyond(backend: Backend): Chapter {
  return chapter<Training>({
    title: 'the step after 2^53 - 2',
    begin: () => {
      const scene = training(backend);
      const { optimizer } = scene;
      const start = optimizer.stateDict();
      optimizer.loadStateDict({ ...start, steps: 2 ** 53 - 3 });
      optimizer.step(newGrads());
      optimizer.loadStateDict(optimizer.stateDict());
      return {
        ...scene,
        goOn: () => {
          optimizer.loadStateDict(start);
          optimizer.step(newGrads());
        },
      };
    },
    cases: (['step', 'stepAsync'] as const).map(
      (way): Case<Training> => ({
        title: way,
        outcome: 'STATE',
        says: ['at most 2^53 - 2 steps'],
        attempt:
          ({ optimizer }) =>
          () =>
            optimizer[way](newGrads()),
      }),
    ),
  });
}

export const states = (backend: Backend): Chapter[] => [
  ...(
    [
      ['the whole', wholes],
      ['an entry', [...entries, ...further]],
      ['a slot', slots],
      ['the groups', groups],
    ] as [string, readonly Row[]][]
  ).map(([title, rows]) =>
    chapter<Resumed>({ title: `a state, ${title}`, begin: () => resumed(backend), cases: refusing(rows) }),
  ),
  chapter<Resumed>({
    title: 'a state, read by the way of code',
    begin: () => resumed(backend),
    cases: interfering,
  }),
  chapter({ title: 'a state of other parameters', begin: () => training(backend), cases: otherParams }),
  chapter({
    title: 'a state of other parameters, for one that waits',
    begin: () => training(backend, { waits: true }),
    cases: otherParams,
  }),
  ...scalars(backend),
  ...foreign(backend),
  beyond(backend),
];
