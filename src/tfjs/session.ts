/**
 * The variables of an optimizer by name, and lanestep's optimizer over their arrays.
 *
 * lanestep registers its arrays once, and TensorFlow.js' variables come, change their arrays and sit out as they like. So
 * the arrays are moved under the optimizer where that is needed, and the optimizer is made anew, with its state, when a
 * variable comes that it has not seen.
 */
import { ShapeError, StateError } from '../errors.js';
import type { Optimizer } from '../optimizer.js';
import type { ParameterState, StateDict } from '../state-dict.js';
import type { FloatArray } from '../types.js';
import type { Lease, Part, Store } from './stores/index.js';

/** A lanestep optimizer over a list of arrays, whichever it is. */
// biome-ignore lint/suspicious/noExplicitAny: options and inputs differ from class to class
export type Inner = Optimizer<any, any, any>;

/** Makes one. */
export type Make = (params: readonly FloatArray[], options: object) => Inner;

/** What is known of a variable. */
export interface Known {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
}

// The first array of every optimizer has no elements and no gradients: it is there before there are variables, so that
// options can be checked, read and set, and its clock is how far the optimizer is.
const anchor = new Float32Array(0);
const anchors = 1;
/** Its key in a state dict. */
export const anchorKey = '0';

/** Whether two shapes are the same. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** How far an optimizer or a tensor is: the step count and the scalars of an entry of a state dict. */
export const clockOf = (entry: ParameterState): ParameterState =>
  Object.fromEntries(
    Object.entries(entry).filter(([, value]) => typeof value === 'number'),
  ) as ParameterState;

/** The variables that an optimizer has seen so far, and lanestep's optimizer over them. */
export class Session {
  readonly known: readonly Known[];
  readonly inner: Inner;
  readonly #make: Make;
  readonly #places: ReadonlyMap<string, number>;
  // What the optimizer is bound to, in its order; and where variables are bound to that sit out.
  readonly #arrays: FloatArray[];
  readonly #spare: (FloatArray | undefined)[] = [];
  readonly #gradients: (FloatArray | null)[];

