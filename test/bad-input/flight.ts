/** What is refused while a step is under way on another thread, and once an optimizer was disposed of. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  serialize: ({ optimizer }) => optimizer.serialize(),
  deserialize: ({ optimizer }) => optimizer.deserialize(new Uint8Array(0)),
  save: ({ optimizer }) => optimizer.save('/nowhere/at/all'),
  load: ({ optimizer }) => optimizer.load('/nowhere/at/all'),
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
    const all = Object.values(acts).map(async act => act(scene));
    const outcomes = await Promise.allSettled(all);
    await under;
    // One that was let in would be missing here.
    throw outcomes.every(({ status }) => status === 'rejected')
      ? (outcomes[0] as PromiseRejectedResult).reason
      : new Error('somebody was let in');
  },
};

/** A checkpoint is written, or read: one that has what the optimizer has, so that nothing is changed by it. */
const checkpoints: Case<Training>[] = (['save', 'load'] as const).flatMap(way =>
  Object.entries(acts).map(
    ([name, act]): Case<Training> => ({
      title: `${name} before ${way} is over`,
      outcome: 'BUSY',
      says: [name === 'dispose' ? 'Expected dispose() between steps' : 'save or load was settled'],
      attempt: scene => async () => {
        const folder = mkdtempSync(join(tmpdir(), 'lanestep-bad-'));
        const file = join(folder, 'checkpoint');
        writeFileSync(file, scene.optimizer.serialize());
        const under = scene.optimizer[way](file);
        try {
          await act(scene);
        } finally {
          await under;
          rmSync(folder, { recursive: true });
        }
      },
    }),
  ),
);

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
  serialize: optimizer => optimizer.serialize(),
  deserialize: optimizer => optimizer.deserialize(new Uint8Array(0)),
  save: optimizer => optimizer.save('/nowhere/at/all'),
  load: optimizer => optimizer.load('/nowhere/at/all'),
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
  chapter({
    title: 'while a checkpoint is under way',
    begin: () => training(backend),
    cases: checkpoints,
    together: true,
  }),
  chapter({ title: 'after dispose()', begin: () => gone(backend), cases: afterwards }),
  chapter({ title: 'after dispose() of another kind', begin: () => others(backend), cases: ofOthers }),
];
