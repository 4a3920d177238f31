/** Prepares the kernel for one pass out of several: which tensors, which kernel, which numbers. */
import { type Kernel, row, skipped } from './backends/backend.js';
import type { Choice } from './choice.js';
import { type Clock, type Clocks, rowOf } from './clock.js';
import { checkFinite, clipFactor, type Measured, normOf } from './gradients.js';
import { lengthOf } from './memory.js';
import type { GroupOptions } from './options.js';
import type { Fill, Pass } from './pass.js';
import type { Parts, Phases } from './phases.js';
import type { Registry } from './registry.js';
import type { Rule } from './rule.js';
import type { SlotAccess, SlotAccessOfRule } from './slot-access.js';
import { decayCorrection, noStages } from './stages.js';
import type { StatefulTensor } from './state/dict.js';
import { TensorSums } from './sums.js';
import type { FloatArray } from './types.js';

// What a rule keeps of the parameters itself, corrected as `maxLr` says.
const ownKeep = <Options extends object>({ numbers }: GroupOptions<Options>, keep: number): number =>
  1 - (1 - keep) * decayCorrection(numbers);

/** The passes of one optimizer's steps. A step of one pass, with nothing to find out before it, is prepared by `Phases` alone. */
export class Aims<Options extends object> {
  /** What the last pass has added up. */
  readonly sums: TensorSums;
  /** What the rule reaches slots by, if it does. */
  readonly access: SlotAccess<Options> | undefined;

  readonly #phases: Phases<Options>;
  readonly #rule: Rule<Options>;
  readonly #registry: Registry;
  readonly #kernel: Kernel;
  readonly #tensors: readonly StatefulTensor<Options>[];
  readonly #clocks: Clocks<Options>;
  readonly #choice: Choice<Options>;
  // Which tensors took part in the pass before.
  #took: readonly boolean[] = [];
  // The Hessian's diagonal, where the step was told one.
  readonly #hessian: (FloatArray | null)[];
  // What clipping multiplies the gradients of each group by, at this step.
  readonly #factors = new Map<GroupOptions<Options>, number>();

  constructor({ rule, registry, kernel, tensors, clocks, choice }: Parts<Options>, phases: Phases<Options>) {
    this.#phases = phases;
    this.#rule = rule;
    this.#registry = registry;
    this.#kernel = kernel;
    this.#tensors = tensors;
    this.#clocks = clocks;
    this.#choice = choice;
    this.sums = new TensorSums(
      kernel,
      registry.parameters.map(({ length }) => length),
      tensors.map(({ grid }) => grid),
    );
    const wholes = rule.slots.some(({ apart }) => apart !== undefined);
    const { Of } = (rule.slotAccess as SlotAccessOfRule) ?? {};
    this.access = Of && new Of(kernel, tensors, wholes);
    this.#hessian = registry.parameters.map(() => null);
  }