  constructor(make: Make, options: object, variables: readonly Known[] = []) {
    const known = variables.map(({ name, shape, size }) => ({ name, shape: [...shape], size }));
    this.#make = make;
    this.known = known;
    this.#places = new Map(known.map(({ name }, i) => [name, i + anchors]));
    // None of this is read: a variable that takes part in a step brings its numbers along.
    this.#arrays = [anchor, ...known.map(({ size }) => new Float32Array(size))];
    this.#gradients = this.#arrays.map(() => null);
    this.inner = make(this.#arrays, options);
  }

  /** The place of a variable; undefined where it is not known. Throws where it has another shape than it had. */
  placeOf({ name, shape }: Known): number | undefined {
    const place = this.#places.get(name);
    if (place === undefined) return undefined;
    const before = this.known[place - anchors]!.shape;
    if (sameShape(before, shape)) return place;
    throw new ShapeError(
      'ERR_LANESTEP_LENGTH',
      `Expected the variable ${name} to have the shape [${before}], for which there is state, got [${shape}]; ` +
        'give it another name, or make a new optimizer',
    );
  }

  /** A session of other variables with the same options, before any step. */
  fresh(variables: readonly Known[]): Session {
    const now = this.inner.numbers[0] as Record<string, unknown>;
    // A function of the step may know nothing of the first one: until there is a state, each gives what it gave last.
    const still = (value: unknown, number: unknown): unknown =>
      Array.isArray(value)
        ? value.map((one, i) => still(one, (number as unknown[])[i]))
        : typeof value === 'function'
          ? () => number
          : value;
    const options = Object.entries(this.#options).map(([key, value]) => [key, still(value, now[key])]);
    return new Session(this.#make, Object.fromEntries(options), variables);
  }

  // The options as they were given or set: numbers, or functions of the step.
  get #options(): Record<string, unknown> {
    const { names: _, ...options } = this.inner.groups[0] as Record<string, unknown>;
    return options;
  }

  /** A session that is as far as this one and knows more variables. This one stays as it is. */
  extended(more: readonly Known[]): Session {
    const next = this.fresh([...this.known, ...more]);
    const dict = this.inner.stateDict();
    const fresh = next.inner.stateDict();
    const clock = dict.state[anchorKey] === undefined ? null : clockOf(dict.state[anchorKey]);
    for (let place = this.#arrays.length; place < next.#arrays.length; place++) {
      const entry = fresh.state[place];
      // The anchor takes no steps; where it is ahead all the same, tensors move in lockstep.
      if (entry) dict.state[place] = { ...entry, ...(clock && clock.step > 0 ? clock : {}) };
    }
    next.load(dict, this);
    return next;
  }

  /** A session that is as far as this one and knows its variables by others' names. This one stays as it is. */
  renamed(others: readonly Known[]): Session {
    const { known } = this;
    if (known.length !== others.length || known.some((one, i) => !sameShape(one.shape, others[i]!.shape))) {
      const list = (of: readonly Known[]) => of.map(({ name, shape }) => `${name} [${shape}]`).join(', ');
      throw new StateError(
        'ERR_LANESTEP_STATE',
        `Expected the variables of the weights that were set, ${list(known)}, by name or in their order, got ${list(others)}`,
      );
    }
    const next = this.fresh(others);
    next.load(this.inner.stateDict(), this);
    return next;
  }

  /**
   * Takes over a state whose tensors are the anchor and these variables, and the options of the session before. Where it
   * throws, this session is of no use.
   */
  load(dict: StateDict, before: Session): void {
    const params = this.#arrays.map((_, place) => place);
    const param_groups = dict.param_groups.map(group => ({ ...group, params }));
    try {
      this.inner.loadStateDict({ ...dict, param_groups });
      this.inner.set(before.#options);
    } catch (error) {
      this.inner.dispose();
      throw error;
    }
  }

  /** The key in a state dict of a variable, by its index in `known`. */
  keyOf(index: number): string {
    return String(index + anchors);
  }

  /** One step of the variables at these places. Everything is as it was where it throws. */
  step(places: readonly number[], parts: readonly Part[], from: Store, inPlace: boolean): void {
    const lease = from.lease(parts, inPlace);
    try {
      this.#bind(places, lease);
      this.inner.step(this.#placed(places, lease.gradients));
    } catch (error) {
      lease.release();
      throw error;
    }
    lease.publish();
  }

  /**
   * One step of an optimizer that asks for the gradients itself, when it has written to the targets where it wants them.
   * Everything is as it was where it throws.
   */
  stepAhead(
    places: readonly number[],
    between: Pick<Lease, 'sources' | 'targets'>,
    gradientsThere: () => readonly (FloatArray | null)[],
  ): void {
    this.#bind(places, between);
    this.inner.step(() => this.#placed(places, gradientsThere()));
  }

  // The gradients in the optimizer's order.
  #placed(places: readonly number[], gradients: readonly (FloatArray | null)[]): (FloatArray | null)[] {
    this.#gradients.fill(null);
    for (let i = 0; i < places.length; i++) this.#gradients[places[i]!] = gradients[i]!;
    return this.#gradients;
  }

  // Sees to it that the optimizer reads from the sources and writes to the targets.
  #bind(places: readonly number[], { sources, targets }: Pick<Lease, 'sources' | 'targets'>): void {
    const to: (FloatArray | null)[] = this.#arrays.map(() => null);
    const from: (FloatArray | null)[] = this.#arrays.map(() => null);
    let moves = false;
    places.forEach((place, i) => {
      to[place] = targets[i]!;
      from[place] = sources[i]!;
      moves ||= targets[i] !== this.#arrays[place] || targets[i] !== sources[i];
    });
    this.#arrays.forEach((array, place) => {
      // One that sits out must not stay where another may be read, or TensorFlow.js put something else.
      to[place] ??= this.#parked(place);
      moves ||= to[place] !== array;
    });
    if (!moves) return;
    this.inner.rebind(to, from);
    to.forEach((array, place) => {
      this.#arrays[place] = array!;
    });
  }

  // An array of no use, for a variable that sits out.
  #parked(place: number): FloatArray {
    if (place < anchors) return anchor;
    this.#spare[place] ??= new Float32Array(this.known[place - anchors]!.size);
    return this.#spare[place];
  }
}
