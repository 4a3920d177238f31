import { OptionError } from '../errors.js';
import { insideOf } from '../inside.js';
import { mechanicKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, type Numbers, type OptionTable, several } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Row, Scalars } from '../pass.js';
import { onePass } from '../passes.js';
import { nonNegative, positive, zeroToOne } from '../ranges.js';
import type { Slot } from '../rule.js';
import { lastPlace } from '../slots.js';
import type { Hyper, Several } from '../types.js';
import {
  type AnyRule,
  type BaseClass,
  type BaseOptions,
  baseRule,
  type OwnOptions,
  ownOver,
  slotsUpTo,
  wraps,
} from './base.js';

/** What `Mechanic` takes besides the options of its base; each number may be a function of the step. */
export interface MechanicOptions {
  /** What the scale begins with, > 0; it should be too small rather than too large. Default 1e-8. */
  sInit?: Hyper;
  /** How strongly what is learned leans back from large parameters, >= 0: the paper's lambda. Default 0.01. */
  sDecay?: Hyper;
  /**
   * How long each of the scales remembers: one to sixteen numbers in [0, 1]. How many there are is fixed at construction. Default
   * [0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999].
   */
  betas?: Several;
  /** Added to what is divided by, > 0. Default 1e-8. */
  eps?: Hyper;
  /**
   * Keep the sum of the base's updates as state, rather than find it from where the parameters are. One more array, for scales so
   * small that a parameter would not move by a rounding. Fixed at construction. Default false.
   */
  storeDelta?: boolean;
}

const mostBetas = 16;

const table: OptionTable<MechanicOptions> = {
  sInit: hyper(1e-8, positive),
  sDecay: hyper(0.01, nonNegative),
  betas: several([0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999], zeroToOne, mostBetas),
  eps: hyper(1e-8, positive),
  storeDelta: flag(false),
};

/** How many scales there are, as a flag: it says which numbers the model has. */
const countFlag = (count: number): string => `betas-${count}`;

/** The sum of the scales. */
function scaleIn(model: Scalars): number {
  let sum = 0;
  for (let k = 1; model[`s_${k}`] !== undefined; k++) sum += model[`s_${k}`]!;
  return sum;
}

/** What the model has before its first step. */
function untuned({ betas }: Numbers<MechanicOptions>): Scalars {
  const numbers: Record<string, number> = {};
  for (let k = 1; k <= betas.length; k++) {
    numbers[`s_${k}`] = 0;
    numbers[`sum_squared_products_${k}`] = 0;
    numbers[`reward_${k}`] = 0;
    numbers[`max_product_${k}`] = 1e-6;
  }
  return numbers;
}

/** The same after a step whose product of gradients and updates is h. */
function tuned({ betas, sInit, eps }: Numbers<MechanicOptions>, before: Scalars, h: number): Scalars {
  const numbers: Record<string, number> = {};
  betas.forEach((beta, i) => {
    const k = i + 1;
    const most = Math.max(beta * before[`max_product_${k}`]!, Math.abs(h));
    const squares = beta * beta * before[`sum_squared_products_${k}`]! + h * h;
    const reward = Math.max(0, beta * before[`reward_${k}`]! - before[`s_${k}`]! * h);
    numbers[`s_${k}`] = ((most * sInit) / betas.length + reward) / (Math.sqrt(squares) + eps);
    numbers[`sum_squared_products_${k}`] = squares;
    numbers[`reward_${k}`] = reward;
    numbers[`max_product_${k}`] = most;
  });
  return numbers;
}

// The base's slots, and its own in the last places: the sum of the updates where it is stored, where a tensor began, and where it is
// before a step.
function slotsOver(base: AnyRule): Slot<object>[] {
  const slots = slotsUpTo(lastPlace - 2, base);
  if (slots.length < lastPlace - 1) slots.push({ name: 'delta', when: ['delta'] });
  return [...slots, { name: 'ref', copies: true }, { name: 'origin', scratch: true }];
}

