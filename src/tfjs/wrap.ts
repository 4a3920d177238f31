/** lanestep's own optimizers, with PyTorch's numbers, as optimizers of TensorFlow.js. */
import { choiceFor, freeOf } from '../backend.js';
import { OptionError, show } from '../errors.js';
import { HessianOptimizer } from '../hessian-optimizer.js';
import { LossOptimizer } from '../loss-optimizer.js';
import type { Optimizer } from '../optimizer.js';
import * as every from '../rules/index.js';
import { ByLoss } from './by-loss.js';
import { LookAhead } from './look-ahead.js';
import type { Arguments } from './names.js';
import type { LanestepOptimizer, Settings } from './optimizer.js';
import type { Inner } from './session.js';
import { Wrapped } from './wrapped.js';

/** A class of lanestep's that can be wrapped, and its options. */
// biome-ignore lint/suspicious/noExplicitAny: classes of many option types
export type Wrappable<Options> = new (params: any, options?: Options) => Inner;

// Not inferred from the constructor, whose parameters are generic.
// biome-ignore-start lint/suspicious/noExplicitAny: whatever its parameters are
type OptionsOf<Class> = Class extends new (
  ...given: any
) => Optimizer<infer Options, any, any>
  ? Options
  : never;
// biome-ignore-end lint/suspicious/noExplicitAny: only there

type WrappedClass = (new (options?: object) => Wrapped) & { readonly className: string };

// The weights of an optimizer are, of every variable, as many as it has elements: what would keep numbers of rows and columns keeps
// them of all elements here.
const ofRows: readonly unknown[] = [
  every.Adafactor,
  every.AdafactorPaper,
  every.AdamMini,
  every.AdamP,
  every.Amos,
  every.CAME,
  every.SGDP,
  every.SM3,
];

// One that takes a closure asks for its gradients when it is somewhere else.
function baseOf(Class: Wrappable<object>): typeof Wrapped {
  if ((Class as unknown) === every.Nesterov) return LookAhead;
  return Class.prototype instanceof LossOptimizer ? ByLoss : Wrapped;
}

// The name stands in saved models, so it is not left to the class' own, which a bundler may shorten.
function wrapping(name: string, Class: Wrappable<object>): WrappedClass {
  const Base = baseOf(Class);
  return class extends Base {
    static get className(): string {
      return `Lanestep.${name}`;
    }

    constructor(options: object = {}) {
      const vectors = ofRows.includes(Class) ? { shapes: undefined } : {};
      super((params, given) => new Class(params, { ...given, ...vectors }), options);
    }
  };
}

// What goes by the Hessian is told it in arrays, which TensorFlow.js' `applyGradients` has no place for. Weights have no place for the
// matrices of doubles of these, without which they could not go on.
const ofSides: readonly unknown[] = [every.Shampoo, every.SOAP];
const wrappable = Object.entries(every).filter(
  ([, Class]) => !(Class.prototype instanceof HessianOptimizer) && !ofSides.includes(Class),
);

const classes = new Map<unknown, WrappedClass>(
  wrappable.map(([name, Class]) => [Class, wrapping(name, Class as Wrappable<object>)]),
);

/** The classes that `wrap` makes instances of. */
export const wrapped: readonly WrappedClass[] = [...classes.values()];

/**
 * Any of lanestep's optimizers as one of TensorFlow.js: `wrap(Adam, { lr: cosine({ lr: 1e-3, tMax: 1000 }), amsgrad: true })`.
 *
 * It computes what the class computes, with PyTorch's names, defaults and numbers; `learningRate`, `beta1`, `beta2` and
 * `epsilon` are taken for `lr`, `betas` and `eps`, too. A function of the step is saved with its
 * value of the last step. Step counts and scalars such as NAdam's are saved, too, so that training goes on with the same
 * bits. `Adafactor`, `AdafactorPaper`, `CAME`, `AdamMini`, `Amos` and `SM3` take every variable for a vector, as they do without `shapes`:
 * weights of rows and columns have no place here. `Muon` and `NorMuon` take those of two dimensions for matrices, and save zeros for what
 * they have no state of. `Nesterov` computes the loss at its look-ahead point, for which it needs `minimize` or `model.fit`.
 * Those two tell the loss to optimizers that go by it; `applyGradients(gradients, { loss })` does, too. `AdaHessian` and `Sophia`,
 * which are told the Hessian, cannot be wrapped; nor can `Shampoo` and `SOAP`, whose state is matrices of doubles.
 *
 * @param Class a class of lanestep's
 * @param options what it takes, and the settings
 * @throws OptionError, BackendError
 */
export function wrap<Class extends Wrappable<never>>(
  Class: Class,
  options?: OptionsOf<Class> & Arguments & Settings,
): LanestepOptimizer<OptionsOf<Class> & Arguments> {
  const free = freeOf(Class);
  const Found = classes.get(free ?? Class);
  if (Found === undefined) {
    const names = wrapped.map(({ className }) => className.replace('Lanestep.', ''));
    throw new OptionError(`Expected one of lanestep's classes ${names.join(', ')}, got ${show(Class)}`);
  }
  // One of `lanestep/wasm` runs there.
  const given = free === null ? options : { ...options, backend: choiceFor(Class, options?.backend) };
  return new Found(given) as unknown as LanestepOptimizer<OptionsOf<Class> & Arguments>;
}
