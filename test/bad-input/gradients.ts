/** Gradients that do not fit, by themselves or as a whole, given to a step and to one on another thread. */
import vm from 'node:vm';
import { lengthOf } from '../../src/memory.js';
import { type Shape, shapes } from '../walk.js';
import { badArrays, detach, f32, f64, thefts } from './arrays.js';
import { type Backend, type Case, type Chapter, chapter, type Wrong } from './case.js';
import { newGrads, paths, type Training, training, type Way } from './scenes.js';

/** An attempt to step with what is made. */
const stepping =
  (make: (scene: Training) => unknown): Case<Training>['attempt'] =>
  scene => {
    const wrong = make(scene);
    return () => scene.step(wrong);
  };

function unfit(shape: Shape): Case<Training>[] {
  const [w, b] = paths[shape].grads;
  const [pw, pb] = paths[shape].params;
  const first = badArrays.map(({ title, make, code, called = '' }): Case<Training> => {
    const like = code === 'DTYPE' || code === 'LENGTH' ? `Float32Array(5) like ${pw}` : '';
    return {
      title,
      outcome: code,
      says: [w, like, called],
      attempt: stepping(({ grads, give }) => give({ ...grads(), w: make() })),
    };
  });
  const second: [string, () => unknown, Case['outcome'], string][] = [
    ['an array of three', () => [1, 2, 3], 'DTYPE', 'got an array of 3'],
    ['singles', () => f32(1, 2, 3), 'DTYPE', 'got Float32Array(3)'],
    ['too short', () => f64(1, 2), 'LENGTH', 'got Float64Array(2)'],
    ['too long', () => f64(1, 2, 3, 4), 'LENGTH', 'got Float64Array(4)'],
  ];
  return [
    ...first,
    ...second.map(
      ([title, make, outcome, called]): Case<Training> => ({
        title: `${title}, for the other`,
        outcome,
        says: [b, `Float64Array(3) like ${pb}`, called],
        attempt: stepping(({ grads, give }) => give({ ...grads(), b: make() })),
      }),
    ),
    {
      title: 'the two in the wrong places',
      outcome: 'DTYPE',
      says: [w, 'got Float64Array(3)'],
      attempt: stepping(({ grads, give }) => (({ w, b }) => give({ w: b, b: w }))(grads())),
    },
  ];
}

type Row = readonly [title: string, make: (scene: Training) => unknown, ...says: string[]];

const refusing = (outcome: Case['outcome'], rows: readonly Row[]): Case<Training>[] =>
  rows.map(([title, make, ...says]) => ({ title, outcome, says, attempt: stepping(make) }));

