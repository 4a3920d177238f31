/** What averages of parameters have in common: a rule whose parameters are the averages, and whose gradients are what is averaged. */
import { type BackendInfo, choiceFor } from './backend.js';
import type { LoadOptions, SaveOptions } from './checkpoint/contents.js';
import { type Disposing, disposing } from './disposing.js';
import { entriesOf, isGroup, pathOf } from './entries.js';
import { ShapeError, StateError, show } from './errors.js';
import { Exchange, exchange } from './exchange.js';
import { insideOf } from './inside.js';
import { checkMemory, copyOf, describe, dtypeOf, lengthOf, newArray } from './memory.js';
import { Optimizer, type Settings } from './optimizer.js';
import { readOptions } from './options.js';
import type { Grads, ParamList } from './params.js';
import { type Portrait, portrayed } from './portrait.js';
import type { Rule } from './rule.js';
import type { StateDict } from './state/dict.js';
import { arrayFrom } from './state/foreign.js';
import type { LoadReport } from './state/report.js';
import type { FloatArray, Path } from './types.js';

// The averages are the parameters of its kernel; without them its state is nothing.
function withValues<O extends object>(options: O): O & { params: true } {
  return {
    ...(readOptions(options, 'a checkpoint of averages', ['onProgress', 'metadata', 'partial']) as O),
    params: true,
  };
}

class Averager<Options extends object> extends Optimizer<Options, ParamList> {
  readonly #inside = insideOf<Options>(this);
  readonly exchange = new Exchange(
    this.#inside,
    'Expected the averages in their place, but they are exchanged with the parameters; call swapBack() first',
  );

  constructor(rule: Rule<Options>, values: ParamList, options: Options & Settings) {
    super(rule, values, options, { params: 'values', grads: 'params' });
    // Code of the user's has run by then, which may have taken the averages away.
    this.#inside.checkArrival = () => this.checkPresent();
  }

  /** Throws where an average has lost its memory. */
  checkPresent(): void {
    this.#inside.registry.checkPresent();
  }

  /** Exchanges the averages with these parameters. */
  swap(params: Grads<ParamList>): void {
    this.exchange.out(() => {
      const others = this.#inside.phases.look(params);
      exchange(this.#inside.registry, others);
      return others;
    });
  }
}

/** The state of an average: that of its kernel, and the averages by name. */
export interface MovingAverageState extends StateDict {
  values: Record<string, FloatArray>;
}

// biome-ignore-start lint/suspicious/noExplicitAny: of whatever rule
/** The optimizer within an average; null of what is none. */
export let averagerOf: (value: unknown) => Averager<any> | null;
// biome-ignore-end lint/suspicious/noExplicitAny: only there

/** The base of the averages of parameters. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: what `using` asks for is defined below
export abstract class Averages<P = ParamList> {
  readonly #values: P;
  readonly #params: P;
  // biome-ignore lint/suspicious/noExplicitAny: of whatever rule
  readonly #averager: Averager<any>;
  readonly #names: readonly string[];
  // Those of `values`, in the order of the names.
  readonly #arrays: readonly FloatArray[];

  static {
    averagerOf = value =>
      typeof value === 'object' && value !== null && #averager in value ? value.#averager : null;
  }

  /**
   * @param rule how it averages
   * @param params the arrays to average, an array or a record of named ones; they are only read
   * @param options those of the rule
   * @param initial what all elements of the averages are before the first update; absent where they are the parameters
   * @throws ShapeError, OptionError
   */
  protected constructor(rule: Rule<object>, params: P, options: Settings, initial?: number) {
    // Looked at here: the registry would take groups, and call all of it `values`.
    if (Array.isArray(params) && params.length > 0 && params.every(isGroup)) {
      throw new ShapeError(
        'ERR_LANESTEP_SHAPE',
        'Expected params to be an array or a record of arrays, got groups; pass the arrays of all of them',
      );
    }
    const { named, entries } = entriesOf(params, 'params');
    if (entries.length === 0) {
      throw new ShapeError('ERR_LANESTEP_SHAPE', 'Expected params to have at least one array, got none');
    }
    const values = entries.map(([key, given]): [string, FloatArray] => {
      const shown = `params${pathOf(key, named)}`;
      const dtype = dtypeOf(given);
      if (dtype === null) {
        throw new ShapeError(
          'ERR_LANESTEP_DTYPE',
          `Expected ${shown} to be a Float32Array or a Float64Array, got ${describe(given)}`,
        );
      }
      const array = given as FloatArray;
      checkMemory(array, shown);
      if (initial === undefined) return [key, copyOf(array)];
      return [key, newArray(dtype, lengthOf(array)).fill(initial)];
    });
    this.#params = params;
    this.#values = (named ? Object.fromEntries(values) : values.map(([, value]) => value)) as unknown as P;
    const own = { ...options, backend: choiceFor(new.target, options.backend) };
    this.#averager = new Averager(rule, this.values as unknown as ParamList, own);
    this.#arrays = Object.values<FloatArray>(this.values as unknown as Record<string, FloatArray>);
    Object.freeze(this.values);
    this.#names = this.#averager.groups.flatMap(({ names }) => names);
  }

