/** What every optimizer has in common: groups, step counts, validation, and one kernel call per step. */
import {
  type BackendChoice,
  type BackendInfo,
  choiceFor,
  backend as describeBackend,
  pick,
} from './backend.js';
import type { Backend, Kernel } from './backends/backend.js';
import { Choice } from './choice.js';
import { Clocks, firstScalars, newClocks } from './clock.js';
import { type Disposing, disposing } from './disposing.js';
import { OptionError } from './errors.js';
import type { StepReport } from './gradients.js';
import { type Group, groupFace } from './group.js';
import { Inside, reachInside } from './inside.js';
import type { Numbers } from './option-table.js';
import { GroupOptions, readOptions, settings } from './options.js';
import type { Grads, Grown, GrownInput, ParamGroup, Shapes, Words } from './params.js';
import { stepInPasses, stepInPassesAsync } from './passes.js';
import { Persistent } from './persistent.js';
import { checkUntransferable } from './pins.js';
import { type Portrait, portraitOf, portrayed } from './portrait.js';
import { Registry } from './registry.js';
import { room } from './room.js';
import { optionsOf, type Rule, type Slot } from './rule.js';
import { gridOf } from './shape.js';
import type { SlotAccessOfRule } from './slot-access.js';
import { extentsOf, flagsOfTensor, slotDtype, slotShape, slotsOf } from './slots.js';
import type { StatefulTensor } from './state/dict.js';
import { copySlots, fillSlot, startingSlots } from './state/fill.js';
import { lasting } from './state/write.js';
import type { StepInput } from './told.js';
import { Turn } from './turn.js';
import { type Work, workOver } from './work.js';

/** Settings other than hyper-parameters. */
// biome-ignore lint/suspicious/noExplicitAny: settings of whatever parameters
export interface Settings<P = any> {
  /** Which backend runs it. Default `auto`: native where it loads, else WASM. */
  backend?: BackendChoice;
  /**
   * Lets `stepAsync` make the buffers of parameters and gradients untransferable, so that it can work on arrays that are no
   * views of a SharedArrayBuffer. That cannot be undone: such a buffer can no longer be moved to a worker. It needs Node 24 or
   * newer; before, a mark does not hold. Default false.
   */
  untransferable?: boolean;
  /**
   * The shapes of the parameters: `{ shapes: [[64, 32], [64]] }` for a list of two, `{ shapes: { w: [64, 32] } }` for a record; for groups
   * a list of these, or each in its group beside `params`. Rows come before columns. A parameter without one is a vector. Optimizers
   * that look at rows and columns need them; checkpoints have them, so that other readers of safetensors see the matrix.
   */
  shapes?: Shapes<P>;
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
> extends Persistent {
  // biome-ignore-end lint/suspicious/noExplicitAny: only there
  // biome-ignore-end lint/suspicious/noUnsafeDeclarationMerging: only there

  readonly #rule: Rule<Options>;
  #groups: readonly Group<Options>[];
  #tensors: readonly StatefulTensor<Options>[];
  #options: readonly GroupOptions<Options>[];
  // What a group has that says nothing else.
  readonly #given: object;
  readonly #untransferable: boolean;
  readonly #backend: BackendChoice;
  readonly #clocks = new Clocks<Options>();
  readonly #turn = new Turn();
  readonly #inside: Inside<Options>;

  static {
    reachInside(of => (#inside in of ? of.#inside : null));
  }

  /**
   * @param rule what the optimizer computes
   * @param params the arrays to update
   * @param options the rule's options for all groups, and the backend
   * @throws OptionError, ShapeError, BackendError, before anything is written
   */
  protected constructor(rule: Rule<Options>, params: P, options: Options & Settings<P>, words?: Words) {
    super();
    const names = Object.keys(optionsOf(rule));
    const read = readOptions(options, rule.label, [...names, ...settings]);
    const { backend: choice = 'auto', untransferable = false, shapes, ...given } = read as Settings;
    checkUntransferable(untransferable);
    this.#rule = rule;
    this.#given = given;
    this.#untransferable = untransferable;
    const registry = new Registry(params, words, names, shapes);
    this.#options = registry.groups.map(listed => this.#optionsOf(listed));
    this.#groups = Object.freeze(registry.groups.map((listed, i) => this.#faceOf(listed, this.#options[i]!)));

    this.#backend = choiceFor(new.target, choice);
    const backend = pick(this.#backend);
    this.#tensors = registry.groups.flatMap((listed, i) =>
      this.#tensorsOf(listed, this.#options[i]!, registry.words.params),
    );
    // Getters and schedules have run since the arrays were looked at.
    registry.checkPresent();
    if (backend.addressOf) registry.locate(backend.addressOf);
    const kernel = this.#prepare(backend, registry, this.#tensors);
    this.#clocks.assign(newClocks(rule, this.#tensors));
    this.#begin(kernel, 0);
    const work = this.#workOf(backend, registry, this.#tensors, kernel);
    this.#inside = new Inside({
      rule,
      registry,
      ...work,
      clocks: this.#clocks,
      tensors: this.#tensors,
      options: this.#options,
      turn: this.#turn,
    });
  }

  #optionsOf({ options: own, parameters }: Registry['groups'][number], t = 1): GroupOptions<Options> {
    const dtypes = [...new Set(parameters.map(({ dtype }) => dtype))];
    return new GroupOptions(this.#rule, { ...this.#given, ...own }, dtypes, t);
  }

  #faceOf({ parameters }: Registry['groups'][number], options: GroupOptions<Options>): Group<Options> {
    const names = parameters.map(({ name }) => name);
    return groupFace(this.#rule, options, names, check =>
      this.#change(t => this.#take([options], [check(t)])),
    );
  }

