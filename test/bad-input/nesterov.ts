/** Closures that fail while the parameters are away at the look-ahead point, from where they must come back. */
import { Nesterov } from '../../src/index.js';
import type { FloatArray } from '../walk.js';
import { badArrays, detach, f32, f64, shared } from './arrays.js';
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
import { newGrads, newParams, tellOf, type Way } from './scenes.js';

interface Ahead extends Scene {
  readonly optimizer: Wrong;
  readonly params: { readonly w: FloatArray; readonly b: FloatArray };
  readonly grads: () => { readonly w: FloatArray; readonly b: FloatArray };
  readonly step: (closure: unknown) => unknown;
  readonly schedule: { now: (() => unknown) | null };
}

function begin(backend: Backend, way: Way = 'step', waits = false): Ahead {
  const place = <A extends FloatArray>(array: A): A => (way === 'stepAsync' ? shared(array) : array);
  const each = ({ w, b }: { w: Float32Array; b: Float64Array }) => ({ w: place(w), b: place(b) });
  const old = each(newParams());
  const grads = () => each(newGrads());
  const schedule: Ahead['schedule'] = { now: null };
  const optimizer: Wrong = new Nesterov(old, {
    backend,
    lr: () => (schedule.now ? schedule.now() : 0.1) as number,
    momentum: 0.5,
  });
  for (let t = 0; t < 2; t++) optimizer.step(grads);
  // Where it comes back from the look-ahead point, the new place has the numbers of the old one: here from the start.
  const params = waits ? { w: old.w.slice(), b: old.b.slice() } : old;
  if (waits) optimizer.rebind(params, old);
  return {
    optimizer,
    params,
    grads,
    schedule,
    arrays: { 'params.w': params.w, 'params.b': params.b },
    tell: tellOf(optimizer),
    step: closure => optimizer[way](closure),
    goOn: () => optimizer[way](grads),
    restore: (name, copy) => optimizer.rebind({ w: null, b: null, [name.slice(-1)]: copy }),
  };
}

type Row = readonly [
  title: string,
  outcome: Case['outcome'],
  closure: (scene: Ahead) => unknown,
  ...says: string[],
];

const refusing = (rows: readonly Row[]): Case<Ahead>[] =>
  rows.map(([title, outcome, closure, ...says]) => ({
    title,
    outcome,
    says,
    attempt: scene => () => scene.step(() => closure(scene)),
  }));

const returned: Case<Ahead>[] = [
  ...badArrays.map(
    ({ title, make, code, called = '' }): Case<Ahead> => ({
      title,
      outcome: code,
      says: ['grads.w', called],
      attempt: scene => {
        const wrong = make();
        return () => scene.step(() => ({ ...scene.grads(), w: wrong }));
      },
    }),
  ),
  ...refusing([
    ['nothing', 'SHAPE', () => undefined, 'grads', 'got undefined'],
    ['null', 'SHAPE', () => null, 'grads', 'got null'],
    ['a list', 'SHAPE', ({ grads }) => Object.values(grads()), 'grads', 'an array of 2'],
    ['a gradient', 'SHAPE', ({ grads }) => grads().w, 'grads', 'Float32Array(5)'],
    ['a closure', 'SHAPE', ({ grads }) => grads, 'grads', 'a function'],
    ['a Map', 'SHAPE', ({ grads }) => new Map(Object.entries(grads())), 'grads', 'a record'],
    ['a misspelt name', 'NAME', () => ({ W: f32(1) }), 'grads', '"W"'],
    ['doubles too few', 'LENGTH', ({ grads }) => ({ ...grads(), b: f64(1) }), 'grads.b', 'Float64Array(1)'],
    ['singles for doubles', 'DTYPE', ({ grads }) => ({ ...grads(), b: f32(1, 2, 3) }), 'grads.b'],
    ['the parameters themselves', 'ALIAS', ({ params }) => params, 'grads.w', 'params.w'],
    [
      'a part of the parameters',
      'ALIAS',
      ({ params: { b } }) => ({ w: new Float32Array(b.buffer, 0, 5) }),
      'grads.w',
      'params.b',
    ],
  ]),
];

const promised = refusing([
  [
    'a promise of the gradients',
    'SHAPE',
    async ({ grads }) => grads(),
    'grads',
    'async closure to stepAsync',
  ],
]);

