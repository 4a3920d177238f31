/** What every optimizer here has in common: a `tf.Optimizer` whose steps are lanestep's. */

import { type NamedTensorMap, Optimizer, type serialization, type Variable } from '@tensorflow/tfjs-core';
import type { BackendChoice, BackendInfo } from '../backend.js';
import { disposing } from '../disposing.js';
import { OptionError, show } from '../errors.js';
import { readGiven } from '../given.js';
import { Skipped } from '../gradients.js';
import { checkOptions } from '../options.js';
import { type Portrait, portraitOf, portrayed } from '../portrait.js';
import { type StepOptions, stepOptions } from '../step-options.js';
import type { StepInput } from '../told.js';
import { Turn } from '../turn.js';
import type { Hyper } from '../types.js';
import { argumentNames, type Names, speaking, translated } from './names.js';
import { type Make, Session } from './session.js';
import { type Part, store } from './stores/index.js';
import { type Entry, entriesOf, type Wanted, wantedOf } from './wanted.js';
import { Exported, type NamedTensor, type Restored, readWeights, sessionOf } from './weights.js';

/** What every optimizer here takes beyond its own hyper-parameters. */
export interface Settings extends StepOptions {
  /** Which of lanestep's backends runs it. Default `auto`: native where it loads, else WebAssembly. */
  backend?: BackendChoice;
  /**
   * On TensorFlow.js' cpu backend: whether a variable's array may be written to where nobody else has it. Default true.
   * Whatever was made of the variable or read from it before keeps its numbers then, too; false is for whoever takes arrays out
   * of the backend past TensorFlow.js' interface.
   */
  inPlace?: boolean;
}

// What an option is where it is not given.
function defaultOf(make: Make, key: string): readonly unknown[] {
  const probe = make([new Float32Array(0)], {});
  const value = (probe.numbers[0] as Readonly<Record<string, readonly unknown[]>>)[key];
  probe.dispose();
  return value ?? [];
}

/**
 * A `tf.Optimizer` over one of lanestep's optimizers: for `minimize`, `applyGradients`, `model.compile` and `model.fit`.
 *
 * State belongs to variables, so that layers may be frozen and thawed, and models may share an optimizer. That of a variable
 * that was disposed is given up at the next step or `getWeights()`; one that is made anew under its name begins anew, where
 * stock goes on with whatever is at that place of its list. All variables of a step are updated in one call, all of them or,
 * where it throws, none.
 *
 * The state lies in lanestep's memory, which `tf.memory()` does not count; `dispose()` frees it.
 */
export abstract class LanestepOptimizer<
  Options extends object = Readonly<Record<string, unknown>>,
