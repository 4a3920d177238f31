/** What an optimizer cannot be constructed over. */
import { Adam, backend as describeBackend } from '../../src/index.js';
import { dtypeOf } from '../../src/memory.js';
import type { FloatArray } from '../walk.js';
import { badArrays, f32, f64, resizable, thefts } from './arrays.js';
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
import { newGrads, newParams } from './scenes.js';

interface Site extends Scene {
  /** Good parameters, that other attempts may be made with. */
  readonly params: ReturnType<typeof newParams>;
  /** An attempt to construct an optimizer over these; the good arrays among them are looked after. */
  readonly construct: (params: unknown, options?: object) => () => unknown;
}

function site(backend: Backend): Site {
  const params = newParams();
  const arrays: Record<string, FloatArray> = { ...params };
  const collect = (value: Wrong, name: string, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 3) return;
    try {
      if (dtypeOf(value) !== null) arrays[name] = value;
      else if (!ArrayBuffer.isView(value))
        for (const key of Reflect.ownKeys(value)) {
          const { value: inner } = Object.getOwnPropertyDescriptor(value, key) ?? {};
          collect(inner, `${name}.${String(key)}`, depth + 1);
        }
    } catch {
      // A Proxy that does not want to be looked at.
    }
  };
  return {
    params,
    arrays,
    tell: () => null,
    construct: (given, options = {}) => {
      collect(given, 'given', 0);
      return () => new Adam(given as Wrong, { backend, lr: 0.1, ...options });
    },
    goOn: () => {
      const optimizer = new Adam(params, { backend, lr: 0.1 });
      for (let t = 0; t < 2; t++) optimizer.step(newGrads());
      optimizer.dispose();
    },
  };
}

type Row = readonly [title: string, make: (site: Site) => unknown, ...says: string[]];

const refusing = (outcome: Case['outcome'], rows: readonly Row[]): Case<Site>[] =>
  rows.map(([title, make, ...says]) => ({
    title,
    outcome,
    says,
    attempt: site => site.construct(make(site)),
  }));

const bad: Case<Site>[] = badArrays
  .filter(({ fitsElsewhere }) => !fitsElsewhere)
  .flatMap(({ title, make, code, called = '' }) => {
    const says = code === 'DTYPE' ? ['Float32Array or a Float64Array', called] : [called];
    return [
      {
        title: `${title}, in a record`,
        outcome: code,
        says: ['params.w', ...says],
        attempt: (site: Site) => site.construct({ v: f32(1), w: make() }),
      },
      {
        title: `${title}, in a list`,
        outcome: code,
        says: ['params[1]', ...says],
        attempt: (site: Site) => site.construct([f32(1), make()]),
      },
      {
        title: `${title}, in a group`,
        outcome: code,
        says: ['params[1].params[0]', ...says],
        attempt: (site: Site) => site.construct([{ params: [f32(1)] }, { params: [make()] }]),
      },
    ];
  });

const absent: readonly Row[] = (
  [
    ['null', null],
    ['undefined', undefined],
  ] as const
).flatMap(([title, nothing]): Row[] => [
  [`${title} in a record`, () => ({ v: f32(1), w: nothing }), 'params.w', `got ${title}`],
  [`${title} in a list`, () => [f32(1), nothing], 'params[1]', `got ${title}`],
]);

const containers: readonly Row[] = [
  ['an array by itself', () => f32(1, 2), 'params to be an array', 'Float32Array(2)', 'put it in an array'],
  ['an array by itself in a group', () => [{ params: f32(1, 2) }], 'params[0].params', 'Float32Array(2)'],
  ['nothing', () => undefined, 'params', 'got undefined'],
  ['null', () => null, 'params', 'got null'],
  ['a number', () => 3, 'params', 'got 3'],
  ['a text', () => 'w', 'params', 'got "w"'],
  ['a function', () => () => [f32(1)], 'params', 'got a function'],
  ['a DataView', () => new DataView(new ArrayBuffer(8)), 'params', 'got an object'],
  ['null in a group', () => [{ params: null }], 'params[0].params', 'got null'],
  ['a number in a group', () => [{ params: 7 }, { params: [f32(1)] }], 'params[0].params', 'got 7'],
  ['a Map', () => new Map([['w', f32(1)]]), 'params', 'record', 'an object'],
  ['a Set', () => new Set([f32(1)]), 'params', 'an array of Float32Array'],
  ['a promise', () => Promise.resolve([f32(1)]), 'params', 'an array of Float32Array'],
  [
    'a Map in a group',
    () => [{ params: [f32(1)] }, { params: new Map([['w', f32(1)]]) }],
    'params[1].params',
  ],
  ['an empty list', () => [], 'at least one array'],
  ['an empty record', () => ({}), 'at least one array'],
  ['empty groups', () => [{ params: [] }, { params: {} }], 'at least one array'],
];

