import type { BackendInfo } from '../backend.js';
import type { LoadOptions, SaveOptions } from '../checkpoint/contents.js';
import { type Disposing, disposing } from '../disposing.js';
import { OptionError, ShapeError, StateError, show } from '../errors.js';
import { readGiven } from '../given.js';
import { checkMemory, describe, dtypeOf, lengthOf, newArray } from '../memory.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { readOptions, settings } from '../options.js';
import { type Grads, isGroup, type ParamList, type ParamsLike, pathOf } from '../params.js';
import { type Portrait, portrayed } from '../portrait.js';
import type { StateDict } from '../state-dict.js';
import type { FloatArray, Hyper, Path } from '../types.js';
import { belowOne, flag } from './ranges.js';
import type { Rule } from './rule.js';

/** What `MovingAverage` takes. */
export interface MovingAverageOptions {
  /** What is kept of the average at each update, in [0, 1); may be a function of the update, from 1. Default 0.999. */
  decay?: Hyper;
  /** Start from zero and divide by 1 - decay^t, as Adam does with its moments. Default false. */
  biasCorrection?: boolean;
  /**
   * What the average starts from: `params`, the parameters at construction (default), or a finite number for all
   * elements. With biasCorrection it is zero, and must not be given.
   */
  initial?: 'params' | number;
}

type RuleOptions = Omit<MovingAverageOptions, 'initial'>;

/** The rule of `MovingAverage`: its parameter is the average, its gradient is what is averaged. */
export const average: Rule<RuleOptions> = {
  name: 'average',
  label: 'MovingAverage',
  defaults: { decay: 0.999, biasCorrection: false },
  ranges: { decay: belowOne, biasCorrection: flag },
  flags: ({ biasCorrection }) => (biasCorrection ? ['corrected'] : []),
  slots: flags => [flags.includes('corrected') ? 'average' : null, null, null],
  // The product of all decays is what is still left of the zero that the average started from.
  scalars: ({ biasCorrection }) => (biasCorrection ? { decay_product: 1 } : ({} as Record<string, number>)),
  advance: ({ decay }, _, { decay_product }) =>
    decay_product === undefined ? {} : { decay_product: decay_product * decay },
  coefficients: ({ decay }, _, { decay_product = 0 }) => [decay, 1 - decay, 1 - decay_product * decay],
};

const copyOf = (array: FloatArray): FloatArray => {
  const copy = newArray(dtypeOf(array)!, lengthOf(array));
  copy.set(array);
  return copy;
};

// The averages are the parameters of its kernel; without them its state is nothing.
function withValues<O extends object>(options: O): O & { params: true } {
  return { ...(readOptions(options, 'a checkpoint of averages', ['onProgress']) as O), params: true };
}

class Averager extends Optimizer<RuleOptions, ParamList> {
  constructor(values: ParamList, options: RuleOptions & Settings) {
    super(average, values, options, { params: 'values', grads: 'params' });
  }
}

/** The state of a `MovingAverage`: that of its kernel, and the averages by name. */
export interface MovingAverageState extends StateDict {
  values: Record<string, FloatArray>;
}