const thrown: Case<Ahead>[] = [
  { title: 'a closure that throws', outcome: 'mine', says: [], attempt: scene => () => scene.step(raise) },
  {
    title: 'a getter of the gradients that throws',
    outcome: 'mine',
    says: [],
    attempt: scene => () =>
      scene.step(() => ({
        ...scene.grads(),
        get b() {
          return raise();
        },
      })),
  },
  {
    title: 'a schedule that throws',
    outcome: 'mine',
    says: [],
    attempt: scene => () => {
      scene.schedule.now = raise;
      try {
        return scene.step(scene.grads);
      } finally {
        scene.schedule.now = null;
      }
    },
  },
  {
    title: 'a schedule that gives no number',
    outcome: 'OPTION',
    says: ['for lr(', 'NaN'],
    attempt: scene => () => {
      scene.schedule.now = () => Number.NaN;
      try {
        return scene.step(scene.grads);
      } finally {
        scene.schedule.now = null;
      }
    },
  },
];

const noClosure: Case<Ahead>[] = (
  [
    ['gradients', scene => scene.grads()],
    ['nothing', () => undefined],
    ['null', () => null],
    ['a text', () => 'closure'],
    ['a promise', async scene => scene.grads()],
  ] as [string, (scene: Ahead) => unknown][]
).map(([title, make]) => ({
  title: `${title} without a closure`,
  outcome: 'SHAPE',
  says: ['closure', 'got '],
  attempt: scene => {
    const wrong = make(scene);
    return () => scene.step(wrong);
  },
}));

const takings: Case<Ahead>[] = (['params.w', 'params.b'] as const).map(name => ({
  title: `a closure that takes ${name}`,
  outcome: 'DETACHED',
  says: [name, 'live arrays'],
  loses: [name],
  attempt: scene => () => scene.step(() => yielding(scene.grads(), () => detach(scene.arrays[name]!))),
}));

/** Memory that was there at one step, and is gone at the next, before anything is away. */
const before: Case<Ahead>[] = (['params.w', 'params.b'] as const).map(name => ({
  title: `${name}, taken since the last step`,
  outcome: 'DETACHED',
  says: [name, 'live arrays'],
  loses: [name],
  attempt: scene => {
    detach(scene.arrays[name]!);
    return () =>
      scene.step(() => {
        throw new Error('the closure was called');
      });
  },
}));

/** What only a step on another thread can come to. */
const apart: Case<Ahead>[] = [
  ...refusing([
    [
      'ordinary memory',
      'PINNED',
      ({ grads }) => ({ ...grads(), w: newGrads().w }),
      'grads.w',
      'SharedArrayBuffer',
    ],
  ]),
  {
    title: 'a promise that is rejected',
    outcome: 'mine',
    says: [],
    attempt: scene => () => scene.step(() => Promise.reject(mine)),
  },
  {
    title: 'a promise of what does not fit',
    outcome: 'LENGTH',
    says: ['grads.w', 'Float32Array(1)'],
    attempt: scene => () => scene.step(async () => ({ ...scene.grads(), w: shared(f32(1)) })),
  },
  {
    title: 'a step while the closure waits',
    outcome: 'BUSY',
    says: ['between steps'],
    attempt: scene => () =>
      scene.step(async () => {
        await new Promise(setImmediate);
        scene.optimizer.step(newGrads);
      }),
  },
];

export const nesterov = (backend: Backend): Chapter[] => [
  ...([false, true] as const).map(waits =>
    chapter({
      title: `Nesterov${waits ? ' that waits' : ''}, by step`,
      begin: () => begin(backend, 'step', waits),
      cases: [...returned, ...promised, ...thrown, ...noClosure],
      // One that waits does so at its first step only.
      together: !waits,
    }),
  ),
  chapter({
    title: 'Nesterov, by stepAsync',
    begin: () => begin(backend, 'stepAsync'),
    cases: [...returned.filter(({ outcome }) => outcome !== 'DETACHED'), ...thrown, ...noClosure, ...apart],
    together: true,
  }),
  chapter({ title: 'Nesterov, memory', begin: () => begin(backend), cases: [...takings, ...before] }),
];
