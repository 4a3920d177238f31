/**
 * The variables of an optimizer, and lanestep's optimizer over their arrays.
 *
 * lanestep registers its arrays once, and TensorFlow.js' variables come, go, change their arrays and sit out as they like. So
 * the arrays are moved under the optimizer where that is needed, and the optimizer is made anew, with the state of the
 * variables that still live, when one comes that it has not seen or one was disposed.
 */

import type { Variable } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors.js';
import { Skipped } from '../gradients.js';
import { newArray } from '../memory.js';
import type { Optimizer } from '../optimizer.js';
import { sameShape } from '../shape.js';
import type { ParameterState, StateDict } from '../state/dict.js';
import type { StepInput } from '../told.js';
import type { FloatArray } from '../types.js';
import { isGone, type Known, knowing, renamed, variableNamed } from './known.js';
import { followed, followersIn } from './schedules.js';
import type { Lease, Part, Store } from './stores/index.js';

/** A lanestep optimizer over a list of arrays, whichever it is. */
// biome-ignore lint/suspicious/noExplicitAny: options and inputs differ from class to class
export type Inner = Optimizer<any, any, any>;

/** Makes one. */
export type Make = (params: readonly FloatArray[], options: object) => Inner;

// The first array of every optimizer has no elements and no gradients: it is there before there are variables, so that
// options can be checked, read and set, and its clock is how far the optimizer is.
const anchor = new Float32Array(0);
const anchors = 1;
/** Its key in a state dict. */
export const anchorKey = '0';

/** How far an optimizer or a tensor is: the step count and the scalars of an entry of a state dict. */
export const clockOf = (entry: ParameterState): ParameterState =>
  Object.fromEntries(
    Object.entries(entry).filter(([, value]) => typeof value === 'number'),
  ) as ParameterState;

/** The variables that an optimizer has seen so far and that still live, and lanestep's optimizer over them. */
export class Session {
  readonly inner: Inner;
  readonly #known: Known[];
  readonly #make: Make;
  readonly #places: ReadonlyMap<string, number>;
  // What the optimizer is bound to, in its order; and where variables are bound to that sit out.
  readonly #arrays: FloatArray[];
  readonly #spare: (FloatArray | undefined)[] = [];
  readonly #gradients: (FloatArray | null)[];