  /**
   * The averages, in the shape of the parameters; updated in place. Before the first update they are the parameters at construction, or
   * what they start from.
   */
  get values(): P {
    return this.#values;
  }

  /** Updates so far. */
  get steps(): number {
    return this.#averager.steps;
  }

  /** What runs it. */
  backend(): BackendInfo {
    return this.#averager.backend();
  }

  /**
   * Takes the present parameters into the average.
   *
   * @throws ShapeError where they do not fit, StateError while they are exchanged with the averages (`swap`); nothing is changed
   */
  update(): void {
    this.#averager.checkPresent();
    this.#averager.step(this.#params as Grads<ParamList>);
  }

  /** Whether averages and parameters are exchanged. */
  get swapped(): boolean {
    return this.#averager.exchange.isOut;
  }

  /**
   * Exchanges the averages with the present parameters, in place and without a copy of either: the parameters' arrays hold the averages,
   * to evaluate with them, and `values` the parameters, until `swapBack()`. Meanwhile nothing else can be done with the averages, and
   * the parameters should not be trained.
   *
   * @throws ShapeError where the parameters do not fit, StateError where they are exchanged already; nothing is changed
   */
  swap(): void {
    this.#averager.checkPresent();
    this.#averager.swap(this.#params as Grads<ParamList>);
  }

  /**
   * Exchanges the same arrays again: parameters and averages have the bits that they had before `swap()`. Does nothing where they are not
   * exchanged, so that it can stand in a `finally`.
   *
   * @throws ShapeError where an array has lost its memory; nothing is changed
   */
  swapBack(): void {
    this.#averager.exchange.back();
  }

  /** A copy of the state; training goes on from it with the same bits. */
  stateDict(): MovingAverageState {
    this.#averager.checkPresent();
    const values = this.#arrays.map((array, i) => [this.#names[i]!, copyOf(array)]);
    return { ...this.#averager.stateDict(), values: Object.fromEntries(values) };
  }

  /**
   * Takes over what `stateDict()` gave.
   *
   * @throws StateError where it does not fit, and nothing is changed
   */
  loadStateDict(state: MovingAverageState): void {
    if (typeof state !== 'object' || state === null) {
      throw new StateError(
        'ERR_LANESTEP_STATE',
        `Expected the state dict to be an object, got ${show(state)}`,
      );
    }
    const { values, ...rest } = state;
    this.#averager.checkPresent();
    const arrays = this.#arrays;
    const given = this.#names.map((name, i) => {
      const array = arrays[i]!;
      const given = values?.[name];
      const value = arrayFrom(given, dtypeOf(array)!, array.length, `values.${name}`) ?? given;
      if (
        value === undefined ||
        dtypeOf(value) !== dtypeOf(arrays[i]!) ||
        lengthOf(value) !== lengthOf(arrays[i]!)
      ) {
        throw new StateError(
          'ERR_LANESTEP_STATE',
          `Expected values.${name} to be ${describe(arrays[i])}, got ${describe(value)}`,
        );
      }
      // A copy: what is read next may run code of the user's, which may take the array away.
      return copyOf(value);
    });
    this.#averager.loadStateDict(rest);
    given.forEach((value, i) => {
      arrays[i]!.set(value);
    });
  }

  /** A checkpoint in memory, with the averages in it, as of an optimizer. */
  serialize(options: Omit<SaveOptions, 'params'> = {}): Uint8Array {
    this.#averager.checkPresent();
    return this.#averager.serialize(withValues(options));
  }

  /** Takes over a checkpoint that `serialize` or `save` made, as an optimizer does. */
  deserialize(bytes: Uint8Array, options: Omit<LoadOptions, 'params'> = {}): LoadReport {
    this.#averager.checkPresent();
    return this.#averager.deserialize(bytes, withValues(options));
  }

  /** Saves a checkpoint in a file, as an optimizer does. */
  async save(path: Path, options: Omit<SaveOptions, 'params'> = {}): Promise<void> {
    this.#averager.checkPresent();
    await this.#averager.save(path, withValues(options));
  }

  /** Takes over a checkpoint from a file, as an optimizer does. */
  async load(path: Path, options: Omit<LoadOptions, 'params'> = {}): Promise<LoadReport> {
    this.#averager.checkPresent();
    return await this.#averager.load(path, withValues(options));
  }

  /** What `console.log` and `JSON.stringify` show: how far it is, its options now, and what runs it. */
  toJSON(): Portrait {
    const {
      class: name,
      steps,
      groups,
      backend,
    } = this.#averager.toJSON() as Portrait & { groups: Portrait[] };
    const { params: values, ...options } = groups[0]!;
    return { ...options, class: name, steps, swapped: this.swapped, values, backend };
  }

  /**
   * Frees the state; the values stay. `using` calls it, too. Exchanges averages and parameters back first, where they are not in their
   * place.
   */
  dispose(): void {
    this.swapBack();
    this.#averager.dispose();
  }
}

// biome-ignore lint: what `using` asks for is defined below, where there is such a symbol
export interface Averages<P = ParamList> extends Disposing {}

portrayed(Averages);
disposing(Averages);
