/** What every optimizer has in common: groups, step counts, validation, and one kernel call per step. */
import {
  type BackendChoice,
  type BackendInfo,
  choiceFor,
  backend as describeBackend,
  pick,
} from './backend.js';
import { deserialize, type Landing, load, save, serialize } from './checkpoint/checkpoint.js';
import type { Contents, LoadOptions, SaveOptions } from './checkpoint/contents.js';
import type { Match } from './checkpoint/read.js';
import { Choice } from './choice.js';
import { Clocks, firstScalars, newClock } from './clock.js';
import { type Disposing, disposing } from './disposing.js';
import { OptionError } from './errors.js';
import { type Group, groupFace } from './group.js';
import { Inside, reachInside } from './inside.js';
import { GroupOptions, readOptions, settings } from './options.js';
import { type Grads, type Parameter, Registry, type Words } from './params.js';
import { Phases } from './phases.js';
import { checkUntransferable } from './pins.js';
import { type Portrait, portraitOf, portrayed } from './portrait.js';
import { room } from './room.js';
import type { Numbers, Rule } from './rules/rule.js';
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
import type { Path } from './types.js';

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
 *
 * Parameters must have memory of their own, which is checked. Two SharedArrayBuffer objects over one memory, as messages between
 * threads make them, are told by their addresses on the native backend; WebAssembly cannot tell them.
 */
// biome-ignore-start lint/suspicious/noUnsafeDeclarationMerging: what `using` asks for is defined below
// biome-ignore-start lint/suspicious/noExplicitAny: `Optimizer` by itself is any of them, in a list of several, say
export abstract class Optimizer<
  Options extends object = any,
  P = any,
  Input = 0 extends 1 & P ? any : Grads<P>,