  /** Takes the gradients of the step, and the Hessian's diagonal where it is told one. Its numbers come with each pass. */
  take(grads: unknown, hessian?: unknown): void {
    this.#hessian.fill(null);
    this.#phases.take(grads, () => {
      if (hessian !== undefined) this.#registry.gather(hessian, this.#hessian, 'hessian');
    });
    if (this.#rule.byHessian) this.#checkHessian();
    this.#look();
    this.#factors.clear();
  }

  #checkHessian(): void {
    this.#hessian.forEach((diagonal, i) => {
      if (diagonal !== null) this.#registry.checkGradient(diagonal, this.#registry.parameters[i]!, 'hessian');
    });
  }

  #look(): void {
    const { parameters, words } = this.#registry;
    this.#rule.look?.({
      parameters,
      words,
      gradients: this.#phases.incoming,
      hessian: this.#hessian,
      taken: tensor => this.#clocks.of[tensor]!.t,
    });
  }

  /** Prepares the pass that adds up the squares of the gradients, or of the Hessian's diagonal. Tells whether there are any. */
  atNorm(over: 'present' | 'hessian' = 'present'): boolean {
    if (over === 'hessian') this.#seatHessian();
    else this.#seatPresent();
    this.#choice.useAlone(this.#kernel, 'norm');
    for (let k = 0; k < this.#clocks.rows; k++) this.#kernel.rows.set(noStages, k * row.length);
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

  /** Seats the tensors that have gradients, with what these are multiplied by. */
  seat(): void {
    this.#seatPresent();
    for (let k = 0; k < this.#clocks.rows; k++) {
      const { options } = this.#clocks.ticking[k]!;
      this.#kernel.rows[this.#clocks.ticking[k]!.row * row.length + row.factor] = this.#factorOf(options);
    }
  }

  /** What the gradients of a group are clipped by at this step. */
  clipFactorOf(options: GroupOptions<Options>): number {
    return this.#factors.get(options) ?? 1;
  }

  #factorOf(options: GroupOptions<Options>): number {
    return options.stages[0] * this.clipFactorOf(options);
  }

  /** Throws where a gradient that is not finite ends the step. */
  checkFinite(): void {
    checkFinite(this.#measured());
  }

  /** After the pass over it: the same of the Hessian's diagonal. */
  checkFiniteHessian(): void {
    this.#addUp(['size']);
    checkFinite(this.#measured(this.#hessian, 'hessian'));
  }

  /** Prepares a pass. Tells whether a tensor takes part. */
  at(pass: Pass<Options>): boolean {
    const { kernel: flag, alone = false, factored, over = 'present', bound, only, sums = [] } = pass;
    if (over === 'present' || over === 'grids' || over === 'stepped') this.#seatPresent(over === 'grids');
    else if (over === 'hessian') this.#seatHessian();
    else this.#seat(over, bound);
    this.writeSides(pass.write);
    if (only !== undefined) this.#excuse(only);
    if (pass.fill !== undefined) this.#fill(pass.fill);
    if (alone) this.#choice.useAlone(this.#kernel, flag, factored);
    else this.#choice.use(this.#kernel, flag, over === 'grids');
    if (over === 'absent' || over === 'again') this.#kernel.rows.set(noStages, 0);
    else for (let k = 0; k < this.#clocks.rows; k++) this.#writeRow(this.#clocks.ticking[k]!, pass);
    if (flag === '') this.#choice.useShorter(this.#kernel);
    this.#addUp(sums);
    return this.#someTakePart();
  }

  /** After it: parameters that it moved are where they were on their way to. */
  ran(): void {
    this.#took = Array.from(this.#kernel.rowOf, place => place !== skipped);
    if (this.#rule.closure) this.#phases.moves.arrive(this.#took.map(took => (took ? took : null)));
  }

  /** Writes what a rule gives for small slots of tensors that take part, each of which has a clock of its own. */
  writeSides(write: Pass<Options>['write']): void {
    for (let k = 0; write !== undefined && k < this.#clocks.rows; k++) {
      const row = rowOf(this.#rule, this.#clocks.ticking[k]!);
      if (this.#kernel.rowOf[row.tensor] !== skipped) this.access!.write(row.tensor, write(row));
    }
  }

  // Each tensor has numbers of its own, be its clock the others', too.
  #fill({ slot, numbers }: Fill<Options>): void {
    this.#tensors.forEach((_, tensor) => {
      if (this.#kernel.rowOf[tensor] === skipped) return;
      const row = { ...rowOf(this.#rule, this.#clocks.of[tensor]!), tensor };
      this.access!.fill(tensor, slot, numbers(row));
    });
  }

  // Lets the tensors sit out whose row is not meant.
  #excuse(only: NonNullable<Pass<Options>['only']>): void {
    const { rowOf: places } = this.#kernel;
    const meant = Array.from({ length: this.#clocks.rows }, (_, k) =>
      only(rowOf(this.#rule, this.#clocks.ticking[k]!)),
    );
    for (let i = 0; i < places.length; i++)
      if (places[i] !== skipped && !meant[places[i]!]) places[i] = skipped;
  }

  *#measured(
    arrays: readonly (FloatArray | null)[] = this.#phases.incoming,
    word = this.#registry.words.grads,
  ): Iterable<Measured<Options>> {
    const { parameters } = this.#registry;
    for (let i = 0; i < arrays.length; i++) {
      const gradient = arrays[i]!;
      if (gradient === null) continue;
      const shown = () => `${word}${parameters[i]!.path}`;
      yield { gradient, squares: this.sums.of(i, 'size'), options: this.#tensors[i]!.options, shown };
    }
  }

  #someTakePart(): boolean {
    return this.#kernel.rowOf.some(place => place !== skipped);
  }

  #addUp(names: readonly string[]): void {
    this.sums.are(names, tensor => this.#kernel.rowOf[tensor] !== skipped);
  }

  // A kernel that all rules have in common sees the gradient as it is scaled; what decays is the rule's own. What decays by itself
  // does so once a step: where the rule itself runs. A kernel that reads no gradient has no stages.
  #writeRow(
    clock: Clock<Options>,
    { kernel: flag, alone = false, over = 'present', keep: own, numbers }: Pass<Options>,
  ): void {
    const { rows } = this.#kernel;
    const { options } = clock;
    const reads = over === 'present' || over === 'grids';
    const [factor, rate, keep] = reads || over === 'hessian' ? options.stages : noStages;
    const at = clock.row * row.length;
    rows[at + row.factor] = reads ? this.#factorOf(options) : factor;
    rows[at + row.rate] = alone ? 0 : rate;
    rows[at + row.keep] = own ? ownKeep(options, own(rowOf(this.#rule, clock))) : flag === '' ? keep : 1;
    if (numbers === undefined) return;
    const coefficients = numbers(rowOf(this.#rule, clock));
    if (flag === '') this.#choice.see(clock.row, coefficients, clock.t + 1);
    rows.set(coefficients, at + row.coefficients);
  }

  #seatPresent(grids = false): void {
    const { incoming } = this.#phases;
    this.#phases.bindAgain();
    for (let i = 0; i < incoming.length; i++) {
      const absent = incoming[i] === null || (grids && this.#tensors[i]!.grid === null);
      this.#kernel.rowOf[i] = absent ? skipped : this.#clocks.of[i]!.row;
    }
  }

  // The Hessian's diagonal stands in the gradient's place.
  #seatHessian(): void {
    this.#phases.bindInstead(this.#hessian, 'hessian');
    this.#hessian.forEach((diagonal, i) => {
      this.#kernel.rowOf[i] = diagonal === null ? skipped : this.#clocks.of[i]!.row;
    });
  }

  // Those kernels read no gradient. The parameter stands in its place; one whose memory is gone is left where it is.
  #seat(over: 'all' | 'absent' | 'again', bound?: readonly FloatArray[]): void {
    if (over === 'all') this.#clocks.begin();
    const wanted = (i: number) =>
      over === 'all' || (over === 'absent' ? this.#phases.incoming[i] === null : this.#took[i]!);
    const standIns = this.#registry.parameters.map(({ array, length }, i) => {
      const takes = wanted(i) && lengthOf(array) === length;
      this.#kernel.rowOf[i] = !takes ? skipped : over === 'all' ? this.#clocks.rowOf(i) : 0;
      return takes ? (bound?.[i] ?? array) : null;
    });
    this.#phases.bindInstead(standIns);
  }
}
