/** Every option of every optimizer, with what it must not be: at construction, of a group, set, loaded, and given by a schedule. */
import { Adam, AdamW, RMSprop, SGD } from '../../src/index.js';
import { defaultsOf } from '../../src/rule.js';
import { everyOptimizer, step } from '../every-optimizer.js';
import { f32, f64 } from './arrays.js';
import { everyOption } from './bounds.js';
import {
  type Backend,
  type Case,
  type Chapter,
  chapter,
  mine,
  raise,
  type Scene,
  type Wrong,
} from './case.js';
import { tellOf } from './scenes.js';

interface Tuned extends Scene {
  readonly optimizer: Wrong;
  readonly params: { readonly w: Float32Array; readonly b: Float32Array };
}

const snake = (name: string): string => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);

/** An optimizer of two groups that took a step. */
function tuned(
  backend: Backend,
  make: (params: unknown, options: object) => Wrong,
  options: object = {},
): Tuned {
  const params = { w: f32(1, -2, 3), b: f32(4) };
  const optimizer = make([{ params: { w: params.w } }, { params: { b: params.b } }], { backend, ...options });
  const goOn = () => step(optimizer, [{ w: f32(1, 2, 3) }, { b: f32(-1) }]);
  goOn();
  return { optimizer, params, arrays: { ...params }, tell: tellOf(optimizer), goOn };
}