const overlapping: readonly Row[] = (
  [
    ['the same array twice', ({ params: { w } }) => [w, w]],
    ['a last element of another', ({ params: { w } }) => [w, w.subarray(4)]],
    ['a first element of another', ({ params: { w } }) => [w, w.subarray(0, 1)]],
    ['a part in the middle', ({ params: { w } }) => [w, w.subarray(2, 3)]],
    ['the whole of a part', ({ params: { w } }) => [w.subarray(2, 4), w]],
    ['parts that share one element above', ({ params: { w } }) => [w.subarray(1, 3), w.subarray(2, 5)]],
    ['parts that share one element below', ({ params: { w } }) => [w.subarray(2, 4), w.subarray(0, 3)]],
    ['doubles over singles', ({ params: { b } }) => [b, new Float32Array(b.buffer, 20, 1)]],
    ['another view of the same memory', ({ params: { w } }) => [new Float32Array(w.buffer), w]],
    [
      'shared memory',
      () => {
        const memory = new SharedArrayBuffer(24);
        return [new Float32Array(memory, 0, 4), new Float32Array(memory, 12, 3)];
      },
    ],
  ] as [string, Row[1]][]
).map(([title, make]) => [title, make, 'params[1]', 'params[0]', 'pass each parameter once']);

const further: readonly Row[] = [
  [
    'a third between two',
    ({ params: { w } }) => ({ a: w.subarray(0, 2), b: w.subarray(4), c: w.subarray(2, 5) }),
    'params.c',
    'params.b',
  ],
  [
    'a third between two, in another order',
    ({ params: { w } }) => ({ b: w.subarray(4), a: w.subarray(0, 2), c: w.subarray(2, 5) }),
    'params.c',
    'params.b',
  ],
  [
    'one of another group',
    ({ params: { w } }) => [{ params: { a: w } }, { params: { b: w } }],
    'params[1].params.b',
    'params[0].params.a',
  ],
];

const names: readonly Row[] = [
  [
    'a name in two groups',
    () => [{ params: { w: f32(1), b: f32(2) } }, { params: { b: f32(3) } }],
    '"b"',
    'params[0].params.b',
    'params[1].params.b',
    'unique',
  ],
  ['a number for a name', () => [{ params: [f32(1)] }, { params: { 0: f32(3) } }], '"0"', 'unique'],
];

/** A good option, whose evaluation does something. */
const acting = (act: () => unknown) => ({ lr: () => yielding(0.1, act) });

const interfering: Case<Site>[] = Object.entries(thefts).flatMap(([theft, make]) => {
  const taken = (name: string, attempt: Case<Site>['attempt'], lost = 'given.w'): Case<Site> => ({
    title: `${name}, by ${theft}`,
    outcome: 'DETACHED',
    says: [lost === 'given.w' ? 'params.w' : 'params[0].params.w', 'live arrays'],
    attempt,
    loses: [lost],
  });
  return [
    taken('what a getter takes', site => {
      const { array, steal } = make();
      const params = Object.defineProperty({ w: array } as Record<string, unknown>, 'b', {
        enumerable: true,
        get: () => yielding(f64(3), () => array.length > 0 && steal()),
      });
      return site.construct(params);
    }),
    taken('what a getter of a shape takes', site => {
      const { array, steal } = make();
      const shapes = {
        get w() {
          return yielding([array.length], () => array.length > 0 && steal());
        },
      };
      return site.construct({ w: array }, { shapes });
    }),
    taken('what a schedule takes', site => {
      const { array, steal } = make();
      return site.construct(
        { w: array },
        acting(() => array.length > 0 && steal()),
      );
    }),
    taken(
      "what a group's option takes",
      site => {
        const { array, steal } = make();
        const group = Object.defineProperty({ params: [f32(1)] } as Record<string, unknown>, 'lr', {
          enumerable: true,
          get: () => yielding(0.1, () => array.length > 0 && steal()),
        });
        return site.construct([{ params: { w: array } }, group]);
      },
      'given.0.params.w',
    ),
  ];
});

const throwing: Case<Site>[] = (
  [
    [
      'a getter of the parameters',
      site =>
        site.construct({
          w: f32(1),
          get b(): never {
            return raise();
          },
        }),
    ],
    ['a schedule', site => site.construct({ w: f32(1) }, { lr: raise })],
    [
      'a getter of the options',
      ({ params }) =>
        () =>
          new Adam(params, {
            get lr(): never {
              return raise();
            },
          }),
    ],
    ['the ownKeys of a Proxy', site => site.construct(new Proxy({}, { ownKeys: raise }))],
  ] as [string, Case<Site>['attempt']][]
).map(([title, attempt]) => ({ title, outcome: 'mine', says: [], attempt }));

