/** What every optimizer here has in common: a `tf.Optimizer` whose steps are lanestep's. */
import {
  engine,
  type NamedTensorMap,
  Optimizer,
  type serialization,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core';
import type { BackendChoice, BackendInfo } from '../backend.js';
import { OptionError, ShapeError, StateError, show } from '../errors.js';
import { checkOptions } from '../options.js';
import type { StageOptions } from '../rules/rule.js';
import type { Hyper } from '../types.js';
import { type Make, Session, sameShape } from './session.js';
import { type Part, store } from './stores/index.js';
import { Exported, type NamedTensor, type Restored, readWeights, sessionOf } from './weights.js';

/** What every optimizer here takes beyond its own hyper-parameters. */
export interface Settings extends StageOptions {
  /** Which of lanestep's backends runs it. Default `auto`: native where it loads, else WebAssembly. */
  backend?: BackendChoice;
  /**
   * On TensorFlow.js' cpu backend: whether a variable's array may be written to where nobody else has it. Default true.
   * Clones, and arrays that `dataSync()`, `data()` and their like gave, keep their numbers then, too; but a contiguous slice
   * of a variable is a view of it there, and changes with it.
   */
  inPlace?: boolean;
}

/** A variable's gradient, as it was given. */
type Entry = readonly [name: string, gradient: Tensor | null | undefined];

function entriesOf(given: NamedTensorMap | NamedTensor[]): Entry[] {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null;
  const list = Array.isArray(given);
  if (isObject(given) && (!list || given.every(isObject))) {
    return list ? given.map(({ name, tensor }) => [name, tensor] as const) : Object.entries(given);
  }
  const got = list ? 'a list of other things' : show(given);
  throw new ShapeError(
    'ERR_LANESTEP_SHAPE',
    `Expected gradients by the names of their variables, or a list of { name, tensor }, got ${got}`,
  );
}

/** Throws unless a gradient can be its variable's, and the variable one of float32. */
export function checkGradient(gradient: Tensor, { name, shape, dtype }: Variable): void {
  if (dtype !== 'float32') {
    throw new ShapeError('ERR_LANESTEP_DTYPE', `Expected the variable ${name} to be float32, got ${dtype}`);
  }
  if (gradient.isDisposed) {
    throw new ShapeError(
      'ERR_LANESTEP_DETACHED',
      `Expected the gradient of ${name} to be a live tensor, got a disposed one`,
    );
  }
  if (!['float32', 'int32', 'bool'].includes(gradient.dtype)) {
    throw new ShapeError(
      'ERR_LANESTEP_DTYPE',
      `Expected the gradient of ${name} to be float32, got ${gradient.dtype}`,
    );
  }
  if (!sameShape(gradient.shape, shape)) {
    throw new ShapeError(
      'ERR_LANESTEP_LENGTH',
      `Expected the gradient of ${name} to have its shape [${shape}], got [${gradient.shape}]`,
    );
  }
}

/** The live variable of a name. */
function variableOf(name: string): Variable {
  const variable = engine().registeredVariables[name];
  if (variable === undefined) {
    throw new StateError(
      'ERR_LANESTEP_STATE',
      `Expected the name of a live variable, got ${show(name)}; was the variable disposed?`,
    );
  }
  return variable;
}

/**
 * A `tf.Optimizer` over one of lanestep's optimizers: for `minimize`, `applyGradients`, `model.compile` and `model.fit`.
 *
 * State belongs to variables by their names, so that layers may be frozen and thawed, and models may share an optimizer.
 * All variables of a step are updated in one call, all of them or, where it throws, none.
 */
export abstract class LanestepOptimizer extends Optimizer {
  readonly #inPlace: boolean;
  readonly #exported = new Exported();
  #session: Session;
  #disposed = false;
  // The session is what `setWeights` brought, and its variables have not been seen yet.
  #restored = false;

  /**
   * @param make makes lanestep's optimizer
   * @param options what it takes, and the settings
   * @throws OptionError, BackendError
   */
  protected constructor(make: Make, options: object) {
    super();
    checkOptions(options);
    const { inPlace = true, ...rest } = options as Settings;
    if (typeof inPlace !== 'boolean')
      throw new OptionError(`Expected true or false for inPlace, got ${show(inPlace)}`);
    this.#inPlace = inPlace;
    const { backend } = rest;
    this.#session = new Session(
      (params, given) => make(params, backend === undefined ? given : { ...given, backend }),
      rest,
    );
  }

  /**
   * The learning rate; where a function of the step was given, its value at the step that was taken last or, where there
   * was none or it was set since, at the next.
   */
  get learningRate(): number {
    return this.numbers.lr as number;
  }

  /**
   * Sets it for the steps to come: a number, or a function of the step.
   *
   * @throws OptionError, and nothing is changed
   */
  set learningRate(lr: Hyper) {
    this.set({ lr });
  }

  /** The same as setting `learningRate`; `tf.train.sgd` has it. */
  setLearningRate(lr: Hyper): void {
    this.learningRate = lr;
  }

  /**
   * Sets options by lanestep's names, all or none: `optimizer.set({ gradientScale: 0.5 })`.
   *
   * @throws OptionError, and nothing is changed
   */
  set(options: Readonly<Record<string, unknown>>): void {
    this.#session.inner.set(options);
  }

  /** What runs it. */
  backend(): BackendInfo {
    return this.#session.inner.backend();
  }

  /**
   * Updates variables from their gradients, as `minimize` does; gradients are only read.
   *
   * @param gradients by the variables' names, or a list. A variable without one sits out the step.
   * @throws StateError (a name without a variable, an optimizer after dispose()), ShapeError (a gradient or a variable of
   * another type or shape), OptionError (a schedule out of its range), BackendError (no memory), and nothing is changed
   */
  override applyGradients(gradients: NamedTensorMap | NamedTensor[]): void {
    const wanted = this.wanted(entriesOf(gradients));
    const parts = wanted.filter((part): part is Part => part.gradient !== null);
    const variables = wanted.map(({ variable }) => variable);
    this.inSession(variables, session => {
      const places = parts.map(({ variable }) => session.placeOf(variable)!);
      session.step(places, parts, store(), this.#inPlace);
    });
  }

  /** Runs a step in a session that knows these variables. The optimizer is as it was where that throws. */
  protected inSession(variables: readonly Variable[], step: (session: Session) => void): void {
    const session = this.#sessionFor(variables);
    try {
      step(session);
    } catch (error) {
      if (session !== this.#session) session.inner.dispose();
      throw error;
    }
    if (session !== this.#session) this.#session.inner.dispose();
    this.#session = session;
    this.#restored = false;
    this.incrementIterations();
  }

  /** The variables that a step is asked for, checked with their gradients; null for one that sits out. */
  protected wanted(entries: readonly Entry[]): { variable: Variable; gradient: Tensor | null }[] {
    const seen = new Set<string>();
    const wanted: { variable: Variable; gradient: Tensor | null }[] = [];
    for (const [name, gradient] of entries) {
      const variable = variableOf(name);
      if (seen.has(name)) {
        throw new ShapeError('ERR_LANESTEP_NAME', `Expected each variable once, got ${show(name)} again`);
      }
      seen.add(name);
      if (gradient != null) checkGradient(gradient, variable);
      // A counter, say, never has a gradient, nor state.
      else if (variable.dtype !== 'float32') continue;
      wanted.push({ variable, gradient: gradient ?? null });
    }
    return wanted;
  }

  // The session that knows these variables: the present one, or one that takes its place when the step has happened.
  #sessionFor(variables: readonly Variable[]): Session {
    const { known } = this.#session;
    const strangers = variables.filter(variable => this.#session.placeOf(variable) === undefined);
    if (strangers.length === 0) return this.#session;
    const names = new Set(variables.map(({ name }) => name));
    if (this.#restored && !known.every(({ name }) => names.has(name))) {
      // A model that was loaded may call its variables otherwise; like TensorFlow.js, go by their order then.
      return this.#session.renamed(variables);
    }
    return this.#session.extended(strangers);
  }

  /** The options as numbers, at the step that was taken last, or since they were set at the next. */
  protected get numbers(): Readonly<Record<string, unknown>> {
    return this.#session.inner.numbers[0] as Readonly<Record<string, unknown>>;
  }

  /** What of a configuration is no hyper-parameter: the stages' options where they are not the defaults. */
  protected get stages(): serialization.ConfigDict {
    const { maximize, gradientScale } = this.numbers;
    return {
      ...(maximize ? { maximize: true } : {}),
      ...(gradientScale === 1 ? {} : { gradientScale: gradientScale as number }),
    };
  }

  /** The way back: what of a configuration that was saved is no argument. TensorFlow.js adds what is neither. */
  protected static stagesOf({ maximize, gradientScale }: serialization.ConfigDict): serialization.ConfigDict {
    return {
      ...(maximize === undefined ? {} : { maximize }),
      ...(gradientScale === undefined ? {} : { gradientScale }),
    };
  }

  /**
   * The step count and the slots, in TensorFlow.js' order and under its names: `iter`, the first slot of all variables
   * (`dense/kernel/m`), the next slot … The tensors are the optimizer's: the next call gives them new numbers, and
   * `dispose()` frees them.
   */
  override async getWeights(): Promise<NamedTensor[]> {
    return this.#exported.of(this.#session, this.iterations, this.keepsClocks);
  }

  /**
   * Takes over what `getWeights()` gave. Variables are recognised by their names; where a model was loaded under other
   * names, by their order.
   *
   * @throws StateError where it does not fit, and nothing is changed
   */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    this.#checkUsable();
    const read = await readWeights(weights);
    const restored: Restored = { ...read, scalars: await this.scalarsAt(read.iterations) };
    // Meanwhile all may have happened.
    this.#checkUsable();
    const session = sessionOf(this.#session, restored, this.keepsClocks);
    this.#session.inner.dispose();
    this.#session = session;
    this.#restored = true;
    this.iterations_ = restored.iterations;
  }

  /** Whether each tensor's step count and scalars are among the weights. TensorFlow.js' own optimizers have them not. */
  protected readonly keepsClocks: boolean = false;

  /** The optimizer's scalars after so many steps, where they are not among the weights. */
  protected async scalarsAt(_iterations: number): Promise<Readonly<Record<string, number>>> {
    return {};
  }

  /** Frees all state. The variables stay as they are; the optimizer cannot be used any more. */
  override dispose(): void {
    this.#disposed = true;
    this.#session.inner.dispose();
    this.#exported.dispose();
    super.dispose();
  }

  #checkUsable(): void {
    if (this.#disposed)
      throw new StateError('ERR_LANESTEP_DISPOSED', 'Expected a live optimizer, got one after dispose()');
  }
}