const containers: Record<Shape, readonly Row[]> = {
  record: [
    ['a list', ({ grads }) => Object.values(grads()), 'grads', 'a record with the keys', 'an array of 2'],
    ['an empty list', () => [], 'grads', 'a record', 'an array of 0'],
    ['null', () => null, 'grads', 'got null'],
    ['nothing', () => undefined, 'grads', 'got undefined'],
    ['a number', () => 1, 'grads', 'got 1'],
    ['true', () => true, 'grads', 'got true'],
    ['a text', () => 'wb', 'grads', 'got "wb"'],
    ['a gradient', ({ grads }) => grads().w, 'grads', 'Float32Array(5)'],
    ['a DataView', () => new DataView(new ArrayBuffer(4)), 'grads', 'a record'],
    ['a Map', ({ grads }) => new Map(Object.entries(grads())), 'grads', 'a record'],
    ['a Set', ({ grads }) => new Set(Object.values(grads())), 'grads', 'a record'],
    ['a promise', ({ grads }) => Promise.resolve(grads()), 'grads', 'got a promise; await it'],
    ['a Date', () => new Date(0), 'grads', 'a record'],
    ['a closure', ({ grads }) => grads, 'grads', 'a function'],
    ['a class', () => class Gradients {}, 'grads', 'a function'],
    ['groups', ({ grads }) => [grads()], 'grads', 'a record', 'an array of 1'],
  ],
  list: [
    ['a record', ({ grads }) => grads(), 'grads', 'an array of 2', 'an object'],
    ['a list that is too short', ({ grads }) => [grads().w], 'grads', 'an array of 2', 'one of 1'],
    ['a list that is too long', ({ grads }) => [...Object.values(grads()), null], 'grads', 'one of 3'],
    ['an empty list', () => [], 'grads', 'an array of 2', 'one of 0'],
    ['a gradient', ({ grads }) => grads().w, 'grads', 'an array of 2', 'Float32Array(5)'],
    ['null', () => null, 'grads', 'got null'],
    ['nothing', () => undefined, 'grads', 'got undefined'],
    ['a Set', ({ grads }) => new Set(Object.values(grads())), 'grads', 'an array of 2'],
    [
      'an object with numbers for keys',
      ({ grads }) => ({ 0: grads().w, 1: grads().b, length: 2 }),
      'grads',
      'an array of 2',
    ],
    ['an iterator', ({ grads }) => Object.values(grads()).values(), 'grads', 'an array of 2'],
  ],
  groups: [
    ['a record', ({ grads }) => grads(), 'grads', 'a list of 2 groups'],
    ['one group', ({ grads }) => [{ w: grads().w }], 'grads', 'a list of 2 groups', 'an array of 1'],
    ['three groups', () => [{}, [null], []], 'grads', 'a list of 2 groups', 'an array of 3'],
    ['null', () => null, 'grads', 'a list of 2 groups', 'got null'],
    [
      'a list for a record',
      ({ grads }) => [[grads().w], [grads().b]],
      'grads[0]',
      'a record',
      'an array of 1',
    ],
    ['a record for a list', ({ grads }) => [{ w: grads().w }, { b: grads().b }], 'grads[1]', 'an array of 1'],
    [
      'a list that is too long',
      ({ grads }) => [{}, [grads().b, null]],
      'grads[1]',
      'an array of 1',
      'one of 2',
    ],
    ['an empty list in the second', ({ grads }) => [{ w: grads().w }, []], 'grads[1]', 'one of 0'],
    ['a missing group', ({ grads }) => [undefined, [grads().b]], 'grads[0]', 'got undefined'],
    ['a gradient for a group', ({ grads }) => [grads().w, [grads().b]], 'grads[0]', 'Float32Array(5)'],
  ],
};

const names: Record<Shape, readonly Row[]> = {
  record: [
    ['a name too many', ({ grads }) => ({ ...grads(), bias: f32(1) }), 'grads', 'w, b', '"bias"'],
    ['a misspelt name', ({ grads }) => ({ W: grads().w }), '"W"', 'w, b'],
    ['an unknown name with undefined', () => ({ w: undefined, c: undefined }), '"c"'],
    ['an unknown name with null', () => ({ w: null, c: null }), '"c"'],
    ['a number for a name', ({ grads }) => ({ ...grads(), 0: f32(1) }), '"0"'],
    ['an empty name', ({ grads }) => ({ ...grads(), '': f32(1) }), '""'],
    ['__proto__ for a name', () => JSON.parse('{"__proto__": null}'), '"__proto__"'],
    ['constructor for a name', ({ grads }) => ({ ...grads(), constructor: f32(1) }), '"constructor"'],
    ['toString for a name', () => ({ toString: null }), '"toString"'],
  ],
  list: [],
  groups: [
    ['a name of another group', ({ grads }) => [grads(), [grads().b]], 'grads[0]', '"b"'],
    ['a misspelt name', ({ grads }) => [{ W: grads().w }, [grads().b]], 'grads[0]', '"W"'],
    [
      'the groups of the construction',
      ({ grads }) => [{ params: { w: grads().w } }, { params: [grads().b] }],
      'grads[0]',
      '"params"',
    ],
  ],
};

const window = (array: Float32Array, from: number): Float32Array =>
  new Float32Array(array.buffer, from * Float32Array.BYTES_PER_ELEMENT, 5);

