/** Places and sources that an optimizer cannot be moved to, whether it waits for an earlier move or not. */
import { type Shape, shapes } from '../walk.js';
import { badArrays, f32 } from './arrays.js';
import { type Backend, type Case, type Chapter, chapter, raise } from './case.js';
import { paths, type Training, training } from './scenes.js';

const fits = () => ({ w: new Float32Array(5), b: new Float64Array(3) });

/** An attempt to move to, and from, what is made. */
const moving =
  (make: (scene: Training) => readonly unknown[]): Case<Training>['attempt'] =>
  scene => {
    const [to, from] = make(scene);
    return () => scene.optimizer.rebind(to, from);
  };

function unfit(shape: Shape): Case<Training>[] {
  const [place] = paths[shape].params;
  const [source] = paths[shape].from;
  return badArrays.flatMap(({ title, make, code, called = '' }): Case<Training>[] => {
    const likely = code === 'DTYPE' || code === 'LENGTH';
    const of = (name: string, like: string) => [name, likely ? `Float32Array(5) ${like}` : '', called];
    return [
      {
        title: `${title}, for a place`,
        outcome: code,
        says: of(place, 'as before'),
        attempt: moving(({ give }) => [give({ ...fits(), w: make() })]),
      },
      {
        title: `${title}, for a source`,
        outcome: code,
        says: of(source, `like ${place}`),
        attempt: moving(({ give }) => [give(fits()), give({ ...fits(), w: make() })]),
      },
      {
        title: `${title}, for a source of what stays`,
        outcome: code,
        says: of(source, `like ${place}`),
        attempt: moving(({ give }) => [give({ w: null, b: null }), give({ ...fits(), w: make() })]),
      },
    ];
  });
}

type Row = readonly [
  title: string,
  outcome: Case['outcome'],
  make: (scene: Training) => readonly unknown[],
  ...says: string[],
];

const refusing = (rows: readonly Row[]): Case<Training>[] =>
  rows.map(([title, outcome, make, ...says]) => ({ title, outcome, says, attempt: moving(make) }));

const containers: readonly Row[] = [
  ['a list for a record', 'SHAPE', () => [Object.values(fits())], 'params', 'a record'],
  ['nothing', 'SHAPE', () => [], 'params', 'got undefined'],
  ['null', 'SHAPE', () => [null], 'params', 'got null'],
  ['an array', 'SHAPE', () => [fits().w], 'params', 'Float32Array(5)'],
  ['a Map', 'SHAPE', () => [new Map(Object.entries(fits()))], 'params', 'a record'],
  ['a promise', 'SHAPE', () => [Promise.resolve(fits())], 'params', 'a record'],
  ['null for sources', 'SHAPE', () => [fits(), null], 'from', 'got null'],
  ['a list of sources', 'SHAPE', () => [fits(), Object.values(fits())], 'from', 'a record'],
  ['true for sources', 'SHAPE', () => [fits(), true], 'from', 'got true'],
  ['an unknown name', 'NAME', () => [{ ...fits(), c: f32(1) }], 'params', 'w, b', '"c"'],
  ['an unknown source', 'NAME', () => [fits(), { W: f32(1) }], 'from', 'w, b', '"W"'],
  ['__proto__ for a name', 'NAME', () => [JSON.parse('{"__proto__": null}')], 'params', '"__proto__"'],
];

const overlapping: readonly Row[] = (
  [
    [
      'two places that overlap',
      () => {
        const buffer = new ArrayBuffer(48);
        return [{ w: new Float32Array(buffer, 8, 5), b: new Float64Array(buffer, 24) }];
      },
      'params.b',
      'params.w',
    ],
    [
      'two shared places that overlap',
      () => {
        const buffer = new SharedArrayBuffer(48);
        return [{ w: new Float32Array(buffer, 8, 5), b: new Float64Array(buffer, 24) }];
      },
      'params.b',
      'params.w',
    ],
    [
      'a place in a parameter that stays',
      ({ params: { b } }) => [{ w: new Float32Array(b.buffer, 0, 5) }],
      'params.b',
      'params.w',
    ],
    [
      'a source in its own place, moved by an element',
      () => {
        const whole = new Float32Array(6);
        return [{ w: whole.subarray(0, 5) }, { w: whole.subarray(1) }];
      },
      'from.w',
      'params.w',
    ],
    [
      'a source that is the place by another view',
      ({ params: { w } }) => [{}, { w: new Float32Array(w.buffer) }],
      'from.w',
      'params.w',
    ],
    [
      "a source in another's place",
      ({ params: { b } }) => [{ w: new Float32Array(5) }, { w: new Float32Array(b.buffer, 0, 5) }],
      'from.w',
      'params.b',
    ],
  ] as [string, (scene: Training) => readonly unknown[], ...string[]][]
).map(([title, make, ...says]) => [title, 'ALIAS', make, 'overlaps', ...says] as const);

const trapped = (of: object, get: () => unknown): object =>
  Object.defineProperty(of, Object.keys(of).at(-1)!, { enumerable: true, get });

const throwing: Case<Training>[] = [
  {
    title: 'a getter of the places throws',
    outcome: 'mine',
    says: [],
    attempt: moving(({ give }) => [trapped(give(fits()), raise)]),
  },
  {
    title: 'a getter of the sources throws',
    outcome: 'mine',
    says: [],
    attempt: moving(({ give }) => [give(fits()), trapped(give(fits()), raise)]),
  },
];

export const moves = (backend: Backend): Chapter[] =>
  [false, true].flatMap(waits => [
    ...shapes.map(shape =>
      chapter({
        title: `rebind of a ${shape}${waits ? ' that waits' : ''}, an array`,
        begin: () => training(backend, { shape, waits }),
        cases: [...unfit(shape), ...throwing],
        together: true,
      }),
    ),
    chapter({
      title: `rebind${waits ? ' of one that waits' : ''}, in other ways`,
      begin: () => training(backend, { waits }),
      cases: refusing([...containers, ...overlapping]),
    }),
  ]);
