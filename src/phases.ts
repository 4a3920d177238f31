/** The phases of a step: the user's getters, then checks, then the numbers of the step, and only then the kernel. */
import { type Kernel, row, skipped } from './backends/backend.js';
import type { Choice } from './choice.js';
import { type Clock, type Clocks, firstScalars, rowOf } from './clock.js';
import { checkFinite, clipFactor, type Measured, normOf } from './gradients.js';
import { detached, isThere, lengthOf, viewOf } from './memory.js';
import { Moves } from './moves.js';
import type { GroupOptions } from './options.js';
import type { Registry } from './params.js';
import type { After, Pass } from './pass.js';
import { pinAll } from './pins.js';
import type { Rule } from './rule.js';
import { noStages } from './stages.js';
import type { StatefulTensor } from './state/dict.js';
import { fillSlot, startingSlots } from './state/fill.js';
import { TensorSums } from './sums.js';
import type { FloatArray } from './types.js';

/** What steps are made of. */
interface Parts<Options extends object> {
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
  /** What the last pass has added up. */
  readonly sums: TensorSums;

  readonly #rule: Rule<Options>;
  readonly #registry: Registry;
  readonly #tensors: readonly StatefulTensor<Options>[];
  readonly #clocks: Clocks<Options>;
  readonly #choice: Choice<Options>;
  readonly #untransferable: boolean;
  readonly #moves: Moves;
  readonly #bound: (FloatArray | null)[];
  #gradientsAreBound = true;
  // Whether the kernel has the rows and gradients of the last step.
  #known = false;
  // Which tensors took part in the pass before.
  #took: readonly boolean[] = [];
  // What clipping multiplies the gradients of each group by, at this step.
  readonly #factors = new Map<GroupOptions<Options>, number>();

  constructor({ rule, registry, kernel, tensors, clocks, choice, untransferable }: Parts<Options>) {
    this.#rule = rule;
    this.#registry = registry;
    this.#tensors = tensors;
    this.kernel = kernel;
    this.sums = new TensorSums(
      kernel.sums,
      registry.parameters.map(({ length }) => length),
    );
    this.#clocks = clocks;
    this.#choice = choice;
    this.#untransferable = untransferable;
    this.#moves = new Moves(registry);
    this.incoming = registry.parameters.map(() => null);
    this.#bound = registry.parameters.map(() => null);
    choice.use(kernel);
  }