  #tensorsOf(
    { named, parameters }: Registry['groups'][number],
    options: GroupOptions<Options>,
    word: string,
  ): StatefulTensor<Options>[] {
    return parameters.map(({ name, dtype, length, shape, paramPath }) => {
      const stack = this.#rule.grid?.(shape, `${word}${paramPath}`, options.numbers) ?? null;
      const grid = stack && gridOf(stack);
      const flags = flagsOfTensor(options.flags, grid);
      const slots = slotsOf(this.#rule, flags);
      const slotShapes = this.#rule.slots.map(slot => slotShape(slot, shape, options.numbers));
      const slotDtypes = this.#rule.slots.map(slot => slotDtype(slot as Slot<never>, dtype));
      return { name, named, dtype, length, shape, options, flags, grid, slots, slotShapes, slotDtypes };
    });
  }

  #prepare(backend: Backend, { parameters }: Registry, tensors: readonly StatefulTensor<Options>[]): Kernel {
    const kept = tensors.flatMap(({ slots }) => extentsOf(this.#rule, slots));
    const grids = tensors.map(({ grid }) => grid);
    const kernel = backend.prepare(
      parameters.map(({ array }) => array),
      room('the tensors of an optimizer', () => Uint8Array.from(kept)),
      grids.some(grid => grid !== null) ? grids : [],
      this.#rule.whole,
      this.#rule.kernels,
    );
    return (this.#rule.slotAccess as SlotAccessOfRule)?.withSeveral(kernel, this.#rule, tensors) ?? kernel;
  }

  #workOf(
    backend: Backend,
    registry: Registry,
    tensors: readonly StatefulTensor<Options>[],
    kernel: Kernel,
  ): Work<Options> {
    const parts = {
      rule: this.#rule,
      registry,
      kernel,
      tensors,
      clocks: this.#clocks,
      choice: new Choice(this.#rule, backend.variants, tensors),
      untransferable: this.#untransferable,
    };
    return workOver(parts, backend);
  }

  // Fills the slots of the tensors from this one on, where they are there before the first gradient.
  #begin(kernel: Kernel, from: number): void {
    if (!this.#rule.early || !this.#rule.slots.some(({ initial }) => initial)) return;
    this.#tensors.slice(from).forEach((tensor, i) => {
      for (const [slot, value] of startingSlots(this.#rule, tensor, tensor.options.numbers))
        fillSlot(kernel, from + i, tensor, slot, value);
    });
  }

  /** The parameter groups, whose options can be set between steps: `optimizer.groups[0].lr = 1e-4`. */
  get groups(): readonly Group<Options>[] {
    return this.#groups;
  }

  /** Steps taken by this optimizer, skipped tensors or not. A schedule is asked for the next one, `steps + 1`. */
  get steps(): number {
    return this.#inside.steps;
  }

  /** The norm that `report` has: NaN or infinite for a step that was skipped. Null where no step has looked at its gradients. */
  get gradientNorm(): number | null {
    return this.#inside.report?.gradientNorm ?? null;
  }

  /**
   * What the last step found that looked at its gradients, since a group has `clipNorm` or `nonFinite`: their norm, what each group was
   * clipped by, and whether the step was skipped, for which gradient. Null where no step has looked. Others keep what stands here.
   */
  get report(): StepReport | null {
    const { report } = this.#inside;
    return report && { ...report, clipFactors: [...report.clipFactors] };
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
   * @param told what is said of this step alone: the loss, a gradient scale
   * @throws ShapeError, OptionError (a schedule out of range), StateError, GradientError (`nonFinite: 'throw'`), or whatever a
   * schedule or getter of the user's throws, all before anything is changed
   */
  step(grads: Input, told?: StepInput): void {
    const inside = this.#inside;
    inside.enter();
    try {
      inside.tell(told);
      if (inside.resolveOptions()) {
        inside.phases.prepare(grads);
        inside.phases.kernel.run();
        inside.finish();
      } else {
        stepInPasses(inside, grads);
      }
    } catch (error) {
      inside.revertOptions();
      throw error;
    } finally {
      inside.leave();
    }
  }

  /**
   * The same step on another thread: everything is checked when it is called, the numbers of the step are taken, and
   * JavaScript goes on while parameters and state are updated. The bits are those of `step`. Until the promise is settled the
   * optimizer is busy (its methods throw a StateError, `ERR_LANESTEP_BUSY`), and parameters and gradients must be left alone.
   *
   * The memory of the arrays must be impossible to detach meanwhile: views of a SharedArrayBuffer, or ordinary ones that
   * the optimizer may make untransferable (`untransferable: true`). WebAssembly, which has no other thread, takes the step before
   * `stepAsync` returns.
   *
   * @param grads as for `step`
   * @param told as for `step`
   * @returns a promise that is settled when the step has happened; it rejects with what `step` throws, and a ShapeError
   * (`ERR_LANESTEP_PINNED`) for memory that could be taken away, and then nothing is changed
   */
  async stepAsync(grads: Input, told?: StepInput): Promise<void> {
    const inside = this.#inside;
    inside.enter();
    try {
      inside.tell(told);
      if (inside.resolveOptions()) {
        inside.phases.prepare(grads);
        await inside.phases.runAsync();
        inside.finish();
      } else {
        await stepInPassesAsync(inside, grads);
      }
    } catch (error) {
      inside.revertOptions();
      throw error;
    } finally {
      inside.leave();
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
   * Adds a group of parameters to an optimizer that was constructed with groups: `addGroup({ params: { head }, lr: 1e-2 })`. What
   * stands beside `params` goes before the options that the optimizer was constructed with, as in PyTorch's `add_param_group`. The
   * new parameters begin at their own first step; nothing changes for the others. Gradients have a group more from then on. For
   * a moment both the old state and the new are in memory.
   *
   * One that was constructed with a list or a record of arrays has no groups: its gradients would have to change their shape.
   * Construct it with a list of one group to add others.
   *
   * @returns the optimizer itself, whose type knows of the group
   * @throws ShapeError, OptionError, BackendError, and nothing is changed
   */
  addGroup<const G extends ParamGroup>(
    group: G,
  ): Optimizer<Options, Grown<P, G>, GrownInput<Input, Grown<P, G>>> {
    this.#change(t => {
      const sources = this.#inside.phases.moves.waiting();
      const registry = this.#inside.registry.extended(group);
      const listed = registry.groups.at(-1)!;
      const options = this.#optionsOf(listed, t);
      const before = this.#tensors.length;
      const added = this.#tensorsOf(listed, options, registry.words.params);
      const tensors = [...this.#tensors, ...added];
      const face = this.#faceOf(listed, options);
      // No code of the user's runs from here on.
      const arrays = registry.parameters.map(({ array }) => array);
      registry.move(arrays, registry.checkMove(arrays, sources));
      const backend = pick(this.#backend);
      const kernel = this.#prepare(backend, registry, tensors);
      try {
        this.#tensors.forEach((tensor, i) => {
          copySlots(this.#inside.phases.kernel, kernel, i, tensor);
        });
        const work = this.#workOf(backend, registry, tensors, kernel);
        work.phases.moves.wait(sources);
        this.#inside.free();
        this.#clocks.assign([...this.#tensors.map(() => null), ...newClocks(this.#rule, added)]);
        Object.assign(this.#inside, work);
      } catch (error) {
        kernel.dispose();
        throw error;
      }
      this.#inside.registry = registry;
      this.#options = [...this.#options, options];
      this.#inside.options = this.#options;
      this.#groups = Object.freeze([...this.#groups, face]);
      this.#tensors = tensors;
      this.#inside.tensors = tensors;
      this.#begin(kernel, before);
    });
    return this as never;
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
      const given = readOptions(options, this.#inside.rule.label, Object.keys(optionsOf(this.#inside.rule)));
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

  /** What `console.log` and `JSON.stringify` show: how far it is, the groups with their numbers now, and what runs it. */
  toJSON(): Portrait {
    const groups = this.#options.map((options, i) => ({
      ...options.portrait(),
      params: portraitOf(this.#inside.registry.parameters.filter(({ group }) => group === i)),
    }));
    const disposed = this.#turn.isDisposed ? { disposed: true } : {};
    return {
      class: this.#inside.rule.label,
      steps: this.#inside.steps,
      ...(this.#rule.model && { model: { ...this.#inside.model } }),
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
    if (this.#turn.dispose()) this.#inside.free();
  }

  /** Runs a change of options or state, which like a step must not be entered again; gives it the step to come. */
  #change(work: (t: number) => void): void {
    this.#inside.whole(() => work(this.#inside.steps + 1));
  }
}

// biome-ignore-start lint: what `using` asks for is defined below, where there is such a symbol
export interface Optimizer<Options extends object = any, P = any, Input = 0 extends 1 & P ? any : Grads<P>>
  extends Disposing {}
// biome-ignore-end lint: only there

portrayed(Optimizer);
disposing(Optimizer);
