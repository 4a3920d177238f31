/** What every optimizer has in common: groups, step counts, validation, and one kernel call per step. */
import { type BackendChoice, type BackendInfo, backend as describeBackend, pick } from './backend.js';
import { type Kernel, row, skipped } from './backends/backend.js';
import { deserialize, type Landing, load, save, serialize } from './checkpoint/checkpoint.js';
import type { Contents, LoadOptions, SaveOptions } from './checkpoint/contents.js';
import type { Match } from './checkpoint/read.js';
import { Choice } from './choice.js';
import { Clock, Clocks } from './clock.js';
import { StateError } from './errors.js';
import { type Group, groupFace } from './group.js';
import { detached, lengthOf } from './memory.js';
import { Moves } from './moves.js';
import { checkOptions, GroupOptions } from './options.js';
import { type Grads, type Parameter, type Params, Registry, type Words } from './params.js';
import { checkUntransferable, pinAll } from './pins.js';
import type { Numbers, Rule } from './rules/rule.js';
import { noStages } from './stages.js';
import {
  type Arrival,
  fillSlot,
  lasting,
  matchState,
  type StateDict,
  type Stateful,
  type StatefulTensor,
  startingSlots,
  writeState,
} from './state-dict.js';
import { Turn } from './turn.js';
import type { FloatArray } from './types.js';

/** What an optimizer takes that is no hyper-parameter. */
export interface Settings {
  /** Which backend runs it. Default `auto`: native where it loads, else WASM. */
  backend?: BackendChoice;
  /**
   * Lets `stepAsync` make the buffers of parameters and gradients untransferable, so that it can work on arrays that are no
   * views of a SharedArrayBuffer. That cannot be undone: such a buffer can no longer be moved to a worker. It needs Node 24 or
   * newer; before, a mark does not hold. Default false.
   */
  untransferable?: boolean;
}

/**
 * The base of all optimizers. `step` updates the parameters in place; what it computes is the subclass' rule.
 *
 * Parameters are registered once: the arrays that were passed are the ones that are updated, so they must keep their
 * memory. Gradients may be new arrays at every step; the same ones again are cheaper. A gradient is only read, and is
 * held until the next step or `dispose()`.
 */
export abstract class Optimizer<Options extends object, P extends Params, Input = Grads<P>> {
  /** The parameter groups, whose options can be set between steps: `optimizer.groups[0].lr = 1e-4`. */
  readonly groups: readonly Group<Options>[];

  protected readonly rule: Rule<Options>;
  protected readonly registry: Registry;
  protected readonly kernel: Kernel;
  /** The gradients of the step that is being prepared, in the order of the parameters. */
  protected readonly incoming: (FloatArray | null)[];

  readonly #parameters: readonly Parameter[];
  readonly #tensors: readonly StatefulTensor<Options>[];
  readonly #options: readonly GroupOptions<Options>[];
  readonly #backend: BackendChoice;
  readonly #bound: (FloatArray | null)[];
  readonly #moves: Moves;
  readonly #clocks = new Clocks<Options>();
  readonly #choice: Choice<Options>;
  readonly #untransferable: boolean;
  readonly #turn = new Turn();
  #steps = 0;

  /**
   * @param rule what the optimizer computes
   * @param params the arrays to update
   * @param options the rule's options for all groups, and the backend
   * @throws OptionError, ShapeError, BackendError, before anything is written
   */
  protected constructor(rule: Rule<Options>, params: P, options: Options & Settings, words?: Words) {
    checkOptions(options);
    const { backend: choice = 'auto', untransferable = false, ...given } = options;
    this.#untransferable = checkUntransferable(untransferable);
    this.rule = rule;
    this.registry = new Registry(params, words);
    this.#parameters = this.registry.parameters;
    this.#moves = new Moves(this.registry);
    this.#options = this.registry.groups.map(
      ({ options: own, parameters }) =>
        new GroupOptions(rule, { ...given, ...own }, [...new Set(parameters.map(({ dtype }) => dtype))]),
    );
    this.groups = Object.freeze(
      this.registry.groups.map(({ parameters }, i) =>
        groupFace(
          rule,
          this.#options[i]!,
          parameters.map(({ name }) => name),
          change => this.#change(change),
        ),
      ),
    );

