/** The optimizer called from within itself: by a schedule, a getter, a Proxy or a closure, within each of its methods. */
import { MovingAverage, Nesterov } from '../../src/index.js';
import type { FloatArray } from '../walk.js';
import { f32 } from './arrays.js';
import { type Backend, type Case, type Chapter, chapter, type Scene, type Wrong, yielding } from './case.js';
import { newGrads, newParams, type Training, tellOf, training } from './scenes.js';

/** What may be called in the middle. */
const acts: Record<string, (optimizer: Wrong) => unknown> = {
  step: optimizer => optimizer.step(newGrads()),
  stateDict: optimizer => optimizer.stateDict(),
  loadStateDict: optimizer => optimizer.loadStateDict({ state: {}, param_groups: [] }),
  set: optimizer => optimizer.set({ lr: 1 }),
  rebind: optimizer => optimizer.rebind(newParams()),
  'groups[0].lr': optimizer => {
    optimizer.groups[0].lr = 1;
  },
  serialize: optimizer => optimizer.serialize(),
  deserialize: optimizer => optimizer.deserialize(new Uint8Array(0)),
  dispose: optimizer => optimizer.dispose(),
};

/** Where it may be called from: an attempt of something good, within which the user's code does something. */
const entrances: Record<string, (scene: Training, act: () => unknown) => () => unknown> = {
  'a schedule of a step': (scene, act) => () => {
    scene.schedule.now = t => yielding(0.1 / t, act);
    try {
      scene.goOn();
    } finally {
      scene.schedule.now = null;
    }
  },
  'a getter of gradients': (scene, act) => {
    const grads = scene.grads();
    const { w } = grads;
    Object.defineProperty(grads, 'w', { enumerable: true, get: () => yielding(w, act) });
    return () => scene.goOn(grads);
  },
  'a Proxy of gradients': (scene, act) => {
    const grads = new Proxy(scene.grads(), {
      get: (target, key) => yielding(Reflect.get(target, key), () => key === 'b' && act()),
    });
    return () => scene.goOn(grads);
  },
  'a getter of a move': (scene, act) => {
    const place = { w: new Float32Array(5), b: new Float64Array(3) };
    const { b } = place;
    Object.defineProperty(place, 'b', { enumerable: true, get: () => yielding(b, act) });
    return () => scene.optimizer.rebind(place);
  },
  'a getter of the sources of a move': (scene, act) => {
    const from = {
      w: null,
      get b() {
        return yielding(new Float64Array(3), act);
      },
    };
    return () => scene.optimizer.rebind({ w: null, b: null }, from);
  },
  'a schedule that is set': (scene, act) => () => scene.optimizer.set({ eps: () => yielding(0.1, act) }),
  'a getter of what is set': (scene, act) => () =>
    scene.optimizer.set({
      get eps() {
        return yielding(0.1, act);
      },
    }),
  'a schedule of a living group': (scene, act) => () => {
    scene.optimizer.groups[0].eps = () => yielding(0.1, act);
  },
  'a getter of a state': (scene, act) => {
    const state = scene.optimizer.stateDict();
    state.state.b.step = 1;
    const { steps } = state;
    Object.defineProperty(state, 'steps', { get: () => yielding(steps, act) });
    return () => scene.optimizer.loadStateDict(state);
  },
  'one who is told how far serialize is': (scene, act) => () =>
    scene.optimizer.serialize({ onProgress: () => act() }),
  'one who is told how far deserialize is': (scene, act) => {
    const bytes = scene.optimizer.serialize();
    return () => scene.optimizer.deserialize(bytes, { onProgress: () => act() });
  },
};

/** The user's code catches what it is told, and the step that it was in comes out as if it had not tried. */
const forgiven = ['a schedule of a step', 'a getter of gradients', 'a Proxy of gradients'];

function catching(act: () => unknown): { readonly act: () => void; readonly error: () => unknown } {
  let error: unknown = new Error('nothing was caught');
  return {
    act: () => {
      try {
        act();
        error = new Error('nothing was thrown');
      } catch (caught) {
        error = caught;
      }
    },
    error: () => error,
  };
}