  /** All but the last phase. */
  prepare(grads: unknown): void {
    this.#registry.gather(grads, this.incoming);
    // No code of the user's runs from here on.
    if (!this.#isAgain()) {
      if (this.#check()) this.#bind();
      // A pass of a step that did not happen, or that had no tensors, may have left others there.
      this.#choice.use(this.kernel);
    }
    this.#known = true;
    let some = false;
    for (let k = 0; k < this.#clocks.rows; k++) {
      const clock = this.#clocks.ticking[k]!;
      some ||= clock.scalars === null;
      this.#writeRow(clock);
    }
    if (some) this.start();
    this.#choice.useShorter(this.kernel);
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
  async runAsync(): Promise<void> {
    const { parameters, words } = this.#registry;
    const used: [FloatArray, string][] = [];
    parameters.forEach(({ array, path, paramPath }, i) => {
      if (this.kernel.rowOf[i] === skipped) return;
      used.push([array, `${words.params}${paramPath}`]);
      const gradient = this.#gradientsAreBound ? this.incoming[i]! : null;
      if (gradient !== null) used.push([gradient, `${words.grads}${path}`]);
      const source = this.#moves.sourceOf(i);
      if (source !== null) used.push([source, `from${path}`]);
    });
    pinAll(used, this.#untransferable);
    await this.kernel.runAsync(used);
  }

  /** After it: the tensors that took part in the step are one step further. */
  finish(after?: After<Options>): void {
    this.#moves.forget();
    this.#moves.arrive(this.incoming);
    this.#clocks.tick(this.#rule, this.incoming, after);
  }

  /** Throws unless all parameters have their memory, and what they are read from. */
  checkPresent(): void {
    this.#registry.checkPresent();
    this.#moves.check();
  }

  /** For a step with a closure, before the first pass: what may be asked before there are gradients. */
  begin(): void {
    this.checkPresent();
    // Parameters that are on their way may arrive in a pass that has to be taken back.
    this.#moves.keep();
  }

  /** Takes gradients as `prepare` does, without the numbers of the step: those come with each pass. */
  take(grads: unknown): void {
    this.#registry.gather(grads, this.incoming);
    // No code of the user's runs from here on.
    if (this.#check()) this.#bind();
    this.#factors.clear();
  }

  /** Prepares the pass that adds up the squares of the gradients. Tells whether there are any. */
  aimAtNorm(): boolean {
    this.#known = false;
    this.#aimAtPresent();
    this.#choice.useAlone(this.kernel, 'norm');
    for (let k = 0; k < this.#clocks.rows; k++) this.kernel.rows.set(noStages, k * row.length);
    return this.#someTakePart();
  }

  /** After that pass: the norm, from which the factors of the groups follow. */
  norm(): number {
    this.#addUp(['size']);
    const norm = normOf(this.#measured());
    for (const { options } of this.#tensors) {
      if (!this.#factors.has(options)) this.#factors.set(options, clipFactor(options, norm));
    }
    return norm;
  }

  /** Throws where a gradient that is not finite ends the step. */
  checkFinite(): void {
    checkFinite(this.#measured());
  }

  *#measured(): Iterable<Measured<Options>> {
    const { parameters, words } = this.#registry;
    for (let i = 0; i < this.incoming.length; i++) {
      const gradient = this.incoming[i]!;
      if (gradient === null) continue;
      const shown = () => `${words.grads}${parameters[i]!.path}`;
      yield { gradient, squares: this.sums.of(i, 'size'), options: this.#tensors[i]!.options, shown };
    }
  }

  #someTakePart(): boolean {
    return this.kernel.rowOf.some(place => place !== skipped);
  }

  #addUp(names: readonly string[]): void {
    this.sums.are(names, tensor => this.kernel.rowOf[tensor] !== skipped);
  }

  /** Prepares a pass. Tells whether a tensor takes part. */
  aim({ kernel: flag, alone = false, over = 'present', sums = [], numbers }: Pass<Options>): boolean {
    this.#known = false;
    if (over === 'present') this.#aimAtPresent();
    else this.#aimAt(over);
    if (alone) this.#choice.useAlone(this.kernel, flag);
    else this.#choice.use(this.kernel, flag);
    if (over === 'absent' || over === 'again') this.kernel.rows.set(noStages, 0);
    else
      for (let k = 0; k < this.#clocks.rows; k++)
        this.#writePassRow(this.#clocks.ticking[k]!, flag, alone, numbers);
    if (flag === '') this.#choice.useShorter(this.kernel);
    this.#addUp(sums);
    return this.#someTakePart();
  }

  // A kernel that all rules have in common sees the gradient as it is scaled; what decays is the rule's own. What decays by itself
  // does so once a step: where the rule itself runs.
  #writePassRow(
    clock: Clock<Options>,
    flag: string,
    alone: boolean,
    numbers: Pass<Options>['numbers'],
  ): void {
    const { rows } = this.kernel;
    const { stages } = clock.options;
    const at = clock.row * row.length;
    rows[at + row.factor] = stages[0] * (this.#factors.get(clock.options) ?? 1);
    rows[at + row.rate] = alone ? 0 : stages[1];
    rows[at + row.keep] = flag === '' ? stages[2] : 1;
    if (numbers === undefined) return;
    const coefficients = numbers(rowOf(this.#rule, clock));
    if (flag === '') this.#choice.see(clock.row, coefficients);
    rows.set(coefficients, at + row.coefficients);
  }

  #aimAtPresent(): void {
    if (!this.#gradientsAreBound) this.#bind();
    for (let i = 0; i < this.incoming.length; i++)
      this.kernel.rowOf[i] = this.incoming[i] === null ? skipped : this.#clocks.of[i]!.row;
  }

  // Those kernels read no gradient. The parameter stands in its place; one whose memory is gone is left where it is.
  #aimAt(over: 'all' | 'absent' | 'again'): void {
    if (over === 'all') this.#clocks.begin();
    const wanted = (i: number) =>
      over === 'all' || (over === 'absent' ? this.incoming[i] === null : this.#took[i]!);
    const standIns = this.#registry.parameters.map(({ array, length }, i) => {
      const takes = wanted(i) && lengthOf(array) === length;
      this.kernel.rowOf[i] = !takes ? skipped : over === 'all' ? this.#clocks.rowOf(i) : 0;
      return takes ? array : null;
    });
    this.kernel.bind(standIns);
    this.#gradientsAreBound = false;
    // None of them may pass for a gradient that is known.
    this.#bound.fill(null);
  }

  /** After a pass: parameters that it moved are where they were on their way to. */
  ran(): void {
    this.#took = Array.from(this.kernel.rowOf, place => place !== skipped);
    if (this.#rule.closure) this.#moves.arrive(this.#took.map(took => (took ? took : null)));
  }

  /** Where a step that some passes began does not happen: parameters that were on their way are so again. */
  takeBack(): void {
    if (!this.#moves.takeBack()) return;
    const { parameters } = this.#registry;
    const arrays = parameters.map(({ array }) => array);
    const sources = parameters.map((_, i) => this.#moves.sourceOf(i));
    const isLeft = (array: FloatArray | null, i: number) =>
      array === null || isThere(array, parameters[i]!.length);
    // Where memory was taken away meanwhile, no step comes before a move, which tells the kernel all of it.
    if (arrays.every(isLeft) && sources.every(isLeft)) this.kernel.move(arrays, sources);
  }

  /** Moves the parameters, as `Optimizer.rebind` says. */
  move(params: unknown, from: unknown): void {
    const { arrays, sources } = this.#moves.read(params, from);
    // No code of the user's runs from here on.
    const territory = this.#registry.checkMove(arrays, sources);
    this.kernel.move(arrays, sources);
    this.#registry.move(arrays, territory);
    this.#moves.begin(sources);
    // What is a gradient now may be a parameter's former array, or the other way round: all are looked at anew.
    this.#known = false;
    this.#bound.fill(null);
  }

  /** Where parameters are read at their next step that are on their way; null for those that are not. */
  waiting(): (FloatArray | null)[] {
    return this.#registry.parameters.map((_, i) => this.#moves.sourceOf(i));
  }

  /** Lets parameters be on their way from these places; there may be more parameters than of them. */
  wait(sources: readonly (FloatArray | null)[]): void {
    const all = this.#registry.parameters.map((_, i) => sources[i] ?? null);
    this.kernel.move(
      this.#registry.parameters.map(({ array }) => array),
      all,
    );
    this.#moves.begin(all);
  }

  /** Where the parameters are read at their next step. */
  sources(): FloatArray[] {
    return this.#registry.parameters.map(({ array }, i) => this.#moves.sourceOf(i) ?? array);
  }

  /** The parameters are where they were moved to. */
  arrive(): void {
    const arrays = this.#registry.parameters.map(({ array }) => array);
    this.kernel.move(
      arrays,
      arrays.map(() => null),
    );
    this.#moves.clear();
  }

  /** Lets go of all arrays, and frees the state. */
  dispose(): void {
    this.incoming.fill(null);
    this.#bound.fill(null);
    this.#moves.clear();
    this.kernel.dispose();
  }

  /**
   * Whether this step is like the last one: the same tensors take part, and all have their rows and their memory. Then nothing
   * is to be looked at but gradients that are other arrays. False where something may be wrong, which `#check` finds.
   */
  #isAgain(): boolean {
    if (!this.#known || !this.#clocks.steady || this.#moves.some) return false;
    const { incoming } = this;
    const bound = this.#bound;
    const { parameters } = this.#registry;
    let changed = false;
    for (let i = 0; i < incoming.length; i++) {
      const parameter = parameters[i]!;
      const gradient = incoming[i]!;
      const before = bound[i]!;
      if (!isThere(parameter.array, parameter.length)) return false;
      if (gradient === before) {
        if (gradient !== null && !isThere(gradient, parameter.length)) return false;
      } else {
        if (gradient === null || before === null) return false;
        this.#registry.checkGradient(gradient, parameter);
        changed = true;
      }
    }
    if (changed) this.#bind();
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
    this.#moves.check();
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
    this.kernel.bind(this.incoming);
    for (let i = 0; i < this.incoming.length; i++) this.#bound[i] = this.incoming[i]!;
    this.#gradientsAreBound = true;
  }

  /**
   * Fills the slots, or more, of the tensors whose first gradient came, once it is known that the step happens. Until it has
   * happened, nothing tells that from before.
   */
  start(): void {
    const { slots, initialParameter } = this.#rule;
    if (initialParameter === undefined && !slots.some(({ initial }) => initial)) return;
    this.#tensors.forEach((tensor, i) => {
      if (this.kernel.rowOf[i] === skipped || this.#clocks.of[i]!.scalars !== null) return;
      if (initialParameter !== undefined) {
        const { array, dtype, length } = this.#registry.parameters[i]!;
        viewOf(array, dtype, 0, length).fill(initialParameter);
      }
      for (const [slot, value] of startingSlots(this.#rule, tensor, tensor.options.numbers))
        fillSlot(this.kernel, i, tensor, slot, value);
    });
  }

  /** The stages' numbers and the rule's, for the next step of the tensors of a clock. */
  #writeRow({ options: { numbers, stages }, least, row: index, t, scalars }: Clock<Options>): void {
    const { rows } = this.kernel;
    const before = scalars ?? firstScalars(this.#rule, numbers);
    const coefficients = this.#rule.coefficients!(numbers, t + 1, before, least);
    this.#choice.see(index, coefficients);
    const at = index * row.length;
    rows[at + row.factor] = stages[0];
    rows[at + row.rate] = stages[1];
    rows[at + row.keep] = stages[2];
    for (let k = 0; k < coefficients.length; k++) rows[at + row.coefficients + k] = coefficients[k]!;
  }
}
