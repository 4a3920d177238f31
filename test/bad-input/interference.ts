/** The user's own code, called in the middle: getters, Proxies and schedules that throw, take away, or change the list they are in. */
import { lengthOf } from '../../src/memory.js';
import { shapes } from '../walk.js';
import { detach } from './arrays.js';
import { type Backend, type Case, type Chapter, chapter, raise, type Wrong, yielding } from './case.js';
import { newGrads, paths, type Training, training } from './scenes.js';

/** Takes an array away, once. */
const takeAway = (scene: Training, name: string): void => {
  const array = scene.arrays[name]!;
  if (lengthOf(array) > 0) detach(array);
};

/** The gradients in their shape, with something done when the last of them is asked for. */
function trapped({ shape, give }: Training, grads: Wrong, act: () => unknown): unknown {
  const given = give(grads);
  const holder = shape === 'groups' ? given[1] : given;
  const key = shape === 'record' ? 'b' : holder.length - 1;
  Object.defineProperty(holder, key, { enumerable: true, get: () => yielding(grads.b, act) });
  return given;
}

/** The same by a Proxy of the whole. */
function behindProxy({ shape, give }: Training, grads: Wrong, act: () => unknown): unknown {
  const last = shape === 'record' ? 'b' : '1';
  return new Proxy(give(grads), {
    get: (target, key) => yielding(Reflect.get(target, key), () => key === last && act()),
  });
}

const traps = { getter: trapped, Proxy: behindProxy } as const;
type Trap = (typeof traps)[keyof typeof traps];

/** Where the user's code takes an array away within a step. */
function takings(how: string, trap: Trap, names: readonly string[]): Case<Training>[] {
  return names.map(name => ({
    title: `a ${how} takes ${name}`,
    outcome: 'DETACHED',
    says: [name, 'live arrays'],
    loses: [name],
    attempt: scene => {
      const grads = name.startsWith('grads') ? scene.known : scene.grads();
      const given = trap(scene, grads, () => takeAway(scene, name));
      return () => scene.step(given);
    },
  }));
}

const bySchedule = (names: readonly string[]): Case<Training>[] =>
  names.map(name => ({
    title: `a schedule takes ${name}`,
    outcome: 'DETACHED',
    says: [name, 'live arrays'],
    loses: [name],
    attempt: scene => () => {
      scene.schedule.now = t => yielding(0.1 / t, () => takeAway(scene, name));
      try {
        scene.step(scene.give(name.startsWith('grads') ? scene.known : scene.grads()));
      } finally {
        scene.schedule.now = null;
      }
    },
  }));

/** A new gradient, which no step has seen, and which is gone when it is looked at. */
const newOnes: Case<Training>[] = Object.entries(traps).map(([how, trap]) => ({
  title: `a ${how} takes a new gradient that was read before`,
  outcome: 'DETACHED',
  says: ['grads', 'live arrays'],
  attempt: scene => {
    const grads = newGrads();
    const given = trap(scene, grads, () => grads.w.length > 0 && detach(grads.w));
    return () => scene.step(given);
  },
}));

/** An error of the user's passes as it is. */
const throwing: Case<Training>[] = [
  ...Object.entries(traps).map(
    ([how, trap]): Case<Training> => ({
      title: `a ${how} throws`,
      outcome: 'mine',
      says: [],
      attempt: scene => {
        const given = trap(scene, scene.grads(), raise);
        return () => scene.step(given);
      },
    }),
  ),
  {
    title: 'a schedule throws',
    outcome: 'mine',
    says: [],
    attempt: scene => () => {
      scene.schedule.now = raise;
      try {
        scene.step(scene.give(scene.grads()));
      } finally {
        scene.schedule.now = null;
      }
    },
  },
  {
    title: 'a schedule throws the second time it is asked',
    outcome: 'mine',
    says: [],
    attempt: scene => () => {
      let asked = 0;
      scene.schedule.now = t => (asked++ > 0 || scene.shape !== 'groups' ? raise() : 0.5 / t);
      try {
        scene.step(scene.give(scene.grads()));
      } finally {
        scene.schedule.now = null;
      }
    },
  },
];

/** A list that is another when it has been read. */
const changing: Case<Training>[] = (
  [
    ['loses its end', list => list.pop()],
    [
      'is emptied',
      list => {
        list.length = 0;
      },
    ],
    ['gets one more', list => list.push(null)],
  ] as [string, (list: unknown[]) => unknown][]
).map(([title, change]) => ({
  title: `a list ${title} while it is read`,
  outcome: 'SHAPE',
  says: ['grads', 'an array of 2', 'one of '],
  attempt: scene => {
    const list: unknown[] = scene.give(scene.grads());
    const { w } = scene.grads();
    Object.defineProperty(list, 0, { configurable: true, get: () => yielding(w, () => change(list)) });
    return () => scene.step(list);
  },
}));

