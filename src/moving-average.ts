/** `MovingAverage`: the rule `average` as a class of its own, whose parameters are the averages. */
import { type BackendInfo, choiceFor } from './backend.js';
import type { LoadOptions, SaveOptions } from './checkpoint/contents.js';
import { type Disposing, disposing } from './disposing.js';
import { entriesOf, isGroup, pathOf } from './entries.js';
import { OptionError, ShapeError, StateError, show } from './errors.js';
import { Exchange, exchange } from './exchange.js';
import { insideOf } from './inside.js';
import { checkMemory, copyOf, describe, dtypeOf, lengthOf, newArray } from './memory.js';
import { Optimizer, type Settings } from './optimizer.js';
import { readOptions, settings } from './options.js';
import type { Grads, ParamList, ParamsLike } from './params.js';
import { type Portrait, portrayed } from './portrait.js';
import { type AverageOptions, average, copyingFirst, type MovingAverageOptions } from './rules/average.js';
import type { StateDict } from './state/dict.js';
import { arrayFrom } from './state/foreign.js';
import type { LoadReport } from './state/report.js';
import type { FloatArray, Hyper, Path } from './types.js';

// The averages are the parameters of its kernel; without them its state is nothing.
function withValues<O extends object>(options: O): O & { params: true } {
  return {
    ...(readOptions(options, 'a checkpoint of averages', ['onProgress', 'metadata', 'partial']) as O),
    params: true,
  };
}

class Averager extends Optimizer<AverageOptions, ParamList> {
  readonly #inside = insideOf<AverageOptions>(this);
  readonly exchange = new Exchange(
    this.#inside,
    'Expected the averages in their place, but they are exchanged with the parameters; call swapBack() first',
  );

  constructor(values: ParamList, options: AverageOptions & Settings, first: boolean) {
    super(first ? copyingFirst : average, values, options, { params: 'values', grads: 'params' });
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

/** The state of a `MovingAverage`: that of its kernel, and the averages by name. */
export interface MovingAverageState extends StateDict {
  values: Record<string, FloatArray>;
}

/** The optimizer within a `MovingAverage`, for `saveAll`; null of what is none. */
export let averagerOf: (value: unknown) => { checkPresent(): void } | null;

/**
 * The exponential moving average of parameters: value = decay value + (1 - decay) param at each `update()`, of which the first one
 * copies the parameters.
 *
 * The averaged weights often generalise better than the last ones (Polyak and Juditsky 1992; Tarvainen and Valpola 2017).
 * Numbers of `torch.optim.swa_utils.AveragedModel` with `get_ema_multi_avg_fn(decay)`, and of Keras' `use_ema`; for those of TensorFlow's
 * `ExponentialMovingAverage`, which averages from the first update on, give `initial: 'params'`.
 *
 *     average.update();          // after each step
 *     average.swap();            // to evaluate with the averages, in the arrays of the parameters
 *     evaluate();
 *     average.swapBack();        // the same bits are back
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: what `using` asks for is defined below
export class MovingAverage<const P extends ParamsLike<P> = ParamList> {
  readonly #values: P;
  readonly #params: P;
  readonly #averager: Averager;
  readonly #names: readonly string[];
  // Those of `values`, in the order of the names.
  readonly #arrays: readonly FloatArray[];

  static {
    averagerOf = value =>
      typeof value === 'object' && value !== null && #averager in value ? value.#averager : null;
  }

  /**
   * @param params the arrays to average, an array or a record of named ones; they are only read
   * @throws ShapeError, OptionError
   */
  constructor(params: P, options: MovingAverageOptions & Settings<P> = {}) {
    const names = [...Object.keys(average.options), 'initial', ...settings];
    const { initial, ...rest } = readOptions(options, average.label, names) as MovingAverageOptions &
      Settings;
    if (initial !== undefined && rest.biasCorrection) {
      throw new OptionError('Expected no initial with biasCorrection: true, which starts from zero');
    }
    if (
      initial !== undefined &&
      initial !== 'first' &&
      initial !== 'params' &&
      !(typeof initial === 'number' && Number.isFinite(initial))
    ) {
      throw new OptionError(
        `Expected 'first', 'params' or a finite number for initial, got ${show(initial)}`,
      );
    }
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
      if (typeof initial !== 'number') return [key, copyOf(array)];
      return [key, newArray(dtype, lengthOf(array)).fill(initial)];
    });
    this.#params = params;
    this.#values = (named ? Object.fromEntries(values) : values.map(([, value]) => value)) as unknown as P;
    const first = !rest.biasCorrection && (initial === undefined || initial === 'first');
    const own = { ...rest, backend: choiceFor(new.target, rest.backend) };
    this.#averager = new Averager(this.values as unknown as ParamList, own, first);
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

  /**
   * What is kept of the average at each update, a number in [0, 1] or a function of the step. To set it throws an OptionError where it is
   * neither, and a StateError while averages and parameters are exchanged (`swap`).
   */
  get decay(): Hyper {
    return this.#averager.groups[0]!.decay;
  }

  set decay(decay: Hyper) {
    this.#averager.set({ decay });
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

  /** What `console.log` and `JSON.stringify` show: how far it is, what is kept of the average now, and what runs it. */
  toJSON(): Portrait {
    const { steps, groups, backend } = this.#averager.toJSON() as Portrait & { groups: Portrait[] };
    const { params: values, ...options } = groups[0]!;
    return { ...options, class: 'MovingAverage', steps, swapped: this.swapped, values, backend };
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
export interface MovingAverage<P extends ParamsLike<P> = ParamList> extends Disposing {}

portrayed(MovingAverage);
disposing(MovingAverage);
