/** The phases of a step: the user's getters, then checks, then the numbers of the step, and only then the kernel. */
import { type Kernel, row, skipped } from './backends/backend.js';
import type { Choice } from './choice.js';
import { type Clock, type Clocks, firstScalars } from './clock.js';
import { detached, isThere, lengthOf, viewOf } from './memory.js';
import { Moves } from './moves.js';
import type { After } from './pass.js';
import { pinAll } from './pins.js';
import type { Registry } from './registry.js';
import type { Rule } from './rule.js';
import type { StatefulTensor } from './state/dict.js';
import { fillSlot, startingSlots } from './state/fill.js';
import type { FloatArray } from './types.js';

/** What steps are made of. */
export interface Parts<Options extends object> {
  readonly rule: Rule<Options>;
  readonly registry: Registry;
  readonly kernel: Kernel;
  readonly tensors: readonly StatefulTensor<Options>[];
  readonly clocks: Clocks<Options>;
  readonly choice: Choice<Options>;
  /** Whether ordinary memory may be made untransferable, for steps on another thread. */
  readonly untransferable: boolean;
}

/** Steps over one optimizer's tensors. Options are resolved, and turns kept, by `Optimizer`. */
export class Phases<Options extends object> {
  /** The gradients of the step that is being prepared, in the order of the parameters. */
  readonly incoming: (FloatArray | null)[];
  readonly kernel: Kernel;
  /** Where parameters are read that are on their way. */
  readonly moves: Moves;

  readonly #rule: Rule<Options>;
  readonly #registry: Registry;
  readonly #tensors: readonly StatefulTensor<Options>[];
  readonly #clocks: Clocks<Options>;
  readonly #choice: Choice<Options>;
  readonly #untransferable: boolean;
  readonly #bound: (FloatArray | null)[];
  #gradientsAreBound = true;
  // What the rule is given in place of the gradients that came in, where switches have made it.
  #made: readonly (FloatArray | null)[] | null = null;
  // What is read in their place, where that is no parameter.
  #others: { readonly arrays: readonly (FloatArray | null)[]; readonly shown: string } | null = null;
  // Whether the kernel has the rows and gradients of the last step.
  #known = false;

  constructor({ rule, registry, kernel, tensors, clocks, choice, untransferable }: Parts<Options>) {
    this.#rule = rule;
    this.#registry = registry;
    this.#tensors = tensors;
    this.kernel = kernel;
    this.#clocks = clocks;
    this.#choice = choice;
    this.#untransferable = untransferable;
    this.moves = new Moves(registry, kernel);
    this.incoming = registry.parameters.map(() => null);
    this.#bound = registry.parameters.map(() => null);
    choice.use(kernel);
  }