function overlapping(shape: Shape): readonly Row[] {
  const [w, b] = paths[shape].grads;
  const [pw, pb] = paths[shape].params;
  return (
    [
      ['the parameter itself', ({ params: { w }, grads }) => ({ ...grads(), w }), w, pw],
      [
        'another view of the parameter',
        ({ params: { w }, grads }) => ({ ...grads(), w: new Float32Array(w.buffer) }),
        w,
        pw,
      ],
      ["the other's memory", ({ params: { b }, grads }) => ({ ...grads(), w: window(b as Wrong, 0) }), w, pb],
      [
        "the other's memory, from within",
        ({ params: { b }, grads }) => ({ ...grads(), w: window(b as Wrong, 1) }),
        w,
        pb,
      ],
      ['all the parameters', ({ params }) => params, w, pw],
      ['the other parameter', ({ params: { b } }) => ({ b }), b, pb],
    ] as [string, (scene: Training) => { w?: unknown; b?: unknown }, ...string[]][]
  ).map(([title, make, ...says]) => [
    title,
    (scene: Training) => scene.give(make(scene)),
    ...says,
    'overlaps',
    'copy it with slice()',
  ]);
}

/** An array of the scene whose memory goes between two steps. */
const gone = (
  array: 'params.w' | 'params.b' | 'grads.w' | 'from.w' | 'from.b',
  says: string[],
): Case<Training> => ({
  title: `${array}, taken since the last step`,
  outcome: 'DETACHED',
  says: [array, 'live arrays', ...says],
  loses: [array],
  attempt: scene => {
    detach(scene.arrays[array]!);
    const grads = array === 'grads.w' ? scene.known : scene.grads();
    return () => scene.step(grads);
  },
});

const sittingOut: Case<Training>[] = (['params.w', 'from.w'] as const).map(array => ({
  title: `${array}, taken since the last step, where it sits out`,
  outcome: 'DETACHED',
  says: [array],
  loses: [array],
  attempt: scene => {
    detach(scene.arrays[array]!);
    return () => scene.step({ b: scene.grads().b });
  },
}));

const taken = [
  gone('params.w', ['rebind(), which keeps the state']),
  gone('params.b', []),
  gone('grads.w', []),
];

/** Parameters and gradients that were good, until their own way of being taken away. */
function theftsOf(backend: Backend): Chapter[] {
  return Object.entries(thefts).flatMap(([theft, make]) =>
    (['params', 'grads'] as const).map(kind => {
      interface Owned extends Training {
        readonly steal: () => void;
      }
      return chapter<Owned>({
        title: `a step, ${kind}.w by ${theft}`,
        begin: () => {
          const { array, steal } = make();
          const scene = training(backend);
          const { optimizer, arrays } = scene;
          array.set(newGrads().w);
          const known = { ...newGrads(), w: array };
          if (kind === 'params') optimizer.rebind({ w: array });
          optimizer.step(kind === 'params' ? newGrads() : known);
          return { ...scene, arrays: { ...arrays, [`${kind}.w`]: array }, known, steal };
        },
        cases: [
          {
            title: 'between two steps',
            outcome: 'DETACHED',
            says: [`${kind}.w`, 'live arrays'],
            loses: [`${kind}.w`],
            attempt: scene => {
              scene.steal();
              return () => scene.step(kind === 'params' ? newGrads() : scene.known);
            },
          },
          {
            title: 'within a step',
            outcome: 'DETACHED',
            says: [`${kind}.w`, 'live arrays'],
            loses: [`${kind}.w`],
            attempt: scene => {
              const grads: Wrong = kind === 'params' ? newGrads() : { ...scene.known };
              const { b } = grads;
              Object.defineProperty(grads, 'b', {
                enumerable: true,
                get: () => {
                  if (lengthOf(scene.arrays[`${kind}.w`]!) > 0) scene.steal();
                  return b;
                },
              });
              return () => scene.step(grads);
            },
          },
        ],
      });
    }),
  );
}