> {
  // biome-ignore-end lint/suspicious/noExplicitAny: only there
  // biome-ignore-end lint/suspicious/noUnsafeDeclarationMerging: only there
  readonly #groups: readonly Group<Options>[];

  readonly #parameters: readonly Parameter[];
  readonly #tensors: readonly StatefulTensor<Options>[];
  readonly #options: readonly GroupOptions<Options>[];
  readonly #backend: BackendChoice;
  readonly #clocks = new Clocks<Options>();
  readonly #turn = new Turn();
  readonly #inside: Inside<Options>;

  static {
    reachInside(of => of.#inside);
  }

  /**
   * @param rule what the optimizer computes
   * @param params the arrays to update
   * @param options the rule's options for all groups, and the backend
   * @throws OptionError, ShapeError, BackendError, before anything is written
   */
  protected constructor(rule: Rule<Options>, params: P, options: Options & Settings, words?: Words) {
    const names = Object.keys(rule.defaults);
    const read = readOptions(options, rule.label, [...names, ...settings]);
    const { backend: choice = 'auto', untransferable = false, ...given } = read as Settings;
    checkUntransferable(untransferable);
    const registry = new Registry(params, words, names);
    this.#parameters = registry.parameters;
    this.#options = registry.groups.map(
      ({ options: own, parameters }) =>
        new GroupOptions(rule, { ...given, ...own }, [...new Set(parameters.map(({ dtype }) => dtype))]),
    );
    this.#groups = Object.freeze(
      registry.groups.map(({ parameters }, i) =>
        groupFace(
          rule,
          this.#options[i]!,
          parameters.map(({ name }) => name),
          check => this.#change(t => this.#take([this.#options[i]!], [check(t)])),
        ),
      ),
    );

    this.#backend = choiceFor(new.target, choice);
    const backend = pick(this.#backend);
    const slots = this.#parameters.map(({ group }) => rule.slots(this.#options[group]!.flags));
    const kept = room('the tensors of an optimizer', () =>
      Uint8Array.from(slots.flat(), slot => (slot === null ? 0 : 1)),
    );
    // Getters and schedules have run since the arrays were looked at.
    registry.checkPresent();
    if (backend.addressOf) registry.locate(backend.addressOf);
    const kernel = backend.prepare(
      this.#parameters.map(({ array }) => array),
      kept,
    );
    const clocks = this.#options.map(options => ({
      float32: newClock(rule, options, 'float32'),
      float64: newClock(rule, options, 'float64'),
    }));
    this.#clocks.assign(this.#parameters.map(({ group, dtype }) => clocks[group]![dtype]));
    this.#tensors = this.#parameters.map(({ name, dtype, length, group }, i) => ({
      name,
      dtype,
      length,
      options: this.#options[group]!,
      slots: slots[i]!,
    }));
    this.#tensors.forEach((tensor, i) => {
      const filled = rule.early && rule.initial ? startingSlots(rule, tensor, tensor.options.numbers) : [];
      for (const [slot, value] of filled) fillSlot(kernel, i, tensor, slot, value);
    });
    const phases = new Phases({
      rule,
      registry,
      kernel,
      tensors: this.#tensors,
      clocks: this.#clocks,
      choice: new Choice(rule, backend.rules, this.#tensors),
      untransferable,
    });
    this.#inside = new Inside({ rule, registry, phases, options: this.#options, turn: this.#turn });
  }

  /** The parameter groups, whose options can be set between steps: `optimizer.groups[0].lr = 1e-4`. */
  get groups(): readonly Group<Options>[] {
    return this.#groups;
  }

  /** Steps taken by this optimizer, skipped tensors or not. A schedule is asked for the next one, `steps + 1`. */
  get steps(): number {
    return this.#inside.steps;
  }

  /**
   * The options of each group as plain numbers: at the step that was taken last, or, where there was none or they were set
   * since, at the next.
   */
  get numbers(): readonly Numbers<Options>[] {
    return this.#options.map(options => options.shown());
  }

  /** The names of the arrays that a state dict has for each parameter, in the order of the parameters. */
  get slots(): readonly (readonly string[])[] {
    return this.#tensors.map(({ slots }) => lasting(this.#inside.rule, slots).map(([name]) => name));
  }

  /** The names of the numbers that it has for each beside the step count and these arrays. */
  get scalars(): readonly (readonly string[])[] {
    return this.#tensors.map(({ options }) => Object.keys(firstScalars(this.#inside.rule, options.numbers)));
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
    this.#inside.enter();
    try {
      this.#inside.resolveOptions();
      this.#inside.phases.prepare(grads);
      this.#inside.phases.kernel.run();
      this.#inside.finish();
    } catch (error) {
      this.#inside.revertOptions();
      throw error;
    } finally {
      this.#inside.leave();
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
    this.#inside.enter();
    try {
      this.#inside.resolveOptions();
      this.#inside.phases.prepare(grads);
      await this.#inside.phases.runAsync();
      this.#inside.finish();
    } catch (error) {
      this.#inside.revertOptions();
      throw error;
    } finally {
      this.#inside.leave();
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
    this.#change(() => this.#inside.phases.move(params, from));
  }

  /**
   * Sets options of all groups, all or none: `optimizer.set({ lr: 1e-4 })`.
   *
   * @throws OptionError where one is unknown, out of its range, or comes too late to change anything: what state begins with
   * (`initialAccumulatorValue`, the `lr` of `Rprop`) once all of it is there; nothing is set
   */
  set(options: Partial<Options>): void {
    this.#change(t => {
      // Getters and schedules run once, and all of them before anything is set.
      const given = readOptions(options, this.#inside.rule.label, Object.keys(this.#inside.rule.defaults));
      const next = this.#options.map(group => group.checked(given, t));
      this.#take(this.#options, next);
    });
  }

  // Takes over options that were checked, unless they came too late to change anything.
  #take(groups: readonly GroupOptions<Options>[], next: readonly GroupOptions<Options>[]): void {
    for (const key of this.#inside.rule.firstOnly ?? []) {
      const changed = groups.filter((group, i) => next[i]!.get(key) !== group.get(key));
      const waits = this.#tensors.some(
        ({ options }, i) => changed.includes(options) && this.#clocks.of[i]!.scalars === null,
      );
      if (changed.length === 0 || waits) continue;
      throw new OptionError(
        `Expected ${key} at construction${this.#inside.rule.early ? '' : ' or before the first gradient'}: it says what state begins ` +
          'with, and changes nothing once there is state; construct a new optimizer',
      );
    }
    groups.forEach((group, i) => {
      group.adopt(next[i]!);
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
      const arrival = matchState(state, this.#stateful());
      this.#inside.checkArrival();
      this.#adopt(arrival);
    });
  }

  /**
   * A checkpoint in memory, in the format of safetensors: the state under PyTorch's flattened names (`state.w.exp_avg`), the
   * parameters under theirs, options and groups as JSON in the header, and checksums. `save` writes the same to a file.
   *
   * @throws StateError where the name of a parameter is that of something else in the file or no whole Unicode text,
   * CheckpointError where names and groups take more than the 100 MB that a header of safetensors may have
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
   * The bytes are on the disk before the file gets its name. Where no call of the file system says so, a warning
   * (`LANESTEP_UNSYNCED`) tells. A file that is replaced keeps its owner, group and mode where this process may give them; else
   * the new one is readable by fewer, never by others (`LANESTEP_RIGHTS`). Access control lists are not kept.
   *
   * @param path where; a file that is there is replaced
   * @throws by rejecting: CheckpointError (`ERR_LANESTEP_FILE`, with the system's error as `cause`) where the file cannot be
   * written, StateError and CheckpointError as `serialize`
   */
  async save(path: Path, options: SaveOptions = {}): Promise<void> {
    this.#inside.enter();
    try {
      await save(this.#contents(), path, options);
    } finally {
      this.#inside.leave();
    }
  }

  /**
   * Takes over a checkpoint from a file. All of it is read, checked and matched before anything is changed. One of more than
   * 64 MiB is then read again, to be copied; where that fails, the optimizer refuses everything but another checkpoint.
   *
   * @throws by rejecting: CheckpointError where the file cannot be read or is not whole, StateError where it does not fit; both
   * name the file
   */
  async load(path: Path, options: LoadOptions = {}): Promise<void> {
    this.#inside.enter(true);
    try {
      await load(this.#landing(), path, options);
    } finally {
      this.#inside.leave();
    }
  }

  /** What `console.log` and `JSON.stringify` show: how far it is, the groups with their numbers now, and what runs it. */
  toJSON(): Portrait {
    const groups = this.#options.map((options, i) => ({
      ...options.portrait(),
      params: portraitOf(this.#parameters.filter(({ group }) => group === i)),
    }));
    const disposed = this.#turn.isDisposed ? { disposed: true } : {};
    return {
      class: this.#inside.rule.label,
      steps: this.#inside.steps,
      ...disposed,
      groups,
      backend: this.backend(),
    };
  }

  /**
   * Frees the optimizer's state. It cannot be used afterwards; the parameters stay as they are. `using` calls it at the end of a
   * block, where the runtime has `Symbol.dispose`.
   */
  dispose(): void {
    if (this.#turn.dispose()) this.#inside.phases.dispose();
  }

  #stateful(): Stateful<Options> {
    return {
      rule: this.#inside.rule,
      kernel: this.#inside.phases.kernel,
      clocks: this.#clocks,
      tensors: this.#tensors,
      groups: this.#options,
      steps: this.#inside.steps,
    };
  }

  #contents(): Contents<Options> {
    return {
      ...this.#stateful(),
      parameters: this.#parameters,
      sources: this.#inside.phases.sources(),
      word: this.#inside.registry.words.params,
    };
  }

  #landing(): Landing<Options> {
    const adopt = ({ arrival, params }: Match) => {
      // A parameter that is loaded is where it was moved to.
      if (params.some(span => span !== null)) this.#inside.phases.arrive();
      this.#adopt(arrival);
    };
    return { contents: this.#contents(), turn: this.#turn, adopt };
  }

  #adopt(arrival: Arrival): void {
    arrival.adopt();
    this.#inside.steps = arrival.steps;
  }

  /** Runs a change of options or state, which like a step must not be entered again; gives it the step to come. */
  #change(work: (t: number) => void): void {
    this.#whole(() => work(this.#inside.steps + 1));
  }

  #whole<T>(work: () => T, replaces = false): T {
    this.#inside.enter(replaces);
    try {
      return work();
    } finally {
      this.#inside.leave();
    }
  }
}

// biome-ignore-start lint: what `using` asks for is defined below, where there is such a symbol
export interface Optimizer<Options extends object = any, P = any, Input = 0 extends 1 & P ? any : Grads<P>>
  extends Disposing {}
// biome-ignore-end lint: only there

portrayed(Optimizer);
disposing(Optimizer);