  /** All but the last phase. */
  prepare(grads: unknown): void {
    this.#made = null;
    this.#registry.gather(grads, this.incoming);
    // No code of the user's runs from here on.
    const again = this.#isAgain();
    if (!again) this.#prepareAnew();
    for (let k = 0; k < this.#clocks.rows; k++) this.#writeRow(this.#clocks.ticking[k]!);
    if (!again) this.start();
    if (this.#choice.shortens) this.#choice.useShorter(this.kernel);
  }

  #prepareAnew(): void {
    if (this.#check()) this.#bind();
    // A pass of a step that did not happen, or that had no tensors, may have left others there.
    this.#choice.use(this.kernel);
    // What is on its way has arrived after this step, unless it sits out.
    this.#known = !this.moves.some;
  }

  /** Gradients by parameter, checked like those of a step that is not taken. */
  look(grads: unknown): (FloatArray | null)[] {
    const given = this.incoming.map((): FloatArray | null => null);
    this.#registry.gather(grads, given);
    // No code of the user's runs from here on.
    given.forEach((one, i) => {
      if (one !== null) this.#registry.checkGradient(one, this.#registry.parameters[i]!);
    });
    return given;
  }

  /** The last one, or a pass, on another thread, over memory that nothing can take away. */
  async runAsync(kernel = this.kernel): Promise<void> {
    const { parameters, words } = this.#registry;
    const used: [FloatArray, string][] = [];
    parameters.forEach(({ array, path, paramPath }, i) => {
      if (this.kernel.rowOf[i] === skipped) return;
      used.push([array, `${words.params}${paramPath}`]);
      const gradient = this.#gradientsAreBound ? this.incoming[i]! : null;
      if (gradient !== null) used.push([gradient, `${words.grads}${path}`]);
      const other = this.#others?.arrays[i] ?? null;
      if (other !== null) used.push([other, `${this.#others!.shown}${path}`]);
      const source = this.moves.sourceOf(i);
      if (source !== null) used.push([source, `from${path}`]);
    });
    pinAll(used, this.#untransferable);
    await kernel.runAsync(used);
  }

  /** After it: the tensors that took part in the step are one step further. */
  finish(after?: After<Options>): void {
    this.moves.forget();
    this.moves.arrive(this.incoming);
    this.#clocks.tick(this.#rule, this.incoming, after);
  }

  /** Throws unless all parameters have their memory, and what they are read from. */
  checkPresent(): void {
    this.#registry.checkPresent();
    this.moves.check();
  }

  /** For a step with a closure, before the first pass: what may be asked before there are gradients. */
  begin(): void {
    this.checkPresent();
    // Parameters that are on their way may arrive in a pass that has to be taken back.
    this.moves.keep();
  }

  /**
   * Takes gradients as `prepare` does, without the numbers of the step, for `Aims`.
   *
   * @param more what else runs the user's code, before anything is checked
   */
  take(grads: unknown, more: () => void = () => undefined): void {
    this.#made = null;
    this.#registry.gather(grads, this.incoming);
    more();
    // No code of the user's runs from here on.
    if (this.#check()) this.#bind();
  }

  /** Moves the parameters, as `Optimizer.rebind` says. */
  move(params: unknown, from: unknown): void {
    this.moves.move(params, from);
    // What is a gradient now may be a parameter's former array, or the other way round: all are looked at anew.
    this.#known = false;
    this.#bound.fill(null);
  }

  /** The gradients as the rule is given them. */
  get read(): readonly (FloatArray | null)[] {
    return this.#made ?? this.incoming;
  }

  /** Lets the passes of this step read other gradients, of our own, than those that came in. */
  readInstead(made: readonly (FloatArray | null)[]): void {
    this.#made = made;
    this.#gradientsAreBound = false;
  }

  /** Before a pass that reads gradients: those that came in, where others are in their place. */
  bindAgain(): void {
    this.#known = false;
    if (!this.#gradientsAreBound) this.#bind();
  }

  /**
   * Before one that reads none: what stands in their place.
   *
   * @param shown what arrays that are no parameters are called
   */
  bindInstead(standIns: readonly (FloatArray | null)[], shown: string | null = null): void {
    this.#known = false;
    this.kernel.bind(standIns);
    this.#gradientsAreBound = false;
    this.#others = shown === null ? null : { arrays: standIns, shown };
    // None of them may pass for a gradient that is known.
    this.#bound.fill(null);
  }

  /** Lets go of all arrays, and frees the state. */
  dispose(): void {
    this.incoming.fill(null);
    this.#bound.fill(null);
    this.#others = null;
    this.#made = null;
    this.moves.clear();
    this.kernel.dispose();
  }

  /**
   * Whether this step is like the last one: the same tensors take part, and all have their rows and their memory. Then nothing
   * is to be looked at but gradients that are other arrays. False where something may be wrong, which `#check` finds.
   */
  #isAgain(): boolean {
    if (!this.#known || !this.#clocks.steady) return false;
    const { incoming } = this;
    const bound = this.#bound;
    const { parameters } = this.#registry;
    let changed = false;
    for (let i = 0; i < incoming.length; i++) {
      const { array, length } = parameters[i]!;
      const gradient = incoming[i]!;
      if (!isThere(array, length)) return false;
      if (gradient !== bound[i]) {
        if (gradient === null || bound[i] === null) return false;
        this.#registry.checkGradient(gradient, parameters[i]!);
        changed = true;
      } else if (gradient !== null && !isThere(gradient, length)) return false;
    }
    if (changed) {
      // Should that fail, the kernel may have some of them.
      this.#known = false;
      this.#bind();
      this.#known = true;
    }
    return true;
  }

  /**
   * Throws unless all parameters, and the gradients that came in, are what they should be, and finds the row of each
   * tensor. Tells whether the kernel has other gradients.
   */
  #check(): boolean {
    const { parameters, words } = this.#registry;
    const { rowOf } = this.kernel;
    let changed = !this.#gradientsAreBound;
    this.#known = false;
    this.moves.check();
    this.#clocks.begin();
    for (let i = 0; i < this.incoming.length; i++) {
      const parameter = parameters[i]!;
      const gradient = this.incoming[i]!;
      if (lengthOf(parameter.array) !== parameter.length) {
        throw detached(`${words.params}${parameter.paramPath}`);
      }
      if (gradient !== this.#bound[i]) {
        if (gradient !== null) this.#registry.checkGradient(gradient, parameter);
        changed = true;
      } else if (gradient !== null && lengthOf(gradient) !== parameter.length) {
        throw detached(`${words.grads}${parameter.path}`);
      }
      rowOf[i] = gradient === null ? skipped : this.#clocks.rowOf(i);
    }
    return changed;
  }

  /** Hands the gradients that came in to the kernel. */
  #bind(): void {
    this.#gradientsAreBound = false;
    const { read } = this;
    this.kernel.bind(read);
    this.#others = null;
    for (let i = 0; i < read.length; i++) this.#bound[i] = read[i]!;
    this.#gradientsAreBound = true;
  }

  /**
   * Fills the slots, or more, of the tensors whose first gradient came, once it is known that the step happens. Until it has
   * happened, nothing tells that from before.
   */
  start(): void {
    const { slots, initialParameter } = this.#rule;
    if (initialParameter === undefined && !slots.some(({ initial, copies }) => initial || copies)) return;
    this.#tensors.forEach((tensor, i) => {
      if (this.kernel.rowOf[i] === skipped || this.#clocks.of[i]!.scalars !== null) return;
      const { array, dtype, length } = this.#registry.parameters[i]!;
      if (initialParameter !== undefined) viewOf(array, dtype, 0, length).fill(initialParameter);
      for (const [slot, value] of startingSlots(this.#rule, tensor, tensor.options.numbers)) {
        if (!slots[slot]!.copies) fillSlot(this.kernel, i, tensor, slot, value);
        else this.kernel.write(i, slot, viewOf(this.moves.sourceOf(i) ?? array, dtype, 0, length), 0);
      }
    });
  }

  /** The stages' numbers and the rule's, for the next step of the tensors of a clock. */
  #writeRow({ options: { numbers, stages }, least, row: index, t, scalars }: Clock<Options>): void {
    const { rows } = this.kernel;
    const before = scalars ?? firstScalars(this.#rule, numbers);
    const coefficients = this.#rule.coefficients!(numbers, t + 1, before, least);
    if (this.#choice.shortens) this.#choice.see(index, coefficients, t + 1);
    const at = index * row.length;
    rows[at + row.factor] = stages[0];
    rows[at + row.rate] = stages[1];
    rows[at + row.keep] = stages[2];
    for (let k = 0; k < coefficients.length; k++) rows[at + row.coefficients + k] = coefficients[k]!;
  }
}