/** Memory that could be taken away while another thread writes to it. */
const ordinary: readonly Row[] = (
  [
    ['an ArrayBuffer', ({ grads }) => ({ ...grads(), w: newGrads().w }), 'grads.w'],
    ['an ArrayBuffer for the other', ({ grads }) => ({ ...grads(), b: newGrads().b }), 'grads.b'],
    [
      "another realm's ArrayBuffer",
      ({ grads }) => ({ ...grads(), w: vm.runInNewContext('new Float32Array(5)') }),
      'grads.w',
    ],
    [
      'a buffer that claims to be shared',
      ({ grads }) => {
        const { w } = newGrads();
        Object.defineProperty(w.buffer, Symbol.toStringTag, { value: 'SharedArrayBuffer' });
        return { ...grads(), w };
      },
      'grads.w',
    ],
    [
      'the memory of WebAssembly',
      ({ grads }) => {
        const { WebAssembly } = globalThis as Wrong;
        return { ...grads(), w: new Float32Array(new WebAssembly.Memory({ initial: 1 }).buffer, 0, 5) };
      },
      'grads.w',
    ],
    [
      "the memory of Buffer's pool",
      ({ grads }) => {
        const { buffer, byteOffset } = Buffer.from('0123456789abcdef0123456789abcdef');
        return { ...grads(), w: new Float32Array(buffer, Math.ceil(byteOffset / 4) * 4, 5) };
      },
      'grads.w',
    ],
  ] as [string, Row[1], string][]
).map(([title, make, name]) => [title, make, name, 'SharedArrayBuffer', 'stepAsync']);

/** The same where a parameter is, or is still to be read. */
const moved: Case<Training>[] = (['params.w', 'from.b'] as const).map(name => ({
  title: `an ArrayBuffer for ${name}`,
  outcome: 'PINNED',
  says: [name, 'SharedArrayBuffer', 'untransferable: true'],
  attempt: ({ optimizer, params, grads }) => {
    const { w, b } = { w: params.w.slice(), b: params.b.slice() };
    return async () => {
      if (name === 'params.w') optimizer.rebind({ w });
      else optimizer.rebind({ w: null, b: null }, { b });
      try {
        await optimizer.stepAsync(grads());
      } finally {
        optimizer.rebind({ ...params });
      }
    };
  },
}));

export const gradients = (backend: Backend): Chapter[] => [
  ...(['step', 'stepAsync'] as Way[]).flatMap(way => [
    ...shapes.flatMap(shape =>
      (
        [
          ['an array', unfit(shape)],
          ['the gradients', refusing('SHAPE', containers[shape])],
          ['names', refusing('NAME', names[shape])],
          ['memory of a parameter', refusing('ALIAS', overlapping(shape))],
        ] as [string, Case<Training>[]][]
      ).map(([title, cases]) =>
        chapter({
          title: `${way} of a ${shape}, ${title}`,
          begin: () => training(backend, { shape, way }),
          cases,
          together: true,
        }),
      ),
    ),
  ]),
  ...shapes.map(shape =>
    chapter({
      title: `a step of a ${shape} that was moved, an array`,
      begin: () => training(backend, { shape, waits: true }),
      cases: unfit(shape),
      together: true,
    }),
  ),
  chapter({ title: 'a step, memory that is gone', begin: () => training(backend), cases: taken }),
  chapter({
    title: 'a step, memory that is gone where it sits out',
    begin: () => training(backend),
    cases: sittingOut.slice(0, 1),
  }),
  chapter({
    title: 'a step after a move, memory that is gone',
    begin: () => training(backend, { waits: true }),
    cases: [...taken.slice(0, 2), gone('from.w', []), gone('from.b', []), ...sittingOut],
  }),
  ...theftsOf(backend),
  chapter({
    title: 'stepAsync, memory that could be taken away',
    begin: () => training(backend, { way: 'stepAsync' }),
    cases: [...refusing('PINNED', ordinary), ...moved],
  }),
];
