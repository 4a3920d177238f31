import { OptionError, show } from '../errors.js';
import { lookaheadKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { choice, hyper, type OptionTable } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Row } from '../pass.js';
import { onePass } from '../passes.js';
import { wholeFromOne, zeroToOne } from '../ranges.js';
import type { Slot } from '../rule.js';
import { lastPlace } from '../slots.js';
import type { Hyper } from '../types.js';
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

/** What `Lookahead` takes besides the options of its base; each number may be a function of the step. */
export interface LookaheadOptions {
  /** After how many steps of a tensor the slow weights follow, a whole number >= 1. Default 5. */
  k?: Hyper;
  /** How far they follow, in [0, 1]; 1 is the base alone. Default 0.8. */
  alpha?: Hyper;
  /**
   * What becomes of the base's momentum then: it stays (`'none'`), is zero again (`'reset'`), or follows its own slow one
   * (`'pullback'`). Default `'none'`.
   */
  pullbackMomentum?: 'none' | 'reset' | 'pullback';
}

const table: OptionTable<LookaheadOptions> = {
  k: hyper(5, wholeFromOne),
  alpha: hyper(0.8, zeroToOne),
  pullbackMomentum: choice('none', 'reset', 'pullback'),
};

/** What the momentum of a base is called. The kernels that pull it back know one place for it, the first. */
const momenta: readonly string[] = ['momentum_buffer', 'momentum', 'exp_avg'];

// The base's slots, of which the momentum is there where it is pulled back, whatever the base thinks; then its own.
function slotsOver(base: AnyRule): Slot<object>[] {
  const slots = slotsUpTo(lastPlace - 1, base);
  const [first] = slots;
  if (first?.when !== undefined && momenta.includes(first.name))
    slots[0] = { ...first, when: [...first.when, 'reset', 'pullback'] };
  if (slots.length < lastPlace) slots.push({ name: 'slow_momentum', when: ['pullback'], joins: 'zeros' });
  return [...slots, { name: 'slow_params', copies: true }];
}

/** The rule of a base that steps as it does, and of slow weights behind it. */
function lookaheadOver(base: AnyRule): AnyRule {
  const hasMomentum = momenta.includes(base.slots[0]?.name ?? '') && base.slots.length < lastPlace;
  const own = ownOver('Lookahead', table, base);
  const follows = ({ options, t }: Row<object>): boolean => t % own.of(options).k === 0;
  const followsWith = (momentum: string) => (row: Row<object>) =>
    own.of(row.options).pullbackMomentum === momentum && follows(row);
  const shares = ({ options }: Row<object>) => {
    const { alpha } = own.of(options);
    return [alpha, 1 - alpha];
  };
  return {
    ...base,
    label: `Lookahead(${base.label})`,
    title: `lookahead-${base.title ?? base.name}`,
    kernels: [...base.kernels, ...lookaheadKernels],
    options: { ...base.options, ...own.options },
    check(options) {
      base.check?.(options);
      const { pullbackMomentum } = own.of(options);
      if (pullbackMomentum !== 'none' && !hasMomentum)
        throw new OptionError(
          `Expected pullbackMomentum 'none' over ${base.label}, whose first state is no momentum that could be pulled back, got ` +
            show(pullbackMomentum),
        );
    },
    flags(options) {
      const { pullbackMomentum } = own.of(options);
      return [...(base.flags?.(options) ?? []), ...(pullbackMomentum === 'none' ? [] : [pullbackMomentum])];
    },
    unnamed: ['reset', 'pullback'],
    slots: slotsOver(base),
    // The slow weights begin where the parameters are at their first gradient, and so does all else.
    early: false,
    *passes(step) {
      const { write, ...after } = (yield* base.passes?.(step) ?? onePass(base)) ?? {};
      const part = { alone: true, over: 'stepped' } as const;
      // What the base leaves behind may be made of its last sums, which end here.
      yield { ...part, kernel: 'lookahead.sync', only: follows, numbers: shares, ...(write && { write }) };
      yield { ...part, kernel: 'lookahead.reset', only: followsWith('reset'), numbers: () => [0] };
      const only = followsWith('pullback');
      try {
        yield { ...part, kernel: 'lookahead.lift', only };
        yield { ...part, kernel: 'lookahead.pull', only, numbers: shares };
        yield { ...part, kernel: 'lookahead.lower', only };
      } finally {
        // To where the slow weights are.
        yield { ...part, kernel: 'origin.back', only };
      }
      return after;
    },
  };
}

/**
 * Lookahead over another optimizer: its base takes k steps, and then slow weights follow to a point on the way, from which the base
 * goes on. The parameters are the base's fast weights; after every k-th step they are the slow ones.
 *
 *     every k steps:  slow = alpha p + (1 - alpha) slow        p = slow
 *     'pullback':     m = alpha m + (1 - alpha) slow_m        slow_m = m
 *
 * Zhang et al. 2019; defaults and numbers of the authors' code, whose `la_steps` and `la_alpha` are k and alpha. pytorch_optimizer and
 * TensorFlow Addons have alpha 0.5, Addons k 6. Steps are counted for each tensor, so one that had no gradient for a while follows after k
 * steps of its own; elsewhere all follow at once. A momentum that is pulled back is the base's first state, `momentum_buffer` of `SGD` or
 * `exp_avg` of the kin of `Adam`; its slow one begins at zero, as the authors' does, whose code goes on to let it be the momentum
 * itself.
 *
 *     const optimizer = new Lookahead(params, AdamW, { k: 5, alpha: 0.8, lr: 1e-3 });
 *     optimizer.step(gradients);
 *
 * The base is any optimizer that is given gradients, but for `Adafactor`, which leaves the slow weights no place. Its options stand
 * beside k and alpha; over a base that has an alpha, as `RMSprop`, ours is `lookaheadAlpha`. A base that goes by the loss is told
 * it as ever, `step(grads, { loss })`.
 *
 * @throws OptionError (also where the base takes a closure), ShapeError, BackendError, before anything is written
 */
export class Lookahead<
  const P extends ParamsLike<P> = Params,
  Base extends BaseClass = BaseClass,
> extends Optimizer<BaseOptions<Base> & OwnOptions<Base, LookaheadOptions, 'lookahead'>, P> {
  constructor(
    params: P,
    Base: Base,
    options?: Omit<BaseOptions<Base>, 'shapes'> &
      OwnOptions<Base, LookaheadOptions, 'lookahead'> &
      Settings<P>,
  ) {
    const base = baseRule('Lookahead', Base, {
      text: 'a base that is given gradients',
      holds: ({ closure }) => !closure,
    });
    if (base.slots.length > lastPlace)
      throw new OptionError(
        `Expected a base with at most ${lastPlace} kinds of state for Lookahead, got ${base.label}, which has ${base.slots.length}`,
      );
    super(lookaheadOver(base) as never, params, options ?? ({} as never));
  }
}

wraps('Lookahead', Lookahead);
