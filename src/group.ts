import { OptionError } from './errors.js';
import type { GroupOptions } from './options.js';
import { type Portrait, portrayed } from './portrait.js';
import { optionsOf, type Rule } from './rule.js';
import type { Hyper } from './types.js';

// A pair that is held has two, and a list of three has three.
type Held<T> = T extends readonly [Hyper, Hyper, Hyper]
  ? T
  : T extends readonly Hyper[]
    ? readonly [Hyper, Hyper]
    : T;

/**
 * A parameter group: its options, to be read and to be set between steps, and the names of its parameters.
 *
 * Setting checks the value at once (OptionError, and nothing changes), as `set()` does. Flags that decide which state there is, such as
 * `amsgrad`, stay as they were constructed. An option that was given as a function of the step is that function; what it gives now
 * stands in the optimizer's `numbers`, and in what `console.log` shows of the group.
 */
export type Group<Options extends object> = {
  [K in keyof Options]-?: Held<Exclude<Options[K], undefined>>;
} & {
  /** The keys of the group's parameters in a state dict. */
  readonly names: readonly string[];
};

/** The public face of a group's options: one accessor for each. */
export function groupFace<Options extends object>(
  rule: Rule<Options>,
  options: GroupOptions<Options>,
  names: readonly string[],
  change: (check: (t: number) => GroupOptions<Options>) => void,
): Group<Options> {
  const face = {};
  Object.defineProperty(face, 'names', { enumerable: true, value: Object.freeze([...names]) });
  for (const key of Object.keys(optionsOf(rule))) {
    Object.defineProperty(face, key, {
      enumerable: true,
      get: () => options.get(key),
      set: (value: unknown) => {
        if (value === undefined) throw new OptionError(`Expected a value for ${key}, got undefined`);
        change(t => options.checked({ [key]: value }, t));
      },
    });
  }
  Object.defineProperty(face, 'toJSON', {
    value: () => ({ class: 'Group', ...options.portrait(), names: names.slice(0, 20) }),
  });
  portrayed({ prototype: face as { toJSON(): Portrait } });
  return Object.seal(face) as Group<Options>;
}