const within: Case<Training>[] = Object.entries(acts).flatMap(([name, act]) =>
  Object.entries(entrances).flatMap(([where, enter]): Case<Training>[] => [
    {
      title: `${name} from ${where}`,
      outcome: 'BUSY',
      says: [
        name === 'dispose' ? 'Expected dispose() between steps' : 'Expected the optimizer between steps',
      ],
      attempt: scene => enter(scene, () => act(scene.optimizer)),
    },
    ...(forgiven.includes(where)
      ? [
          {
            title: `${name} from ${where}, which goes on`,
            outcome: 'BUSY' as const,
            says: ['between steps'],
            within: true as const,
            attempt: (scene: Training) => {
              const tried = catching(() => act(scene.optimizer));
              const work = enter(scene, tried.act);
              return () => {
                work();
                throw tried.error();
              };
            },
          },
        ]
      : []),
  ]),
);

/** A schedule that stays in its place is asked while a state is loaded; its error is the reason that it was not. */
const whileLoading: Case<Training>[] = Object.entries(acts).map(([name, act]) => ({
  title: `${name} from a schedule while a state is loaded`,
  outcome: 'STATE',
  says: ['param_groups[0]', 'between steps'],
  attempt: scene => {
    const state = scene.optimizer.stateDict();
    state.param_groups[0].weight_decay = 0.5;
    return () => {
      scene.schedule.now = t => yielding(0.1 / t, () => act(scene.optimizer));
      try {
        scene.optimizer.loadStateDict(state);
      } finally {
        scene.schedule.now = null;
      }
    };
  },
}));

interface Ahead extends Scene {
  readonly optimizer: Wrong;
}

function ahead(backend: Backend): Ahead {
  const params = newParams();
  const optimizer: Wrong = new Nesterov(params, { backend, lr: 0.1, momentum: 0.5 });
  for (let t = 0; t < 2; t++) optimizer.step(newGrads);
  return { optimizer, arrays: { ...params }, tell: tellOf(optimizer), goOn: () => optimizer.step(newGrads) };
}

const fromClosures: Case<Ahead>[] = Object.entries({
  ...acts,
  step: (optimizer: Wrong) => optimizer.step(newGrads),
}).flatMap(([name, act]): Case<Ahead>[] => [
  {
    title: `${name} from a closure`,
    outcome: 'BUSY',
    says: ['between steps'],
    attempt:
      ({ optimizer }) =>
      () =>
        optimizer.step(() => yielding(newGrads(), () => act(optimizer))),
  },
  {
    title: `${name} from a closure, which goes on`,
    outcome: 'BUSY',
    says: ['between steps'],
    within: true,
    attempt: ({ optimizer }) => {
      const tried = catching(() => act(optimizer));
      return () => {
        optimizer.step(() => yielding(newGrads(), tried.act));
        throw tried.error();
      };
    },
  },
]);

interface Averaged extends Scene {
  readonly average: Wrong;
  readonly params: Record<string, FloatArray>;
}

function averaged(backend: Backend): Averaged {
  const params: Record<string, FloatArray> = { w: f32(1, 2), b: f32(3) };
  const average: Wrong = new MovingAverage(params, { backend, decay: 0.5 });
  params['w']!.fill(5);
  average.update();
  return {
    average,
    params,
    arrays: { ...params, ...average.values },
    tell: () => [average.stateDict(), average.steps, average.decay],
    goOn: () => average.update(),
  };
}

const fromAverages: Case<Averaged>[] = Object.entries({
  update: (average: Wrong) => average.update(),
  stateDict: (average: Wrong) => average.stateDict(),
  loadStateDict: (average: Wrong) =>
    average.loadStateDict({ values: { ...average.values }, state: {}, param_groups: [] }),
  decay: (average: Wrong) => {
    average.decay = 0.1;
  },
  dispose: (average: Wrong) => average.dispose(),
}).map(([name, act]) => ({
  title: `${name} of a moving average from a getter of its parameters`,
  outcome: 'BUSY',
  says: ['between steps'],
  attempt: ({ average, params }) => {
    const { b } = params;
    return () => {
      Object.defineProperty(params, 'b', {
        configurable: true,
        enumerable: true,
        get: () => yielding(b, () => act(average)),
      });
      try {
        average.update();
      } finally {
        Object.defineProperty(params, 'b', { configurable: true, enumerable: true, value: b });
      }
    };
  },
}));

export const reentry = (backend: Backend): Chapter[] => [
  ...([false, true] as const).map(waits =>
    chapter({
      title: `within one that ${waits ? 'waits' : 'steps'}`,
      begin: () => training(backend, { waits }),
      cases: [...within, ...whileLoading],
    }),
  ),
  chapter({ title: 'within Nesterov', begin: () => ahead(backend), cases: fromClosures }),
  chapter({ title: 'within a moving average', begin: () => averaged(backend), cases: fromAverages }),
];