const wrongBackends: Case<Site>[] = [['gpu'], [null], [1], [''], ['Native'], [{}], [Symbol('wasm')]].flatMap(
  ([wrong]): Case<Site>[] => [
    {
      title: `the backend ${String(wrong)}`,
      outcome: 'OPTION',
      says: ["'auto', 'native' or 'wasm' for backend"],
      attempt: ({ params, construct }) => construct(params, { backend: wrong }),
    },
    {
      title: `backend(${String(wrong)})`,
      outcome: 'OPTION',
      says: ["'auto', 'native' or 'wasm' for backend"],
      attempt: () => () => describeBackend(wrong as Wrong),
    },
  ],
);

/** Shapes of `v`, of 1 element, and `w`, of 6: how they are given, and what is said. */
const shapes: readonly (readonly [
  title: string,
  outcome: Case['outcome'],
  shapes: () => Wrong,
  ...says: string[],
])[] = [
  [
    'of another product',
    'LENGTH',
    () => ({ w: [2, 4] }),
    'shapes.w',
    '6 elements',
    'got [2, 4], which has 8',
  ],
  ['none, for six', 'LENGTH', () => ({ w: [] }), 'shapes.w', 'which has 1'],
  ['of none', 'LENGTH', () => ({ w: [6, 0] }), 'shapes.w', 'which has 0'],
  ['too large', 'LENGTH', () => ({ w: [2 ** 50, 2 ** 50] }), 'shapes.w', 'got [1125899906842624, '],
  [
    'too large beside a 0',
    'LENGTH',
    () => ({ e: [2 ** 50, 2 ** 50, 0] }),
    'shapes.e',
    'too large beside a 0',
  ],
  ['a fraction', 'SHAPE', () => ({ w: [1.5, 4] }), 'shapes.w[0]', 'whole number >= 0', 'got 1.5'],
  ['negative ones', 'SHAPE', () => ({ w: [-2, -3] }), 'shapes.w[0]', 'got -2'],
  ['a text in it', 'SHAPE', () => ({ w: ['2', 3] }), 'shapes.w[0]', 'got "2"'],
  // biome-ignore lint/suspicious/noSparseArray: one that is missing
  ['a hole', 'SHAPE', () => ({ w: [2, , 3] }), 'shapes.w[1]', 'got undefined'],
  ['a number', 'SHAPE', () => ({ w: 6 }), 'shapes.w', 'list of at most 64 whole numbers', 'got 6'],
  ['an Int32Array', 'SHAPE', () => ({ w: Int32Array.of(2, 3) }), 'shapes.w', 'got an object'],
  ['of many dimensions', 'SHAPE', () => ({ w: [6, ...Array(64).fill(1)] }), 'shapes.w', 'got an array of 65'],
  ['that is very long', 'SHAPE', () => ({ w: Array(2 ** 31) }), 'shapes.w', 'got an array of 2147483648'],
  ['null for a record', 'SHAPE', () => null, 'shapes to be a record', 'got null'],
  ['a list for a record', 'SHAPE', () => [null, [2, 3], null], 'shapes to be a record', 'got an array of 3'],
  ['a Map for a record', 'SHAPE', () => new Map([['w', [2, 3]]]), 'shapes to be a record', 'got an object'],
  ['a misspelt name', 'NAME', () => ({ W: [2, 3] }), 'shapes', 'v, w, e', 'got "W"; did you mean w?'],
  ['an inherited name that is unknown', 'NAME', () => Object.create({ u: [1] }), 'shapes', 'got "u"'],
  ['a symbol', 'NAME', () => ({ [Symbol('w')]: [2, 3] }), 'shapes', 'got Symbol(w)'],
];

const listsOfShapes: typeof shapes = [
  ['a record for a list', 'SHAPE', () => ({ 0: [1] }), 'shapes to be a list of 2', 'got an object'],
  ['one too few', 'SHAPE', () => [[1]], 'shapes to be a list of 2', 'got an array of 1'],
  ['one shape for all', 'SHAPE', () => [1, 6], 'shapes[0]', 'got 1'],
  ['of another product in a list', 'LENGTH', () => [null, [5]], 'shapes[1]', 'got [5], which has 5'],
];

const groupsOfShapes: typeof shapes = [
  ['a record for groups', 'SHAPE', () => ({ w: [2, 3] }), 'shapes to be a list of 2', 'got an object'],
  [
    'of one group',
    'SHAPE',
    () => [null],
    'shapes to be a list of 2, one for each group',
    'got an array of 1',
  ],
  ['twice', 'SHAPE', () => [[null], { w: [2, 3] }], 'params[1].shapes and shapes[1]', 'null'],
  ['of another product at the top', 'LENGTH', () => [[[2, 3]], null], 'shapes[0][0]', 'which has 6'],
];

