/** The inside of an optimizer: what its own class and those of the house work with. Nobody can reach it from outside. */
import type { Aims } from './aims.js';
import type { Clocks } from './clock.js';
import { StateError } from './errors.js';
import type { StepReport } from './gradients.js';
import type { GroupOptions } from './options.js';
import type { After, Scalars, Step } from './pass.js';
import type { Phases } from './phases.js';
import type { Registry } from './registry.js';
import type { Rule } from './rule.js';
import type { StatefulTensor } from './state/dict.js';
import type { GradientSwitches } from './switches/gradients.js';
import type { UpdateSwitches } from './switches/updates.js';
import { nothing, type Told, toldIn } from './told.js';
import type { Turn } from './turn.js';
import type { Work } from './work.js';

interface Parts<Options extends object> extends Work<Options> {
  readonly rule: Rule<Options>;
  readonly registry: Registry;
  readonly clocks: Clocks<Options>;
  readonly tensors: readonly StatefulTensor<Options>[];
  readonly options: readonly GroupOptions<Options>[];
  readonly turn: Turn;
}

const mostSteps = Number.MAX_SAFE_INTEGER - 1;

/** What steps are taken with: one at a time, each of which happens or does not. */
export class Inside<Options extends object> {
  readonly rule: Rule<Options>;
  readonly clocks: Clocks<Options>;
  readonly turn: Turn;
  // These seven are others once a group was added.
  registry: Registry;
  phases: Phases<Options>;
  aims: Aims<Options>;
  gradientSwitches: GradientSwitches<Options>;
  updateSwitches: UpdateSwitches<Options>;
  tensors: readonly StatefulTensor<Options>[];
  options: readonly GroupOptions<Options>[];
  /** Steps taken. */
  steps = 0;
  /** What the step is told beside its gradients. */
  told: Told = nothing;
  /** Scalars of the whole model. */
  model: Scalars;
  /** What the last step found that looked at its gradients; null where none did. */
  report: StepReport | null = null;
  // Whether the step has a gradient scale of its own.
  #rescaled = false;
  /** What else must hold for a state to be taken over, once all of it is known to fit. Runs no code of the user's. */
  checkArrival: () => void = () => undefined;

  constructor(parts: Parts<Options>) {
    const { rule, registry, clocks, tensors, options, turn } = parts;
    this.rule = rule;
    this.registry = registry;
    this.phases = parts.phases;
    this.aims = parts.aims;
    this.gradientSwitches = parts.gradientSwitches;
    this.updateSwitches = parts.updateSwitches;
    this.clocks = clocks;
    this.tensors = tensors;
    this.options = options;
    this.model = rule.model?.(options[0]!.numbers) ?? {};
    this.turn = turn;
  }

  /** Begins a step, which must not be entered again from within: by a schedule, a getter or a closure. */
  enter(replaces = false): void {
    this.turn.begin(replaces);
  }

  /**
   * Takes what a step is told beside its gradients.
   *
   * @throws OptionError
   */
  tell(given: unknown): void {
    const { byLoss = false, closure = false, label } = this.rule;
    const needed = byLoss && !closure;
    this.told = given === undefined && !needed ? nothing : toldIn(given, label, needed);
    if (!this.rule.byHessian && this.told.hessian !== undefined)
      this.told = { ...this.told, hessian: undefined };
  }

  /** What was given as gradients, without what a rule takes out of its closure's answer. */
  hear(given: unknown): unknown {
    const heard = this.rule.answer?.(given, this.rule.label);
    if (heard === undefined) return given;
    this.told = { ...nothing, loss: heard.loss };
    return heard.grads;
  }

  /** Refuses all work from now on, for this reason; or, with null, no more. */
  hold(why: string | null): void {
    this.turn.hold(why);
  }

  /** Frees the state, and the room of the switches. */
  free(): void {
    this.phases.dispose();
    this.gradientSwitches.dispose();
    this.updateSwitches.dispose();
  }

  /** Ends a step, whether it happened or not. */
  leave(): void {
    if (this.#rescaled) this.#unscale();
    this.turn.end();
  }

  /** Runs a change of options or state, which like a step must not be entered again. */
  whole<T>(work: () => T, replaces = false): T {
    this.enter(replaces);
    try {
      return work();
    } finally {
      this.leave();
    }
  }

  /** Evaluates what is a function of the step. Tells whether that is of one pass, and nothing is looked at before it. */
  resolveOptions(): boolean {
    // As many as a state may say: what is saved can be loaded.
    if (this.steps >= mostSteps)
      throw new StateError('ERR_LANESTEP_STATE', 'Expected at most 2^53 - 2 steps');
    const { options } = this;
    let isPlain = this.rule.passes === undefined;
    for (let k = 0; k < options.length; k++) {
      options[k]!.resolve(this.steps + 1);
      if (!options[k]!.plain) isPlain = false;
    }
    if (this.told.gradientScale !== null) this.#rescale(this.told.gradientScale);
    return isPlain;
  }

  #rescale(gradientScale: number): void {
    this.#rescaled = true;
    for (const options of this.options) options.rescale(gradientScale);
  }

  #unscale(): void {
    this.#rescaled = false;
    for (const options of this.options) options.unscale();
  }

  /** Takes back what `resolveOptions` did, after a step that did not happen. */
  revertOptions(): void {
    if (this.#rescaled) this.#unscale();
    for (const options of this.options) options.revert(this.steps + 1);
  }

  /** Ends a step that happened. */
  finish(after?: After<Options>): void {
    this.phases.finish(after);
    this.steps++;
    if (after?.model !== undefined) this.model = after.model;
  }

  /** Whether the gradients are looked at before the step. */
  get measures(): boolean {
    for (let i = 0; i < this.options.length; i++) if (this.options[i]!.measures) return true;
    return false;
  }

  /** Whether a group has switches before the rule, or after it. */
  switched(side: 'gradients' | 'updates'): boolean {
    return this.options.some(({ switches }) => switches[side]);
  }

  /** What a step of several passes begins from. */
  beginning(): Step<Options> {
    const groups = this.options.map(({ numbers }) => numbers);
    const inside = this;
    return {
      options: groups[0]!,
      groups,
      t: this.steps + 1,
      model: this.model,
      tensors: this.aims.access!,
      get loss() {
        return inside.told.loss;
      },
      hessian: this.told.hessian !== undefined,
    };
  }
}

// biome-ignore lint/suspicious/noExplicitAny: of any optimizer
type Reach = (of: object) => Inside<any> | null;

let reach: Reach;

/** Makes the way inside known. `Optimizer`, whose private member it is, calls it once. */
export function reachInside(way: Reach): void {
  reach = way;
}

/** The inside of an optimizer, for a class that steps in its own way. */
export const insideOf = <Options extends object>(of: object): Inside<Options> =>
  reach(of) as unknown as Inside<Options>;

/** The same of whatever it is; null of what is no optimizer. */
export const insideIn = (value: unknown): Inside<object> | null =>
  typeof value === 'object' && value !== null ? reach(value) : null;