> extends Optimizer {
  readonly #inPlace: boolean;
  readonly #exported = new Exported();
  readonly #turn = new Turn();
  readonly #names: Names;
  // Those of them that errors have.
  #words: Names;
  #session: Session;

  /**
   * @param make makes lanestep's optimizer
   * @param options what it takes, and the settings
   * @param names of TensorFlow.js for its options, by which errors call them; where absent, they may be used all the same
   * @throws OptionError, BackendError
   */
  protected constructor(make: Make, options: object, names?: Names) {
    super();
    checkOptions(options);
    const { inPlace = true, ...rest } = readGiven(options, key => key !== 'constructor') as Settings;
    if (typeof inPlace !== 'boolean')
      throw new OptionError(`Expected true or false for inPlace, got ${show(inPlace)}`);
    if (Object.hasOwn(rest, 'shapes'))
      throw new OptionError('Expected no shapes, since every variable has its own');
    this.#inPlace = inPlace;
    this.#names = names ?? argumentNames;
    const given = translated(rest, this.#names, key => defaultOf(make, key));
    this.#words = names ?? given.used;
    const { backend } = rest;
    this.#session = speaking(
      this.#words,
      () =>
        new Session(
          (params, own) => make(params, backend === undefined ? own : { ...own, backend }),
          given.options,
        ),
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
  set learningRate(learningRate: Hyper) {
    if (learningRate === undefined) throw new OptionError('Expected a value for learningRate, got undefined');
    this.#set({ learningRate });
  }

  /** The same as setting `learningRate`; `tf.train.sgd` has it. */
  setLearningRate(learningRate: Hyper): void {
    this.learningRate = learningRate;
  }

  /**
   * Sets options for the steps to come, all or none, by the names of the function's arguments:
   * `optimizer.set({ learningRate: 1e-4, beta1: 0.8, gradientScale: 0.5 })`. lanestep's names are taken, too: `lr`, `betas`,
   * `eps`. What decides which state there is, such as `centered`, stays as it was constructed.
   *
   * @throws OptionError, and nothing is changed
   */
  set(options: Readonly<Partial<Options> & StepOptions>): void {
    this.#set(options);
  }

  #set(options: object): void {
    checkOptions(options);
    const own = readGiven(options, key => key !== 'constructor');
    const given = translated(own, this.#names, key => this.#session.optionOf(key) as readonly unknown[]);
    const words = { ...this.#words, ...given.used };
    this.#whole(() => speaking(words, () => this.#session.set(given.options)));
    this.#words = words;
  }

  /** What runs it. */
  backend(): BackendInfo {
    return this.#session.inner.backend();
  }

  /**
   * Updates variables from their gradients, as `minimize` does; gradients are only read. Those of int32 and bool are taken as
   * float32.
   *
   * @param gradients by the variables' names, or a list. A variable without one sits out the step.
   * @param told the loss, where the optimizer goes by it
   * @throws StateError (a name without a variable, an optimizer after dispose() or within a step), ShapeError (a gradient or a
   * variable of another type or shape, a gradient that is a variable which this step updates before), OptionError (a schedule
   * out of its range), BackendError (no memory), and nothing is changed
   */
  override applyGradients(gradients: NamedTensorMap | NamedTensor[], told?: StepInput): void {
    this.inSession(
      () => entriesOf(gradients),
      (session, wanted) => {
        const parts = wanted.filter((part): part is Part => part.gradient !== null);
        const places = parts.map(({ variable }) => session.placeOf(variable)!);
        session.step(places, parts, store(), this.#inPlace, told);
      },
    );
  }

  /**
   * Runs a step in a session that knows its variables, and is entered by no other meanwhile. First comes all that is the
   * user's code, getters and functions of the step, and then what is checked. The optimizer is as it was where it throws.
   */
  protected inSession(
    entries: () => readonly Entry[],
    step: (session: Session, wanted: readonly Wanted[]) => void,
  ): void {
    this.#whole(() => {
      const before = this.#session;
      try {
        const given = entries();
        before.ask();
        const wanted = wantedOf(given);
        const variables = wanted.map(({ variable }) => variable);
        const session = this.#sessionFor(variables);
        try {
          speaking(this.#words, () => step(session, wanted));
        } catch (error) {
          if (session !== before) session.inner.dispose();
          throw error;
        }
        session.claim(variables);
        this.#replace(session);
        this.incrementIterations();
      } catch (error) {
        if (!(error instanceof Skipped)) throw error;
      } finally {
        before.forget();
      }
    });
  }

  #replace(session: Session): void {
    if (session !== this.#session) this.#session.inner.dispose();
    this.#session = session;
  }

  // A piece of work that no other may begin within.
  #whole<T>(work: () => T): T {
    this.#turn.begin();
    try {
      return work();
    } finally {
      this.#turn.end();
    }
  }

  // The session that knows these variables, and no dead ones: the present one, or one that takes its place when the step has
  // happened.
  #sessionFor(variables: readonly Variable[]): Session {
    const session = this.#session;
    const { known } = session;
    const strangers = variables.filter(variable => session.placeOf(variable) === undefined);
    // Where none of those that are known sits out, all of them live.
    if (strangers.length === 0 && (known.length === variables.length || !session.isStale)) return session;
    const names = new Set(variables.map(({ name }) => name));
    if (session.isUnclaimed && !known.every(({ name }) => names.has(name))) {
      // A model that was loaded may call its variables otherwise.
      return session.renamed(variables);
    }
    return session.succeeding(strangers);
  }

  /** The options as numbers, at the step that was taken last, or since they were set at the next. */
  protected get numbers(): Readonly<Record<string, unknown>> {
    return this.#session.inner.numbers[0] as Readonly<Record<string, unknown>>;
  }

  /** What of a configuration is no hyper-parameter: the stages' options where they are not the defaults. */
  protected get stages(): serialization.ConfigDict {
    const set = Object.entries(stepOptions).filter(([name, option]) => this.numbers[name] !== option.default);
    return Object.fromEntries(set.map(([name]) => [name, this.numbers[name]])) as serialization.ConfigDict;
  }

  /** The way back: what of a configuration that was saved is no argument. TensorFlow.js adds what is neither. */
  protected static stagesOf(config: serialization.ConfigDict): serialization.ConfigDict {
    const set = Object.keys(stepOptions).filter(name => config[name] !== undefined);
    return Object.fromEntries(set.map(name => [name, config[name]])) as serialization.ConfigDict;
  }

  /**
   * The step count and the slots, in TensorFlow.js' order and under its names: `iter`, the first slot of all variables
   * (`dense/kernel/m`), the next slot … The tensors are the optimizer's: the next call gives them new numbers, and
   * `dispose()` frees them.
   */
  override async getWeights(): Promise<NamedTensor[]> {
    return this.#whole(() => {
      if (this.#session.isStale) this.#replace(this.#session.succeeding([]));
      return this.#exported.of(this.#session, this.iterations, this.keepsClocks);
    });
  }

  /**
   * Takes over what `getWeights()` gave. Variables are recognised by their names at the first step; where a model was loaded
   * under other names, by their order, or where some are frozen by names that end otherwise (`dense/kernel_1`).
   *
   * @throws StateError where it does not fit, and nothing is changed
   */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    this.#turn.check();
    const read = await readWeights(weights);
    const restored: Restored = { ...read, scalars: await this.scalarsAt(read.iterations) };
    // Meanwhile all may have happened.
    this.#whole(() => {
      this.#replace(sessionOf(this.#session, restored, this.keepsClocks));
      this.iterations_ = restored.iterations;
    });
  }

  /** Whether each tensor's step count and scalars are among the weights. TensorFlow.js' own optimizers have them not. */
  protected readonly keepsClocks: boolean = false;

  /** The optimizer's scalars after so many steps, where they are not among the weights. */
  protected async scalarsAt(_iterations: number): Promise<Readonly<Record<string, number>>> {
    return {};
  }

  /** What `console.log` and `JSON.stringify` show: how far it is, the options now, its variables, and what runs it. */
  toJSON(): Portrait {
    const { groups, backend } = this.#session.inner.toJSON() as Portrait & { groups: Portrait[] };
    const { params: _, ...options } = groups[0]!;
    const variables = this.#session.known.map(({ name, shape }) => ({ name, dtype: 'float32', shape }));
    return {
      ...options,
      class: this.getClassName(),
      iterations: this.iterations,
      variables: portraitOf(variables),
      backend,
    };
  }

  /** Frees all state. The variables stay as they are; the optimizer cannot be used any more. `using` calls it, too. */
  override dispose(): void {
    if (!this.#turn.dispose()) return;
    this.#session.inner.dispose();
    this.#exported.dispose();
    super.dispose();
  }
}

portrayed(LanestepOptimizer);
disposing(LanestepOptimizer);
