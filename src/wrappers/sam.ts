import { ClosureOptimizer } from '../closure-optimizer.js';
import { OptionError, show } from '../errors.js';
import { insideOf } from '../inside.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Passes, Step } from '../pass.js';
import { nonNegative, positive } from '../ranges.js';
import type { Rule, Slot } from '../rule.js';
import { lastPlace } from '../slots.js';
import type { Hyper } from '../types.js';

/** What `SAM` takes besides the options of its base; each number may be a function of the step. */
export interface SAMOptions {
  /** How far up the slope the second gradient is taken, >= 0. Default 0.05. */
  rho?: Hyper;
  /** Added to the norm that is divided by, > 0. Default 1e-12. */
  perturbEps?: Hyper;
}

// biome-ignore-start lint/suspicious/noExplicitAny: it may be of any parameters and options
/** The class of an optimizer. */
export type BaseClass = new (params: any, options?: any) => Optimizer<any, any, any>;
/** What such a class takes. */
export type BaseOptions<Base extends BaseClass> = NonNullable<ConstructorParameters<Base>[1]>;
type AnyRule = Rule<any>;
// biome-ignore-end lint/suspicious/noExplicitAny: only there

/** The rule of one pass that a class runs; throws an OptionError for a class that has none. */
function baseRule(Base: BaseClass): AnyRule {
  if (typeof Base !== 'function' || !(Base.prototype instanceof Optimizer))
    throw new OptionError(
      `Expected the class of an optimizer, such as SGD, as the second argument of SAM, got ${show(Base)}`,
    );
  const refuse = (label: string): never => {
    throw new OptionError(`Expected a base of one pass for SAM, such as SGD or Adam, got ${label}`);
  };
  if (Base === SAM || Base.prototype instanceof SAM) refuse('SAM');
  const instance = new Base([new Float32Array(0)]);
  const { rule } = insideOf(instance);
  instance.dispose();
  if (rule.passes === undefined && rule.coefficients !== undefined && !rule.ownOptionsOnly) return rule;
  return refuse(rule.label);
}

// A slot that is never there.
const nothing = { name: '', when: [] } as const;

/** SAM over a rule of one pass: up the slope, the gradients there, back, and the rule's own step with them. */
function samOver(base: AnyRule): AnyRule {
  const places: Slot<object>[] = [...base.slots];
  while (places.length < lastPlace) places.push(nothing);
  const rule = {
    ...base,
    label: `SAM(${base.label})`,
    title: `sam-${base.title ?? base.name}`,
    options: { ...base.options, rho: hyper(0.05, nonNegative), perturbEps: hyper(1e-12, positive) },
    slots: [...places, { name: 'origin', scratch: true }],
    closure: true,
    *passes({ options: { rho, perturbEps } }: Step<Required<SAMOptions>>): Passes<Required<SAMOptions>> {
      yield 'gradients';
      const sums = yield { kernel: 'norm', alone: true, sums: ['size'] };
      const scale = rho / (Math.sqrt(sums.all('size')) + perturbEps);
      yield { kernel: 'sam.ascend', alone: true, numbers: () => [scale] };
      try {
        yield 'gradients';
      } finally {
        yield { kernel: 'sam.back', alone: true, over: 'again' };
      }
      yield {
        kernel: '',
        numbers: ({ options, t, scalars, least }) => base.coefficients!(options, t, scalars, least),
      };
      return undefined;
    },
  };
  return rule as unknown as AnyRule;
}

/**
 * Sharpness-aware minimization over another optimizer: it takes the gradients where the loss is worst nearby, and its base takes the
 * step with them from where the parameters were. Two gradients a step, so it takes a closure.
 *
 *     e = rho g(p) / (‖g(p)‖ + perturbEps)        p = the base's step from p with g(p + e)
 *
 * The norm is that of all gradients together, added up in double. Foret et al. 2021. The base is any optimizer of one pass; its options
 * stand beside `rho`. Its weight decay counts at p, and not in e.
 *
 *     const optimizer = new SAM(params, SGD, { rho: 0.05, lr: 0.1, momentum: 0.9 });
 *     optimizer.step(() => gradientsOf(params));     // called twice
 *
 * @throws OptionError (also where the base takes several passes or a closure), ShapeError, BackendError, before anything is written
 */
export class SAM<
  const P extends ParamsLike<P> = Params,
  Base extends BaseClass = BaseClass,
> extends ClosureOptimizer<BaseOptions<Base> & SAMOptions, P> {
  constructor(params: P, Base: Base, options?: Omit<BaseOptions<Base>, 'shapes'> & SAMOptions & Settings<P>) {
    super(samOver(baseRule(Base)) as never, params, options ?? ({} as never));
  }
}