/**
 * The exponential moving average of parameters: value = decay value + (1 - decay) param at each `update()`.
 *
 * The averaged weights often generalise better than the last ones (Polyak and Juditsky 1992; Tarvainen and Valpola 2017).
 * Numbers of `torch.optim.swa_utils.AveragedModel` with `get_ema_multi_avg_fn(decay)`.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: what `using` asks for is defined below
export class MovingAverage<const P extends ParamsLike<P> = ParamList> {
  readonly #values: P;
  readonly #params: P;
  readonly #averager: Averager;
  readonly #names: readonly string[];
  // Those of `values`, in the order of the names.
  readonly #arrays: readonly FloatArray[];

  /**
   * @param params the arrays to average, an array or a record of named ones; they are only read
   * @throws ShapeError, OptionError
   */
  constructor(params: P, options: MovingAverageOptions & Settings = {}) {
    const names = [...Object.keys(average.defaults), 'initial', ...settings];
    const { initial, ...rest } = readOptions(options, average.label, names) as MovingAverageOptions &
      Settings;
    if (initial !== undefined && rest.biasCorrection) {
      throw new OptionError('Expected no initial with biasCorrection: true, which starts from zero');
    }
    if (
      initial !== undefined &&
      initial !== 'params' &&
      !(typeof initial === 'number' && Number.isFinite(initial))
    ) {
      throw new OptionError(`Expected 'params' or a finite number for initial, got ${show(initial)}`);
    }
    // The registry would take groups, and the averages be their own arrays.
    if (Array.isArray(params) && params.length > 0 && params.every(isGroup)) {
      throw new ShapeError(
        'ERR_LANESTEP_SHAPE',
        'Expected params to be an array or a record of arrays, got groups; pass the arrays of all of them',
      );
    }
    const start = (array: FloatArray, key: string | number): FloatArray => {
      const dtype = dtypeOf(array);
      // What is no float array is left as it is, for the registry to refuse by name.
      if (dtype === null) return array;
      checkMemory(array, `params${pathOf(String(key), typeof key === 'string')}`);
      const value = newArray(dtype, lengthOf(array));
      if (typeof initial === 'number') value.fill(initial);
      else value.set(array);
      return value;
    };
    this.#params = params;
    const isRecord =
      typeof params === 'object' && params !== null && dtypeOf(params) === null && !Array.isArray(params);
    this.#values = (Array.isArray(params)
      ? params.map(start)
      : isRecord
        ? Object.fromEntries(
            Object.entries(readGiven(params)).map(([name, array]) => [
              name,
              start(array as FloatArray, name),
            ]),
          )
        : params) as unknown as P;
    this.#averager = new Averager(this.values as unknown as ParamList, rest);
    this.#arrays = Object.values<FloatArray>(this.values as unknown as Record<string, FloatArray>);
    Object.freeze(this.values);
    this.#names = this.#averager.groups.flatMap(({ names }) => names);
  }

  /** The averages, in the shape of the parameters; updated in place. Before the first update they are what they start from. */
  get values(): P {
    return this.#values;
  }

  /** Updates so far. */
  get steps(): number {
    return this.#averager.steps;
  }

  /** What is kept of the average at each update. */
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

  /** Takes the present parameters into the average. */
  update(): void {
    this.#averager.step(this.#params as Grads<ParamList>);
  }

  /** A copy of the state; training goes on from it with the same bits. */
  stateDict(): MovingAverageState {
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
    const arrays = this.#arrays;
    const given = this.#names.map((name, i) => {
      const value = values?.[name];
      if (
        value === undefined ||
        dtypeOf(value) !== dtypeOf(arrays[i]!) ||
        lengthOf(value) !== arrays[i]!.length
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
  serialize(options: Pick<SaveOptions, 'onProgress'> = {}): Uint8Array {
    return this.#averager.serialize(withValues(options));
  }

  /** Takes over a checkpoint that `serialize` or `save` made, as an optimizer does. */
  deserialize(bytes: Uint8Array, options: Pick<LoadOptions, 'onProgress'> = {}): void {
    this.#averager.deserialize(bytes, withValues(options));
  }

  /** Saves a checkpoint in a file, as an optimizer does. */
  async save(path: Path, options: Pick<SaveOptions, 'onProgress'> = {}): Promise<void> {
    await this.#averager.save(path, withValues(options));
  }

  /** Takes over a checkpoint from a file, as an optimizer does. */
  async load(path: Path, options: Pick<LoadOptions, 'onProgress'> = {}): Promise<void> {
    await this.#averager.load(path, withValues(options));
  }

  /** What `console.log` and `JSON.stringify` show: how far it is, what is kept of the average now, and what runs it. */
  toJSON(): Portrait {
    const { steps, groups, backend } = this.#averager.toJSON() as Portrait & { groups: Portrait[] };
    const { params: values, ...options } = groups[0]!;
    return { ...options, class: 'MovingAverage', steps, values, backend };
  }

  /** Frees the state; the values stay. `using` calls it, too. */
  dispose(): void {
    this.#averager.dispose();
  }
}

// biome-ignore lint: what `using` asks for is defined below, where there is such a symbol
export interface MovingAverage<P extends ParamsLike<P> = ParamList> extends Disposing {}

portrayed(MovingAverage);
disposing(MovingAverage);