    const backend = pick(choice);
    this.#backend = choice;
    const slots = this.#parameters.map(({ group }) => rule.slots(this.#options[group]!.flags));
    const kept = Uint8Array.from(slots.flat(), slot => (slot === null ? 0 : 1));
    // Getters and schedules have run since the arrays were looked at.
    this.#checkParameters();
    this.kernel = backend.prepare(
      this.#parameters.map(({ array }) => array),
      kept,
    );
    this.incoming = this.#parameters.map(() => null);
    this.#bound = this.#parameters.map(() => null);
    const clocks = this.#options.map(options => new Clock(options, 0, rule.scalars?.(options.numbers) ?? {}));
    this.#clocks.assign(this.#parameters.map(({ group }) => clocks[group]!));
    this.#tensors = this.#parameters.map(({ name, dtype, length, group }, i) => ({
      name,
      dtype,
      length,
      options: this.#options[group]!,
      slots: slots[i]!,
    }));
    this.#tensors.forEach((tensor, i) => {
      const filled = rule.initial ? startingSlots(rule, tensor, tensor.options.numbers) : [];
      for (const [slot, value] of filled) fillSlot(this.kernel, i, tensor, slot, value);
    });
    this.#choice = new Choice(rule, backend.rules, this.#tensors);
    this.#choice.use(this.kernel);
  }

  /** Steps taken by this optimizer, skipped tensors or not. A schedule is asked for the next one, `steps + 1`. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * The options of each group as plain numbers: at the step that was taken last, or, where there was none or they were set
   * since, at the next.
   */
  get numbers(): readonly Numbers<Options>[] {
    return this.#options.map(({ numbers }) => numbers);
  }

  /** The names of the arrays that a state dict has for each parameter, in the order of the parameters. */
  get slots(): readonly (readonly string[])[] {
    return this.#tensors.map(({ slots }) => lasting(this.rule, slots).map(([name]) => name));
  }

  /** What runs this optimizer. */
  backend(): BackendInfo {
    return describeBackend(this.#backend);
  }

  /**
   * Updates every parameter in place from its gradient: one step.
   *
   * @param grads the gradients in the shape of the parameters; null, undefined or a missing key leaves its tensor, the
   * tensor's state and its step count as they are
   * @throws ShapeError, OptionError (a schedule out of range), StateError, or whatever a schedule or getter of the user's
   * throws, all before anything is changed
   */
  step(grads: Input): void {
    this.enter();
    try {
      this.resolveOptions();
      this.prepare(grads);
      this.kernel.run();
      this.finish();
    } catch (error) {
      this.revertOptions();
      throw error;
    } finally {
      this.leave();
    }
  }

  /**
   * The same step on another thread: everything is checked when it is called, the numbers of the step are taken, and
   * JavaScript goes on while parameters and state are updated. The bits are those of `step`. Until the promise is settled the
   * optimizer is busy (its methods throw a StateError, `ERR_LANESTEP_BUSY`), and parameters and gradients must be left alone.
   *
   * The arrays must be such that nothing can take them away meanwhile: views of a SharedArrayBuffer, or ordinary ones that
   * the optimizer may make untransferable (`untransferable: true`). WebAssembly, which has no other thread, takes the step before
   * `stepAsync` returns.
   *
   * @param grads as for `step`
   * @returns a promise that is settled when the step has happened; it rejects with what `step` throws, and a ShapeError
   * (`ERR_LANESTEP_PINNED`) for memory that could be taken away, and then nothing is changed
   */
  async stepAsync(grads: Input): Promise<void> {
    this.enter();
    try {
      this.resolveOptions();
      this.prepare(grads);
      await this.runAsync();
      this.finish();
    } catch (error) {
      this.revertOptions();
      throw error;
    } finally {
      this.leave();
    }
  }

  /**
   * Moves the optimizer to other arrays: from the next step on they are updated in place of those before. State, step
   * counts and options stay. For parameters whose memory has moved, such as views of a WebAssembly memory that grew; and,
   * with `from`, for a step out of place.
   *
   * @param params arrays like the parameters, in the shape of the gradients; one that is null or missing stays where it is
   * @param from where parameters are read at their next step, and at that one only, in the same shape; it writes to
   * `params` without reading what is there. One that is null or missing, or the array itself, is read where it is.
   * @throws ShapeError, and nothing is moved
   */
  rebind(params: Grads<P>, from?: Grads<P>): void {
    this.#change(() => {
      const { arrays, sources } = this.#moves.read(params, from);
      // No code of the user's runs from here on.
      const territory = this.registry.checkMove(arrays, sources);
      this.kernel.move(arrays, sources);
      this.registry.move(arrays, territory);
      this.#moves.begin(sources);
      // What is a gradient now may be a parameter's former array, or the other way round: all are looked at anew.
      this.#bound.fill(null);
    });
  }

  /** Sets options of all groups, all or none: `optimizer.set({ lr: 1e-4 })`. */
  set(options: Partial<Options>): void {
    checkOptions(options);
    this.#change(t => {
      // Getters and schedules run once, and all of them before anything is set.
      const next = this.#options.map(group => group.checked(options as Record<string, unknown>, t));
      this.#options.forEach((group, i) => {
        group.adopt(next[i]!);
      });
    });
  }

  /**
   * A copy of the optimizer's state under PyTorch's names: `state` by parameter, `param_groups`, and `steps`. Functions
   * of the step stand in it with their value of the last step.
   */
  stateDict(): StateDict {
    this.#turn.check();
    return writeState(this.#stateful());
  }

  /**
   * Takes over a state that `stateDict()` gave, on this or another backend; training goes on with the same bits. Options
   * of the state replace the optimizer's, but a function of the step stays in its place.
   *
   * @throws StateError where it does not fit, and nothing is changed
   */
  loadStateDict(state: StateDict): void {
    this.#change(() => {
      this.#adopt(matchState(state, this.#stateful()));
    });
  }

  /**
   * A checkpoint in memory, in the format of safetensors: the state under PyTorch's flattened names (`state.w.exp_avg`), the
   * parameters under theirs, options and groups as JSON in the header, and checksums. `save` writes the same to a file.
   *
   * @throws StateError where the name of a parameter is that of something else in the file
   */
  serialize(options: SaveOptions = {}): Uint8Array {
    return this.#whole(() => serialize(this.#contents(), options));
  }

  /**
   * Takes over a checkpoint that `serialize` or `save` made, on this or another backend; training goes on with the same bits.
   * Options of the checkpoint replace the optimizer's, but a function of the step stays in its place.
   *
   * @throws CheckpointError where its bytes are not those that were saved, StateError where it does not fit; nothing is changed
   */
  deserialize(bytes: Uint8Array, options: LoadOptions = {}): void {
    this.#whole(() => deserialize(this.#landing(), bytes, options), true);
  }

  /**
   * Saves a checkpoint in a file, which is there wholly or not at all: whatever happens, the file is the old one or the new.
   * It is written beside it, under a name of its own, in pieces, so that no second copy of the state is in memory. Until the
   * promise is settled the optimizer is busy, and the parameters must be left alone.
   *
   * @param path where; a file that is there is replaced
   * @throws by rejecting: CheckpointError (`ERR_LANESTEP_FILE`, with the system's error as `cause`) where the file cannot be
   * written, StateError as `serialize`
   */
  async save(path: string | URL, options: SaveOptions = {}): Promise<void> {
    this.enter();
    try {
      await save(this.#contents(), path, options);
    } finally {
      this.leave();
    }
  }

  /**
   * Takes over a checkpoint from a file. All of it is read, checked and matched before anything is changed. One of more than
   * 64 MiB is then read again, to be copied; where that fails, the optimizer refuses everything but another checkpoint.
   *
   * @throws by rejecting: CheckpointError where the file cannot be read or is not whole, StateError where it does not fit
   */
  async load(path: string | URL, options: LoadOptions = {}): Promise<void> {
    this.enter(true);
    try {
      await load(this.#landing(), path, options);
    } finally {
      this.leave();
    }
  }

  /** Frees the optimizer's state. It cannot be used afterwards; the parameters stay as they are. */
  dispose(): void {
    if (!this.#turn.dispose()) return;
    this.incoming.fill(null);
    this.#bound.fill(null);
    this.#moves.clear();
    this.kernel.dispose();
  }

  /** Begins a step, which must not be entered again from within: by a schedule, a getter or a closure. */
  protected enter(replaces = false): void {
    this.#turn.begin(replaces);
  }

  /** Ends a step, whether it happened or not. */
  protected leave(): void {
    this.#turn.end();
  }

  /** Evaluates what is a function of the step. */
  protected resolveOptions(): void {
    if (this.#steps >= Number.MAX_SAFE_INTEGER)
      throw new StateError('ERR_LANESTEP_STATE', 'Expected fewer than 2^53 steps');
    for (const options of this.#options) options.resolve(this.#steps + 1);
  }

  /** Takes back what `resolveOptions` did, after a step that did not happen. */
  protected revertOptions(): void {
    for (const options of this.#options) options.revert(this.#steps + 1);
  }

  /** The phases of a step but the last, the kernel: the user's getters, then checks, then the numbers of the step. */
  protected prepare(grads: unknown): void {
    this.registry.gather(grads, this.incoming);
    // No code of the user's runs from here on.
    if (this.#check()) this.#bind();
    for (let k = 0; k < this.#clocks.rows; k++) this.#writeRow(this.#clocks.ticking[k]!);
    this.#choice.useShorter(this.kernel);
  }

  /** Runs the kernel on another thread, over memory that nothing can take away. */
  protected async runAsync(): Promise<void> {
    const { words } = this.registry;
    const used: [FloatArray, string][] = [];
    this.#parameters.forEach(({ array, path, paramPath }, i) => {
      const gradient = this.incoming[i];
      if (!gradient) return;
      used.push([array, `${words.params}${paramPath}`], [gradient, `${words.grads}${path}`]);
    });
    pinAll([...used, ...this.#moves.arrays()], this.#untransferable);
    await this.kernel.runAsync(used);
  }

  /** After the kernel: who took part in the step is one step further. */
  protected finish(): void {
    this.#moves.arrive(this.incoming);
    this.#clocks.tick(this.rule, this.incoming);
    this.#steps++;
  }

  /** Prepares the rule's kernel of this flag, which reads no gradient, for all parameters; it counts as no step. */
  protected prepareAlone(flag: string, numbers: (options: Numbers<Options>) => readonly number[]): void {
    this.#checkParameters();
    this.#clocks.begin();
    this.#parameters.forEach(({ array }, i) => {
      this.incoming[i] = array;
      this.kernel.rowOf[i] = this.#clocks.rowOf(i);
    });
    this.#bind();
    for (const { options, row: at } of this.#clocks.ticking.slice(0, this.#clocks.rows)) {
      this.kernel.rows.set([...noStages, ...numbers(options.numbers)], at * row.length);
    }
    this.#choice.use(this.kernel, flag);
  }

  /** After that kernel, or where it did not run after all. */
  protected finishAlone(ran: boolean): void {
    if (ran) this.#moves.arrive(this.incoming);
    this.#choice.use(this.kernel);
    // The parameters were bound without a check: none of them may pass for a gradient that is known.
    this.#bound.fill(null);
  }

  /** Throws unless every parameter still has the memory that was registered. */
  #checkParameters(): void {
    for (const { array, length, paramPath } of this.#parameters) {
      if (lengthOf(array) !== length) throw detached(`${this.registry.words.params}${paramPath}`);
    }
    this.#moves.check();
  }

  /**
   * Throws unless all parameters, and the gradients that came in, are what they should be, and finds the row of each
   * tensor. Tells whether a gradient is not the array of the last step.
   */
  #check(): boolean {
    const { rowOf } = this.kernel;
    let changed = false;
    this.#moves.check();
    this.#clocks.begin();
    for (let i = 0; i < this.incoming.length; i++) {
      const parameter = this.#parameters[i]!;
      const gradient = this.incoming[i]!;
      if (lengthOf(parameter.array) !== parameter.length) {
        throw detached(`${this.registry.words.params}${parameter.paramPath}`);
      }
      if (gradient !== this.#bound[i]) {
        if (gradient !== null) this.registry.checkGradient(gradient, parameter);
        changed = true;
      } else if (gradient !== null && lengthOf(gradient) !== parameter.length) {
        throw detached(`${this.registry.words.grads}${parameter.path}`);
      }
      rowOf[i] = gradient === null ? skipped : this.#clocks.rowOf(i);
    }
    return changed;
  }

  /** Hands the gradients that came in to the kernel. */
  #bind(): void {
    this.kernel.bind(this.incoming);
    for (let i = 0; i < this.incoming.length; i++) this.#bound[i] = this.incoming[i]!;
  }

  /** The stages' numbers and the rule's, for the next step of the tensors of a clock. */
  #writeRow({ options: { numbers, stages }, row: index, t, scalars }: Clock<Options>): void {
    const { rows } = this.kernel;
    const coefficients = this.rule.coefficients(numbers, t + 1, scalars);
    this.#choice.see(index, coefficients);
    const at = index * row.length;
    rows[at + row.gradientFactor] = stages[0];
    rows[at + row.decayRate] = stages[1];
    rows[at + row.shrinkKeep] = stages[2];
    for (let k = 0; k < coefficients.length; k++) rows[at + row.coefficients + k] = coefficients[k]!;
  }

  #stateful(): Stateful<Options> {
    const { rule, kernel } = this;
    return {
      rule,
      kernel,
      clocks: this.#clocks,
      tensors: this.#tensors,
      groups: this.#options,
      steps: this.#steps,
    };
  }

  #contents(): Contents<Options> {
    return {
      ...this.#stateful(),
      parameters: this.#parameters,
      sources: this.#parameters.map(({ array }, i) => this.#moves.sourceOf(i) ?? array),
      word: this.registry.words.params,
    };
  }

  #landing(): Landing<Options> {
    const adopt = ({ arrival, params }: Match) => {
      // A parameter that is loaded is where it was moved to.
      if (params.some(span => span !== null)) {
        const arrays = this.#parameters.map(({ array }) => array);
        this.kernel.move(
          arrays,
          arrays.map(() => null),
        );
        this.#moves.clear();
      }
      this.#adopt(arrival);
    };
    return { contents: this.#contents(), turn: this.#turn, adopt };
  }

  #adopt(arrival: Arrival): void {
    arrival.adopt();
    this.#steps = arrival.steps;
  }

  /** Runs a change of options or state, which like a step must not be entered again; gives it the step to come. */
  #change(work: (t: number) => void): void {
    this.#whole(() => work(this.#steps + 1));
  }

  #whole<T>(work: () => T, replaces = false): T {
    this.enter(replaces);
    try {
      return work();
    } finally {
      this.leave();
    }
  }
}