/** The rule of a base that is told from where it starts, and whose updates are scaled. */
function mechanicOver(base: AnyRule): AnyRule {
  const own = ownOver('Mechanic', table, base);
  const stores = ({ options }: Row<object>): boolean => own.of(options).storeDelta;
  const counts = Array.from({ length: mostBetas }, (_, i) => countFlag(i + 1));
  return {
    ...base,
    label: `Mechanic(${base.label})`,
    title: `mechanic-${base.title ?? base.name}`,
    kernels: [...base.kernels, ...mechanicKernels],
    options: { ...base.options, ...own.options },
    check(options) {
      base.check?.(options);
      if (own.of(options).storeDelta && base.slots.length > lastPlace - 2)
        throw new OptionError(
          `Expected storeDelta false over ${base.label}, which has ${base.slots.length} kinds of state and leaves no place for one ` +
            'more, got true',
        );
    },
    flags(options) {
      const { betas, storeDelta } = own.of(options);
      return [...(base.flags?.(options) ?? []), countFlag(betas.length), ...(storeDelta ? ['delta'] : [])];
    },
    unnamed: base.unnamed === 'all' ? 'all' : [...(base.unnamed ?? []), ...counts, 'delta'],
    slots: slotsOver(base),
    // A tensor's way begins where it is at its first gradient, and so does all else.
    early: false,
    model: options => ({ ...base.model?.(options), ...untuned(own.of(options)) }),
    *passes(step) {
      const options = own.of(step.options);
      const scale = scaleIn(step.model);
      // As long as nothing has moved, there is nothing to divide.
      const inverse = scale === 0 ? 0 : 1 / (scale + options.eps);
      const part = { alone: true, over: 'stepped' } as const;
      try {
        yield { ...part, kernel: 'origin' };
        const { write, ...after } = (yield* base.passes?.(step) ?? onePass(base)) ?? {};
        const all = { product: 0, lean: 0, gradient: 0, weight: 0 };
        let none = true;
        for (const stored of [false, true]) {
          const sums = yield {
            kernel: stored ? 'mechanic.stored.sums' : 'mechanic.sums',
            alone: true,
            only(row) {
              none = false;
              return stores(row) === stored;
            },
            sums: ['product', 'lean', 'gradient', 'weight'],
            // What the base leaves behind may be made of its last sums, which end here.
            ...(!stored && write && { write }),
            numbers: () => (stored ? [] : [inverse]),
          };
          for (const name of ['product', 'lean', 'gradient', 'weight'] as const) all[name] += sums.all(name);
        }
        const model = { ...step.model, ...after.model };
        if (none) return { ...after, model };
        const decay =
          (options.sDecay * scale * Math.sqrt(all.gradient)) / (Math.sqrt(all.weight) + options.eps);
        const next = tuned(options, step.model, all.product + decay * all.lean);
        const scaled = scaleIn(next);
        yield {
          ...part,
          kernel: 'mechanic.move',
          only: row => !stores(row),
          numbers: () => [inverse, scaled],
        };
        yield { ...part, kernel: 'mechanic.stored.move', only: stores, numbers: () => [scaled] };
        return { ...after, model: { ...model, ...next } };
      } catch (error) {
        yield { ...part, kernel: 'origin.back' };
        throw error;
      }
    },
  };
}

/**
 * Mechanic over another optimizer: it finds how large the base's updates should be, so that their learning rate needs no tuning. All
 * updates of the base, u, are added up, and the parameters are where they began plus that sum times a scale. The scale is the sum of
 * several, each of which bets on what it has won so far, and forgets by a beta of its own.
 *
 *     u = the base's update at p        c = sDecay (s[1] + … + s[K]) ‖g‖ / (‖p + u‖ + eps)
 *     h = ⟨g + c (p + u), Δ⟩        Δ = Δ + u        m[k] = max(beta[k] m[k], |h|)        v[k] = beta[k]² v[k] + h²
 *     r[k] = max(0, beta[k] r[k] - s[k] h)        s[k] = (sInit / K · m[k] + r[k]) / (√v[k] + eps)
 *     p = p0 + (s[1] + … + s[K]) Δ
 *
 * Cutkosky, Defazio and Mehta 2023; options, defaults and numbers of the authors' PyTorch code (mechanic-pytorch). The authors recommend
 * lr 1 for the base, or a schedule that begins with 1; the base's own weight decay is a part of its update. Sums go over all tensors
 * that have a gradient, and are added up in double. s, v, r and m are numbers of the whole model: a state dict has them in `model` as
 * `s_1`,
 * `sum_squared_products_1`, `reward_1`, `max_product_1` …, and `ref` for p0. All options but `storeDelta` count as the first group has
 * them.
 * Δ is found again from where the parameters are, (p - p0) / (s + eps), unless it is stored: then there is `delta`, which also grows where
 * p is so large that p0 + s Δ is p0. A tensor without a gradient stays where it is; where Δ is not stored, it changes as s does, as there.
 *
 * `optax.contrib.mechanize` differs: its sInit is 1e-6, and s begins with it; it takes p for p + u in c and h; m begins with 0 and is
 * max(beta m, |h| + eps); h in r is within ±m; r may be negative, and counts as 0 in s.
 *
 *     const optimizer = new Mechanic(params, AdamW, { lr: 1 });
 *     optimizer.step(gradients);
 *
 * The base is any optimizer that is given gradients, but for those that go by the way that they have led: what finds a rate by it
 * (`Prodigy`, `DoG` …), sets the parameter by its state (`MADGRAD`, `Ftrl`, `COCOB`), or averages it (`ASGD`, schedule-free ones); and
 * those
 * with more than four kinds of state, with `storeDelta` three. Its options stand beside Mechanic's; over a base that has an eps and betas,
 * as `Adam`, ours are `mechanicEps` and `mechanicBetas`.
 *
 * @throws OptionError (also where the base takes a closure), ShapeError, BackendError, before anything is written
 */
export class Mechanic<
  const P extends ParamsLike<P> = Params,
  Base extends BaseClass = BaseClass,
> extends Optimizer<BaseOptions<Base> & OwnOptions<Base, MechanicOptions, 'mechanic'>, P> {
  constructor(
    params: P,
    Base: Base,
    options?: Omit<BaseOptions<Base>, 'shapes'> & OwnOptions<Base, MechanicOptions, 'mechanic'> & Settings<P>,
  ) {
    const base = baseRule('Mechanic', Base, {
      text: 'a base that is given gradients, and does not go by where its own steps have led,',
      holds: ({ closure, ownWay }) => !closure && !ownWay,
    });
    if (base.slots.length > lastPlace - 1)
      throw new OptionError(
        `Expected a base with at most ${lastPlace - 1} kinds of state for Mechanic, got ${base.label}, which has ${base.slots.length}`,
      );
    super(mechanicOver(base) as never, params, options ?? ({} as never));
  }

  /** The scale: by what the base's updates are multiplied. 0 before the first step. */
  get s(): number {
    return scaleIn(insideOf(this).model);
  }
}

wraps('Mechanic', Mechanic);
