/**
 * Functions of the step, called before anything of the step is looked at.
 *
 * They are the user's code: they may make tensors, which moves the memory of TensorFlow.js' wasm backend, or clone, read, assign
 * and dispose the variables. So each is called once, at the beginning of a step, and gives that value again when lanestep asks
 * for it later in the same step.
 */
import type { Schedule } from '../types.js';

interface Follower extends Schedule {
  /** Calls the function for step t and keeps what it gives. */
  ask(t: number): void;
  /** Forgets what it gave. */
  forget(): void;
}

const isFollower = (value: unknown): value is Follower => typeof value === 'function' && 'ask' in value;

function following(given: Schedule): Follower {
  let asked: { readonly t: number; readonly value: number } | null = null;
  const follower: Schedule = t => (asked?.t === t ? asked.value : given(t));
  return Object.assign(follower, {
    ask(t: number) {
      asked = { t, value: given(t) };
    },
    forget() {
      asked = null;
    },
  });
}

const each = (value: unknown, work: (one: unknown) => unknown): unknown =>
  Array.isArray(value) ? value.map(work) : work(value);

/** The same options, with followers in the place of functions. */
export function followed(options: object): Record<string, unknown> {
  const follow = (one: unknown) =>
    typeof one === 'function' && !isFollower(one) ? following(one as Schedule) : one;
  const all = Object.entries(options).map(([key, value]) => [key, each(value, follow)]);
  return { ...options, ...Object.fromEntries(all) };
}

/** The followers among options. */
export const followersIn = (options: object): Follower[] => Object.values(options).flat().filter(isFollower);