const changingGroups: Case<Training>[] = (
  [
    ['loses its end', groups => groups.pop(), 'grads[1]'],
    ['loses the end of a group', groups => groups[1].pop(), 'grads[1]'],
  ] as [string, (groups: Wrong) => unknown, string][]
).map(([title, change, named]) => ({
  title: `a list of groups ${title} while it is read`,
  outcome: 'SHAPE',
  says: [named],
  attempt: scene => {
    const groups = scene.give(scene.grads());
    const [first] = groups;
    Object.defineProperty(groups, 0, {
      configurable: true,
      get: () => yielding(first, () => change(groups)),
    });
    return () => scene.step(groups);
  },
}));

const changingRecord: Case<Training>[] = [
  {
    title: 'a record gets an unknown name while it is read',
    outcome: 'NAME',
    says: ['grads', 'w, b', '"c"'],
    attempt: scene => {
      const grads: Wrong = scene.grads();
      const { w } = grads;
      const get = () =>
        yielding(w, () => {
          grads.c = w;
        });
      Object.defineProperty(grads, 'w', { enumerable: true, get });
      return () => scene.step(grads);
    },
  },
];

/** A length that is not the same when it is asked again. */
const lyingLists: Case<Training>[] = [
  {
    title: 'a Proxy of a list has another length each time',
    outcome: 'SHAPE',
    says: ['grads', 'an array of 2', 'one of '],
    attempt: scene => {
      let asked = 0;
      const list = new Proxy(scene.give(scene.grads()), {
        get: (target, key) => (key === 'length' ? 2 + asked++ : Reflect.get(target, key)),
      });
      return () => scene.step(list);
    },
  },
  {
    title: 'a Proxy of a list whose length is NaN',
    outcome: 'SHAPE',
    says: ['grads', 'an array of 2', 'one of NaN'],
    attempt: scene => {
      const list = new Proxy(scene.give(scene.grads()), {
        get: (target, key) => (key === 'length' ? Number.NaN : Reflect.get(target, key)),
      });
      return () => scene.step(list);
    },
  },
];

/** A move whose own lists interfere. */
const moving: Case<Training>[] = [
  ...[0, 1].map(
    (which): Case<Training> => ({
      title: `a getter of a move takes the ${which ? 'source' : 'place'} that was read before`,
      outcome: 'DETACHED',
      says: [which ? 'from.w' : 'params.w', 'live arrays'],
      attempt: scene => {
        const fits = () => ({ w: new Float32Array(5), b: new Float64Array(3) });
        const [to, from] = [fits(), fits()];
        const { w } = [to, from][which]!;
        const get = () => yielding(null, () => w.length > 0 && detach(w));
        Object.defineProperty(from, 'b', { enumerable: true, get });
        return () => scene.optimizer.rebind(to, from);
      },
    }),
  ),
  {
    title: 'a getter of a move takes a parameter that stays',
    outcome: 'DETACHED',
    says: ['params.w', 'live arrays'],
    loses: ['params.w'],
    attempt: scene => {
      const to = {
        w: null,
        get b() {
          return yielding(new Float64Array(3), () => takeAway(scene, 'params.w'));
        },
      };
      return () => scene.optimizer.rebind(to);
    },
  },
];

export const interference = (backend: Backend): Chapter[] => [
  ...shapes.flatMap(shape => {
    const { params, grads } = paths[shape];
    const names = [...params, grads[0]];
    // The Proxy of groups is asked for a group, and takes before any of its gradients is read.
    const cases = Object.entries(traps).flatMap(([how, trap]) => takings(how, trap, names));
    return [
      chapter({
        title: `interference with a ${shape}`,
        begin: () => training(backend, { shape }),
        cases: [...cases, ...bySchedule(names), ...newOnes, ...throwing],
      }),
    ];
  }),
  chapter({
    title: 'interference with one that waits',
    begin: () => training(backend, { waits: true }),
    cases: [
      ...Object.entries(traps).flatMap(([how, trap]) => takings(how, trap, ['params.w', 'from.w', 'from.b'])),
      ...bySchedule(['params.b', 'from.w']),
      ...throwing,
      ...moving.slice(0, 2),
    ],
  }),
  chapter({
    title: 'interference with a list, which changes',
    begin: () => training(backend, { shape: 'list' }),
    cases: [...changing, ...lyingLists],
  }),
  chapter({
    title: 'interference with groups, which change',
    begin: () => training(backend, { shape: 'groups' }),
    cases: changingGroups,
  }),
  chapter({
    title: 'interference with a record, which changes',
    begin: () => training(backend),
    cases: [...changingRecord, ...moving],
  }),
];