/** How a value is written in a title. */
function titled(value: unknown): string {
  if (typeof value === 'function') return `() => ${titled(value())}`;
  if (Array.isArray(value)) return `[${value.map(titled).join()}]`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} ${value}`;
  if (typeof value === 'object' && value !== null)
    return `${value.constructor.name} ${JSON.stringify(value)}`;
  if (typeof value === 'bigint') return `${value}n`;
  return typeof value === 'string' ? JSON.stringify(value) : Object.is(value, -0) ? '-0' : String(value);
}

/** The ways in which an option gets to an optimizer. */
const ways = (entry: (typeof everyOptimizer)[number], key: string, value: unknown) => ({
  'at construction':
    ({ params }: Tuned, backend: Backend) =>
    () =>
      entry.make(params, { backend, [key]: value }),
  'of a group':
    ({ params: { w, b } }: Tuned, backend: Backend) =>
    () =>
      entry.make([{ params: { w } }, { params: { b }, [key]: value }], { backend }),
  'by set':
    ({ optimizer }: Tuned) =>
    () =>
      optimizer.set({ [key]: value }),
  'of a living group':
    ({ optimizer }: Tuned) =>
    () => {
      optimizer.groups[1][key] = value;
    },
});

function generated(backend: Backend): Chapter[] {
  return everyOption.map(({ entry, key, of }) =>
    chapter<Tuned>({
      title: `${entry.name}, ${key}`,
      begin: () => tuned(backend, entry.make),
      together: true,
      cases: of.wrong.flatMap(({ value, named }, i): Case<Tuned>[] => {
        const refusals: Case<Tuned>[] = [
          ...Object.entries(ways(entry, key, value)).map(
            ([way, attempt]): Case<Tuned> => ({
              title: `${titled(value)} ${way}`,
              outcome: 'OPTION',
              says: ['Expected', named],
              attempt: scene => attempt(scene, backend),
            }),
          ),
          {
            title: `${titled(value)} in a state`,
            outcome: 'STATE',
            says: ['param_groups[1]', named],
            attempt: ({ optimizer }) => {
              const state = optimizer.stateDict();
              // A good part before the bad one: it must not be taken either.
              state.state.w.step = 1;
              state.param_groups[1][snake(key)] = value;
              return () => optimizer.loadStateDict(state);
            },
          },
        ];
        // A number out of range comes in all ways; what is no number takes turns, and a function is asked alike in all.
        if (typeof value === 'number') return refusals;
        const dynamic = [value].flat().some(x => typeof x === 'function');
        return dynamic ? refusals.slice(0, 1) : [refusals[0]!, refusals[1 + (i % 4)]!];
      }),
    }),
  );
}

/** The same given by a function of the step, in the middle of the training. */
function scheduled(backend: Backend): Chapter[] {
  return everyOption.flatMap(({ entry, key, of }) => {
    if (entry.rule.fixed?.includes(key)) return [];
    const byHalf = ([undefined, 0, 1] as const).map(half => ({
      half,
      wrong: of.wrong.filter(({ given, half: which }) => given !== undefined && which === half),
    }));
    return byHalf
      .filter(({ wrong }) => wrong.length > 0)
      .map(({ half, wrong }) => {
        interface Scheduled extends Tuned {
          readonly gives: { now: { readonly value: unknown } | null };
        }
        const named = half === undefined ? key : `${key}[${half}]`;
        return chapter<Scheduled>({
          title: `${entry.name}, ${named} of a schedule`,
          begin: () => {
            const gives: Scheduled['gives'] = { now: null };
            const usual = defaultsOf(entry.rule)[key] as number | [number, number];
            const good = half === undefined ? usual : (usual as [number, number])[half];
            const schedule = () => (gives.now ? gives.now.value : good);
            const option =
              half === undefined
                ? schedule
                : (usual as [number, number]).map((x, i) => (i === half ? schedule : x));
            return { ...tuned(backend, entry.make, { [key]: option }), gives };
          },
          together: true,
          cases: [...wrong, { given: undefined }, { given: Promise.resolve(0.5) }, { given: () => 0.5 }].map(
            ({ given }): Case<Scheduled> => ({
              title: `${titled(given)}`,
              outcome: 'OPTION',
              says: ['Expected', key],
              attempt: scene => () => {
                scene.gives.now = { value: given };
                try {
                  scene.goOn();
                } finally {
                  scene.gives.now = null;
                }
              },
            }),
          ),
        });
      });
  });
}

/** Names that no optimizer has an option under. */
function unknown(backend: Backend): Chapter[] {
  return everyOptimizer.map(entry =>
    chapter<Tuned>({
      title: `${entry.name}, unknown options`,
      begin: () => tuned(backend, entry.make),
      together: true,
      cases: ['learningRate', 'LR', 'constructor', '__proto__', 'toString', '', '0', 'params'].flatMap(
        (key): Case<Tuned>[] => {
          const own = (more: object) => Object.defineProperty(more, key, { value: 1, enumerable: true });
          const known = Object.keys(defaultsOf(entry.rule)).join(', ');
          const cases: [string, Case<Tuned>['attempt']][] = [
            [
              'at construction',
              ({ params }) =>
                () =>
                  entry.make(params, own({ backend })),
            ],
            [
              'of a group',
              ({ params }) =>
                () =>
                  entry.make([own({ params })], { backend }),
            ],
            [
              'by set',
              ({ optimizer }) =>
                () =>
                  optimizer.set(own({})),
            ],
          ];
          return cases
            .filter(([way]) => !(key === 'params' && way === 'of a group'))
            .map(([way, attempt]) => ({
              title: `${JSON.stringify(key)} ${way}`,
              outcome: 'OPTION',
              says: [JSON.stringify(key), known],
              attempt,
            }));
        },
      ),
    }),
  );
}

/** What is no options at all, and passes for none given. */
function noOptions(backend: Backend): Chapter {
  const things: [string, unknown][] = [
    ['null', null],
    ['a number', 0.01],
    ['a text', 'adam'],
    ['true', true],
    ['a function', () => ({ lr: 0.1 })],
    ['an empty list', []],
    ['a list', [0.1]],
    ['a Map', new Map([['lr', 0.1]])],
    ['a Set', new Set(['lr'])],
    ['a promise', Promise.resolve({ lr: 0.1 })],
    ['a WeakMap', new WeakMap()],
    ['a Date', new Date(0)],
  ];
  return chapter<Tuned>({
    title: 'options as a whole',
    begin: () => tuned(backend, (params, options) => new Adam(params as Wrong, options)),
    cases: things.flatMap(([title, wrong]): Case<Tuned>[] => [
      {
        title: `${title} at construction`,
        outcome: 'OPTION',
        says: ['options', 'got '],
        attempt:
          ({ params }) =>
          () =>
            new Adam(params, wrong as Wrong),
      },
      {
        title: `${title} to set`,
        outcome: 'OPTION',
        says: ['options', 'got '],
        attempt:
          ({ optimizer }) =>
          () =>
            optimizer.set(wrong),
      },
    ]),
  });
}

type Attempts = readonly (readonly [title: string, attempt: Case<Tuned>['attempt'], ...says: string[]])[];

const refusing = (rows: Attempts): Case<Tuned>[] =>
  rows.map(([title, attempt, ...says]) => ({ title, outcome: 'OPTION', says, attempt }));

const setting =
  (options: object): Case<Tuned>['attempt'] =>
  ({ optimizer }) =>
  () =>
    optimizer.set(options);
const assigning =
  (key: string, value: unknown): Case<Tuned>['attempt'] =>
  ({ optimizer }) =>
  () => {
    optimizer.groups[0][key] = value;
  };
const making =
  (make: (params: Tuned['params']) => unknown): Case<Tuned>['attempt'] =>
  ({ params }) =>
  () =>
    make(params);

/** Options that are good by themselves. */
function togetherWrong(backend: Backend): Chapter[] {
  const nesterov = { backend, nesterov: true, momentum: 0.9 };
  return [
    chapter<Tuned>({
      title: 'options that do not go together, SGD',
      begin: () => tuned(backend, (params, options) => new SGD(params as Wrong, options), nesterov),
      cases: refusing([
        [
          'nesterov without momentum',
          making(params => new SGD(params, { backend, nesterov: true })),
          'momentum',
          'nesterov',
        ],
        [
          'nesterov with dampening',
          making(params => new SGD(params, { ...nesterov, dampening: 0.5 })),
          'dampening',
          'nesterov',
        ],
        [
          'nesterov with a dampening that a schedule gives',
          making(params => new SGD(params, { ...nesterov, dampening: () => 0.5 })),
          'dampening',
          'nesterov',
        ],
        ['dampening set', setting({ dampening: 0.5 }), 'dampening', 'nesterov'],
        ['dampening of a living group', assigning('dampening', 0.5), 'dampening', 'nesterov'],
      ]),
    }),
    chapter<Tuned>({
      title: 'options of which one comes before a wrong one',
      begin: () => tuned(backend, (params, options) => new Adam(params as Wrong, options)),
      cases: refusing([
        ['another out of range', setting({ lr: 0.25, weightDecay: -1 }), 'weightDecay', 'got -1'],
        ['another unknown', setting({ lr: 0.25, nonsense: 1 }), '"nonsense"'],
        ['half of a pair', setting({ lr: 0.25, betas: [0.5, 1] }), 'betas[1]', 'got 1'],
        ['a schedule', setting({ lr: () => 0.25, eps: () => -1 }), 'eps(2)', 'got -1'],
        ['undefined for a living group', assigning('lr', undefined), 'lr', 'undefined'],
        ['NaN for a living group', assigning('lr', Number.NaN), 'lr', 'NaN'],
      ]),
    }),
    ...(
      [
        ['Adam', (p, o) => new Adam(p, o), {}, 'amsgrad', true],
        ['Adam with amsgrad', (p, o) => new Adam(p, o), { amsgrad: true }, 'amsgrad', false],
        ['AdamW', (p, o) => new AdamW(p, o), {}, 'amsgrad', true],
        ['SGD', (p, o) => new SGD(p, o), {}, 'momentum', 0.9],
        ['SGD, by a schedule', (p, o) => new SGD(p, o), {}, 'momentum', () => 0.9],
        ['SGD with momentum', (p, o) => new SGD(p, o), { momentum: 0.9 }, 'momentum', 0],
        ['SGD with momentum', (p, o) => new SGD(p, o), { momentum: 0.9 }, 'nesterov', true],
        ['SGD with nesterov', (p, o) => new SGD(p, o), { momentum: 0.9, nesterov: true }, 'nesterov', false],
        ['RMSprop', (p, o) => new RMSprop(p, o), {}, 'centered', true],
        ['RMSprop', (p, o) => new RMSprop(p, o), {}, 'momentum', 0.9],
        ['RMSprop that is centered', (p, o) => new RMSprop(p, o), { centered: true }, 'centered', false],
      ] as [string, (params: Wrong, options: object) => unknown, object, string, unknown][]
    ).map(([title, make, options, key, value]) =>
      chapter<Tuned>({
        title: `${key} of ${title}, which decides what state there is`,
        begin: () => tuned(backend, make, options),
        cases: [
          ...refusing([
            ['by set', setting({ [key]: value }), key, 'construct a new optimizer'],
            ['by set, beside others', setting({ lr: 0.5, [key]: value }), key, 'construct a new optimizer'],
            ['of a living group', assigning(key, value), key, 'construct a new optimizer'],
          ]),
          // What was switched on stays, where its state is there.
          ...(typeof value === 'function' || (key !== 'nesterov' && !value)
            ? []
            : [
                {
                  title: 'in a state',
                  outcome: 'STATE' as const,
                  says: ['param_groups[1]', key],
                  attempt: ({ optimizer }: Tuned) => {
                    const state = optimizer.stateDict();
                    state.param_groups[1][snake(key)] = value;
                    return () => optimizer.loadStateDict(state);
                  },
                },
              ]),
        ],
      }),
    ),
  ];
}

/** What the type of a group's tensors cannot hold. */
function ofTypes(backend: Backend): Chapter {
  interface Mixed extends Scene {
    readonly optimizer: Wrong;
    readonly params: { readonly w: Float32Array; readonly b: Float64Array };
  }
  const cases: [string, (scene: Mixed) => unknown, ...string[]][] = [
    [
      'an eps below singles',
      ({ params: { w } }) => new Adam([w], { backend, eps: 1e-46 }),
      'eps',
      'float32',
      '1e-46',
    ],
    [
      'an eps below singles, among doubles',
      ({ params: { w, b } }) => new Adam([b, w], { backend, eps: 1e-46 }),
      'eps',
      'float32',
    ],
    [
      'an lr above singles',
      ({ params: { w } }) => new SGD([w], { backend, lr: 1e39 }),
      'lr',
      'float32',
      '1e+39',
    ],
    [
      'an eps of the group of singles',
      ({ params: { w, b } }) => new Adam([{ params: [b] }, { params: [w], eps: 1e-46 }], { backend }),
      'eps',
      'float32',
    ],
    [
      'an eps for one group and not the other, by set',
      ({ optimizer }) => optimizer.set({ lr: 0.25, eps: 1e-46 }),
      'eps',
      'float32',
    ],
    [
      'a scale for one group and not the other, by set',
      ({ optimizer }) => optimizer.set({ gradientScale: 1e39 }),
      'gradientScale',
    ],
    [
      'an eps of the living group of singles',
      ({ optimizer }) => {
        optimizer.groups[1].eps = 1e-46;
      },
      'eps',
      'float32',
    ],
  ];
  return chapter<Mixed>({
    title: "options that the tensors' type cannot hold",
    begin: () => {
      const params = { w: f32(1, 2), b: f64(3) };
      const optimizer: Wrong = new Adam(
        [
          { params: [params.b], eps: 1e-46 },
          { params: [params.w], lr: 0.5 },
        ],
        { backend },
      );
      const goOn = () => optimizer.step([[f64(1)], [f32(1, 1)]]);
      goOn();
      return { optimizer, params, arrays: { ...params }, tell: tellOf(optimizer), goOn };
    },
    cases: cases.map(([title, attempt, ...says]) => ({
      title,
      outcome: 'OPTION',
      says,
      attempt: scene => () => attempt(scene),
    })),
  });
}

/** The public face of a group, and code of the user's in options. */
function faces(backend: Backend): Chapter {
  const sealed: [string, (optimizer: Wrong) => unknown][] = [
    [
      'an unknown option of a living group',
      ({ groups }) => {
        groups[0].learningRate = 1;
      },
    ],
    [
      'half of a pair of a living group',
      ({ groups }) => {
        groups[0].betas[0] = 0;
      },
    ],
    [
      "a living group's names",
      ({ groups }) => {
        groups[0].names = [];
      },
    ],
    [
      "one of a living group's names",
      ({ groups }) => {
        groups[0].names[0] = 'v';
      },
    ],
    [
      'an option deleted of a living group',
      ({ groups }) => {
        delete groups[0].lr;
      },
    ],
    [
      'another living group',
      ({ groups }) => {
        groups[1] = groups[0];
      },
    ],
    ['one more living group', ({ groups }) => groups.push(groups[0])],
    [
      'steps',
      optimizer => {
        optimizer.steps = 7;
      },
    ],
  ];
  const throwing: [string, Case<Tuned>['attempt']][] = [
    ['a schedule that is set', setting({ lr: raise })],
    ['a schedule of a living group', assigning('lr', raise)],
    [
      'a getter of what is set',
      ({ optimizer }) =>
        () =>
          optimizer.set({
            weightDecay: 0.5,
            get lr() {
              return raise();
            },
          }),
    ],
    [
      'half of a pair that is set',
      setting({
        betas: [
          0.5,
          () => {
            throw mine;
          },
        ],
      }),
    ],
  ];
  let asked = 0;
  return chapter<Tuned>({
    title: 'living groups, and code in options',
    begin: () => tuned(backend, (params, options) => new Adam(params as Wrong, options)),
    cases: [
      ...sealed.map(
        ([title, attempt]): Case<Tuned> => ({
          title,
          outcome: 'TypeError',
          says: [],
          attempt:
            ({ optimizer }) =>
            () =>
              attempt(optimizer),
        }),
      ),
      ...throwing.map(([title, attempt]): Case<Tuned> => ({ title, outcome: 'mine', says: [], attempt })),
      {
        title: 'a schedule that is wrong for the second group only',
        outcome: 'OPTION',
        says: ['lr(2)', 'got -1'],
        attempt: ({ optimizer }) => {
          asked = 0;
          return () => optimizer.set({ lr: () => (++asked > 1 ? -1 : 0.1) });
        },
      },
    ],
  });
}

export const options = (backend: Backend): Chapter[] => [
  ...generated(backend),
  ...scheduled(backend),
  ...unknown(backend),
  noOptions(backend),
  ...togetherWrong(backend),
  ofTypes(backend),
  faces(backend),
];
