/** What is refused while a step is under way on another thread, and once an optimizer was disposed of. */
import { MovingAverage, Nesterov } from '../../src/index.js';
import { type Backend, type Case, type Chapter, chapter, type Scene, type Wrong } from './case.js';
import { newGrads, newParams, type Training, training } from './scenes.js';

const acts: Record<string, (scene: Training) => unknown> = {
  step: ({ optimizer, grads }) => optimizer.step(grads()),
  stepAsync: ({ optimizer, grads }) => optimizer.stepAsync(grads()),
  stateDict: ({ optimizer }) => optimizer.stateDict(),
  loadStateDict: ({ optimizer }) => optimizer.loadStateDict({ state: {}, param_groups: [] }),
  set: ({ optimizer }) => optimizer.set({ lr: 1 }),
  rebind: ({ optimizer }) => optimizer.rebind(newParams()),
  'groups[0].lr': ({ optimizer }) => {
    optimizer.groups[0].lr = 1;
  },
  dispose: ({ optimizer }) => optimizer.dispose(),
};

const underWay: Case<Training>[] = Object.entries(acts).map(([name, act]) => ({
  title: `${name} before the step is over`,
  outcome: 'BUSY',
  says: [name === 'dispose' ? 'Expected dispose() between steps' : 'before the promise of stepAsync'],
  within: true,
  attempt: scene => async () => {
    const under = scene.goOn();
    try {
      await act(scene);
    } finally {
      await under;
    }
  },
}));

const together: Case<Training> = {
  title: 'all of them, while one waits for the others',
  outcome: 'BUSY',
  says: ['before the promise of stepAsync'],
  within: true,
  attempt: scene => async () => {
    const under = scene.goOn();
    const errors: unknown[] = [];
    for (const act of Object.values(acts)) {
      try {
        await act(scene);
      } catch (error) {
        errors.push(error);
      }
    }
    await under;
    if (errors.length !== Object.keys(acts).length) return;
    throw errors[0];
  },
};

interface Gone extends Scene {
  readonly optimizer: Wrong;
}

/** An optimizer that is no more; what goes on is another one over the same arrays. */
function gone(backend: Backend): Gone {
  const scene = training(backend);
  scene.optimizer.dispose();
  // Once more: that is no error.
  scene.optimizer.dispose();
  const { optimizer, params, arrays } = scene;
  return {
    optimizer,
    arrays,
    tell: () => [optimizer.steps, optimizer.groups, optimizer.backend().name, optimizer.slots],
    goOn: () => {
      const next = new Nesterov(params as Wrong, { backend });
      next.step(newGrads);
      next.dispose();
    },
  };
}

const afterwards: Case<Gone>[] = Object.entries<(optimizer: Wrong) => unknown>({
  step: optimizer => optimizer.step(newGrads()),
  'step with nothing': optimizer => optimizer.step(),
  stepAsync: optimizer => optimizer.stepAsync(newGrads()),
  stateDict: optimizer => optimizer.stateDict(),
  loadStateDict: optimizer => optimizer.loadStateDict({ state: {}, param_groups: [] }),
  set: optimizer => optimizer.set({ lr: 1 }),
  rebind: optimizer => optimizer.rebind(newParams()),
  'groups[0].lr': optimizer => {
    optimizer.groups[0].lr = 1;
  },
}).map(([name, act]) => ({
  title: name,
  outcome: 'DISPOSED',
  says: ['Expected a live optimizer', 'dispose()'],
  attempt:
    ({ optimizer }) =>
    () =>
      act(optimizer),
}));

interface Others extends Scene {
  readonly nesterov: Wrong;
  readonly average: Wrong;
}

function others(backend: Backend): Others {
  const params = newParams();
  const nesterov: Wrong = new Nesterov(params, { backend });
  const average: Wrong = new MovingAverage(params, { backend });
  nesterov.step(newGrads);
  average.update();
  nesterov.dispose();
  average.dispose();
  return {
    nesterov,
    average,
    arrays: { ...params, 'values.w': average.values.w, 'values.b': average.values.b },
    tell: () => [nesterov.steps, average.steps],
    goOn: () => {
      const next = new Nesterov(params, { backend });
      next.step(newGrads);
      next.dispose();
    },
  };
}

const ofOthers: Case<Others>[] = Object.entries<(scene: Others) => unknown>({
  'a step of Nesterov': ({ nesterov }) => nesterov.step(newGrads),
  'stepAsync of Nesterov': ({ nesterov }) => nesterov.stepAsync(newGrads),
  'an update of a moving average': ({ average }) => average.update(),
  'the state of a moving average': ({ average }) => average.stateDict(),
  'a state for a moving average': ({ average }) =>
    average.loadStateDict({ values: average.values, state: {}, param_groups: [] }),
  'the decay of a moving average': ({ average }) => {
    average.decay = 0.5;
  },
}).map(([title, act]) => ({
  title,
  outcome: 'DISPOSED',
  says: ['Expected a live optimizer', 'dispose()'],
  attempt: scene => () => act(scene),
}));

export const flight = (backend: Backend): Chapter[] => [
  chapter({
    title: 'while a step is under way',
    begin: () => training(backend, { way: 'stepAsync' }),
    cases: [...underWay, together],
  }),
  chapter({ title: 'after dispose()', begin: () => gone(backend), cases: afterwards }),
  chapter({ title: 'after dispose() of another kind', begin: () => others(backend), cases: ofOthers }),
];