  constructor(make: Make, options: object, known: readonly Known[] = []) {
    this.#make = make;
    this.#known = [...known];
    this.#places = new Map(known.map(({ name }, i) => [name, i + anchors]));
    // None of this is read: a variable that takes part in a step brings its numbers along.
    this.#arrays = [anchor, ...known.map(({ size }) => newArray('float32', size))];
    this.#gradients = this.#arrays.map(() => null);
    const shapes = [null, ...known.map(({ shape }) => shape)];
    this.inner = make(this.#arrays, { ...followed(options), shapes });
  }

  get known(): readonly Known[] {
    return this.#known;
  }

  /**
   * The place of a live variable; undefined where it is not known, also where one of its name was and is disposed.
   *
   * @throws ShapeError where `setWeights` brought state for another shape
   */
  placeOf(variable: Variable): number | undefined {
    const place = this.#places.get(variable.name);
    if (place === undefined) return undefined;
    const { variable: before, shape } = this.#known[place - anchors]!;
    if (before !== null) return before === variable ? place : undefined;
    if (sameShape(shape, variable.shape)) return place;
    throw new ShapeError(
      'ERR_LANESTEP_LENGTH',
      `Expected the variable ${variable.name} to have the shape [${shape}], for which setWeights() brought state, ` +
        `got [${variable.shape}]; give it another name, or make a new optimizer`,
    );
  }

  /** Whether there is state of variables that were disposed. */
  get isStale(): boolean {
    return this.#known.some(isGone);
  }

  /** Whether all of it is what `setWeights` brought, and no variable has taken part in a step yet. */
  get isUnclaimed(): boolean {
    return this.#known.length > 0 && this.#known.every(({ variable }) => variable === null);
  }

  /**
   * After a step: what `setWeights` brought belongs to the variables of its names, those that took part and those that
   * did not.
   */
  claim(variables: readonly Variable[]): void {
    const isOpen = (name: string) => {
      const place = this.#places.get(name);
      return place !== undefined && this.#known[place - anchors]!.variable === null;
    };
    if (!variables.some(({ name }) => isOpen(name))) return;
    this.#known.forEach(({ name, shape, variable }, i) => {
      const owner = variable === null ? variableNamed(name) : undefined;
      if (owner !== undefined && sameShape(owner.shape, shape)) this.#known[i] = knowing(owner);
    });
  }

  /** An option as it was given or set. */
  optionOf(key: string): unknown {
    return this.#options[key];
  }

  /** Sets options. */
  set(options: Readonly<Record<string, unknown>>): void {
    this.inner.set(followed(options));
  }

  /** Calls the functions of the step for the step to come. */
  ask(): void {
    for (const follower of followersIn(this.#options)) follower.ask(this.inner.steps + 1);
  }

  /** Forgets what they gave. */
  forget(): void {
    for (const follower of followersIn(this.#options)) follower.forget();
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

  /**
   * A session that is as far as this one, knows more variables, and has given up the state of those that are no more. This
   * one stays as it is.
   */
  succeeding(strangers: readonly Variable[]): Session {
    const kept = this.known.flatMap((one, i) => (isGone(one) ? [] : [{ one, key: this.keyOf(i) }]));
    const next = this.fresh([...kept.map(({ one }) => one), ...strangers.map(knowing)]);
    const { state: before, ...dict } = this.inner.stateDict();
    const fresh = next.inner.stateDict();
    const clock = before[anchorKey] === undefined ? null : clockOf(before[anchorKey]);
    const state: StateDict['state'] = clock === null ? {} : { [anchorKey]: before[anchorKey]! };
    next.known.forEach((_, i) => {
      const key = next.keyOf(i);
      const entry = i < kept.length ? before[kept[i]!.key] : fresh.state[key];
      if (entry === undefined) return;
      // The anchor takes no steps; where it is ahead all the same, tensors move in lockstep.
      state[key] = i < kept.length || clock === null || clock.step === 0 ? entry : { ...entry, ...clock };
    });
    next.load({ ...dict, state }, this);
    return next;
  }

  /**
   * A session that is as far as this one, whose state `setWeights` brought, and knows its variables by others' names: those
   * of a model that was loaded. This one stays as it is.
   *
   * @param others the variables of a step
   * @throws StateError where they are not those
   */
  renamed(others: readonly Variable[]): Session {
    const next = this.fresh(renamed(this.known, others));
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

  /** The names of the slots of a variable, by its index in `known`. */
  slotsAt(index: number): readonly string[] {
    return this.inner.slots[index + anchors]!;
  }

  /** The key in a state dict of a variable, by its index in `known`. */
  keyOf(index: number): string {
    return String(index + anchors);
  }

  /** One step of the variables at these places. Everything is as it was where it throws. */
  step(
    places: readonly number[],
    parts: readonly Part[],
    from: Store,
    inPlace: boolean,
    told?: StepInput,
  ): void {
    const lease = from.lease(parts, inPlace);
    try {
      this.#bind(places, lease);
      this.#take(this.#placed(places, lease.gradients), told);
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
    this.#take(() => this.#placed(places, gradientsThere()));
  }

  // A step that the optimizer skips is undone as one that throws, for nothing was written to the targets.
  #take(gradients: unknown, told?: StepInput): void {
    const { steps } = this.inner;
    this.inner.step(gradients, told);
    if (this.inner.steps === steps) throw new Skipped(this.inner.report?.skipped ?? '');
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
    this.#spare[place] ??= newArray('float32', this.known[place - anchors]!.size);
    return this.#spare[place];
  }
}
