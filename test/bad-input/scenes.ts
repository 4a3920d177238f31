/** Optimizers in the middle of their training, for bad input to befall. */
import { Adam } from '../../src/index.js';
import type { FloatArray, Shape } from '../walk.js';
import { f32, f64, shared } from './arrays.js';
import type { Backend, Scene, Wrong } from './case.js';

export interface Named<W = FloatArray, B = FloatArray> {
  readonly w: W;
  readonly b: B;
}

export const newParams = () => ({ w: f32(1, -2, 3, 0.5, 7), b: f64(0.1, 0.2, 0.3) });
export const newGrads = () => ({ w: f32(0.3, -0.1, 2, 1e-3, 0), b: f64(1, -1, 0.5) });

/** What is passed for the two tensors, in a shape; what is undefined is a missing key. */
export function give(shape: Shape, of: { readonly w?: unknown; readonly b?: unknown }): Wrong {
  if (shape === 'record') return { ...of };
  return shape === 'list' ? [of.w, of.b] : [{ w: of.w }, [of.b]];
}

/** How messages call the two tensors, in each shape. */
export const paths = {
  record: { params: ['params.w', 'params.b'], grads: ['grads.w', 'grads.b'], from: ['from.w', 'from.b'] },
  list: { params: ['params[0]', 'params[1]'], grads: ['grads[0]', 'grads[1]'], from: ['from[0]', 'from[1]'] },
  groups: {
    params: ['params[0].params.w', 'params[1].params[0]'],
    grads: ['grads[0].w', 'grads[1][0]'],
    from: ['from[0].w', 'from[1][0]'],
  },
} as const;

/** How one steps. */
export type Way = 'step' | 'stepAsync';

interface How {
  readonly shape?: Shape;
  /** Whether it was moved, and reads from elsewhere at its next step. */
  readonly waits?: boolean;
  readonly way?: Way;
}

/** An optimizer that took two steps. */
export interface Training extends Scene {
  readonly backend: Backend;
  readonly shape: Shape;
  readonly way: Way;
  readonly optimizer: Wrong;
  readonly params: Named;
  /** The gradients of its last step. */
  readonly known: Named;
  /** New ones that fit. */
  readonly grads: () => Named;
  readonly give: (of: { readonly w?: unknown; readonly b?: unknown }) => Wrong;
  /** What its learning rate does at the step to come; it is asked once a group. */
  readonly schedule: { now: ((t: number) => unknown) | null };
  readonly step: (grads: unknown) => unknown;
  /** Goes on with these gradients, or with new ones. */
  readonly goOn: (grads?: unknown) => unknown;
}

/** What can be told of an optimizer from outside, its arrays aside: its state, and its options as they were given. */
export const tellOf = (optimizer: Wrong) => (): unknown => [
  optimizer.stateDict(),
  optimizer.steps,
  ...optimizer.groups,
];

export function training(
  backend: Backend,
  { shape = 'record', waits = false, way = 'step' }: How = {},
): Training {
  const place = <A extends FloatArray>(array: A): A => (way === 'stepAsync' ? shared(array) : array);
  const each = ({ w, b }: Named): Named => ({ w: place(w), b: place(b) });
  const grads = () => each(newGrads());
  const schedule: Training['schedule'] = { now: null };
  const old = each(newParams());
  const given =
    shape === 'groups' ? [{ params: { w: old.w }, weightDecay: 0.5 }, { params: [old.b] }] : give(shape, old);
  const optimizer: Wrong = new Adam(given, {
    backend,
    amsgrad: true,
    lr: (t: number) => (schedule.now ? schedule.now(t) : 0.1 / t) as number,
  });
  const known = grads();
  for (let t = 0; t < 2; t++) optimizer.step(give(shape, known));
  // Where it is, and where it was.
  let [here, there] = [old, each({ w: new Float32Array(5).fill(8), b: new Float64Array(3).fill(9) })];

  const named = (kind: 'params' | 'grads' | 'from', { w, b }: Named) => ({
    [paths[shape][kind][0]]: w,
    [paths[shape][kind][1]]: b,
  });
  const arrays: Record<string, FloatArray> = { ...named('params', here), ...named('grads', known) };
  const move = () => {
    [here, there] = [there, here];
    Object.assign(arrays, named('params', here), named('from', there));
    optimizer.rebind(give(shape, here), give(shape, there));
  };
  if (waits) move();
  return {
    backend,
    shape,
    way,
    optimizer,
    get params() {
      return here;
    },
    known,
    grads,
    schedule,
    arrays,
    give: of => give(shape, of),
    tell: tellOf(optimizer),
    step: grads => optimizer[way](grads),
    goOn(given = give(shape, grads())) {
      const done = optimizer[way](given);
      if (!waits) return done;
      // It waits again.
      return way === 'step' ? move() : done.then(move);
    },
    restore(name, copy) {
      const at = (kind: 'params' | 'from') => (paths[shape][kind] as readonly string[]).indexOf(name);
      const replaced = (of: Named, i: number): Named => ({
        w: i === 0 ? copy : of.w,
        b: i === 1 ? copy : of.b,
      });
      here = replaced(here, at('params'));
      there = replaced(there, at('from'));
      Object.assign(arrays, named('params', here), waits ? named('from', there) : {});
      optimizer.rebind(give(shape, here), waits ? give(shape, there) : undefined);
    },
  };
}