const besideParams: typeof shapes = [
  ['of another product in a group', 'LENGTH', () => ({ w: [2, 4] }), 'params[0].shapes.w', 'which has 8'],
  ['null in a group', 'SHAPE', () => null, 'params[0].shapes to be a record', 'got null'],
  ['a misspelt name in a group', 'NAME', () => ({ W: [6] }), 'params[0].shapes', 'got "W"; did you mean w?'],
];

const wrongShapes: Case<Site>[] = [
  ...(
    [
      [shapes, () => ({ v: f32(1), w: f32(1, 2, 3, 4, 5, 6), e: f32() })],
      [listsOfShapes, () => [f32(1), f32(1, 2, 3, 4, 5, 6)]],
      [
        groupsOfShapes,
        () => [{ params: [f32(1)] }, { params: { w: f32(1, 2, 3, 4, 5, 6) }, shapes: { w: [3, 2] } }],
      ],
    ] as const
  ).flatMap(([rows, params]) =>
    rows.map(([title, outcome, make, ...says]): Case<Site> => {
      return { title, outcome, says, attempt: site => site.construct(params(), { shapes: make() }) };
    }),
  ),
  ...besideParams.flatMap(([title, outcome, make, ...says]): Case<Site>[] => {
    const group = () => ({ params: { w: f32(1, 2, 3, 4, 5, 6) }, shapes: make() });
    const { backend } = { backend: 'wasm' as const };
    return [
      { title, outcome, says, attempt: site => site.construct([group()]) },
      {
        title: `${title} that is added`,
        outcome,
        says: says.map(text => text.replace('params[0]', 'params[1]')),
        attempt: () => {
          const optimizer = new Adam([{ params: [f32(1)] }], { backend });
          return () => optimizer.addGroup(group() as Wrong);
        },
      },
    ];
  }),
  {
    title: 'shapes set later',
    outcome: 'OPTION',
    says: ['got "shapes"'],
    attempt: ({ params }) => {
      const optimizer = new Adam(params, { backend: 'wasm' });
      return () => optimizer.set({ shapes: { w: [5] } } as Wrong);
    },
  },
  {
    title: 'shape of a group',
    outcome: 'OPTION',
    says: ['got "shape"; did you mean shapes?'],
    attempt: ({ construct }) => construct([{ params: [f32(1)], shape: [[1]] }]),
  },
  {
    title: 'what a getter of shapes throws',
    outcome: 'mine',
    says: [],
    attempt: site =>
      site.construct(
        { w: f32(1) },
        {
          shapes: {
            get w(): never {
              return raise();
            },
          },
        },
      ),
  },
];

const settings: Case<Site>[] = [
  {
    title: 'a backend of a group',
    outcome: 'OPTION',
    says: ['"backend"'],
    attempt: ({ construct }) => construct([{ params: [f32(1)], backend: 'wasm' }]),
  },
  ...[1, 'true', null, {}].map(
    (wrong): Case<Site> => ({
      title: `untransferable: ${String(wrong)}`,
      outcome: 'OPTION',
      says: ['true or false for untransferable', 'got '],
      attempt: ({ params, construct }) => construct(params, { untransferable: wrong }),
    }),
  ),
];

export const construction = (backend: Backend): Chapter[] =>
  (
    [
      ['an array', bad],
      ['no array', refusing('DTYPE', absent)],
      [
        'a list of groups and arrays',
        refusing('DTYPE', [['both', () => [{ params: [f32(1)] }, f32(2)], 'params[0]']]),
      ],
      ['the parameters', refusing('SHAPE', containers)],
      ['parameters that overlap', refusing('ALIAS', [...overlapping, ...further])],
      ['names', refusing('NAME', names)],
      [
        'resizable doubles',
        refusing('RESIZABLE', [
          [
            'a tail',
            () => ({ w: new Float64Array(resizable(16, 40), 8) }),
            'params.w',
            'new Float64Array(params.w)',
          ],
          [
            'a part',
            () => [new Float64Array(resizable(16, 40), 8, 1)],
            'params[0]',
            'new Float64Array(params[0])',
          ],
        ]),
      ],
      ['memory that goes meanwhile', interfering],
      ['what the user throws', throwing],
      ['shapes', wrongShapes],
      ['settings', [...wrongBackends, ...settings]],
    ] as [string, Case<Site>[]][]
  ).map(([title, cases]) =>
    chapter({
      title: `construction, ${title}`,
      begin: () => site(backend),
      cases,
      together: cases.length > 50,
    }),
  );
