// Learning rates, and other hyper-parameters, as functions of the step.
export { type ChainedOptions, chained } from './chained.js';
export { type ConstantOptions, constant } from './constant.js';
export { type CosineOptions, cosine } from './cosine.js';
export { type CosineWarmRestartsOptions, cosineWarmRestarts } from './cosine-warm-restarts.js';
export {
  type CyclicByMode,
  type CyclicByScale,
  type CyclicMode,
  type CyclicOptions,
  type CyclicRange,
  cyclic,
  type LrAndMomentum,
} from './cyclic.js';
export { type ExponentialOptions, exponential } from './exponential.js';
export { GradScaler, type GradScalerOptions, type GradScalerState } from './grad-scaler.js';
export { type LambdaOptions, lambda } from './lambda.js';
export { type LinearOptions, linear } from './linear.js';
export { type MultiStepOptions, multiStep } from './multi-step.js';
export { type MultiplicativeOptions, multiplicative } from './multiplicative.js';
export { type OneCycleOptions, oneCycle } from './one-cycle.js';
export { type PolynomialOptions, polynomial } from './polynomial.js';
export {
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
  type ReduceLROnPlateauState,
} from './reduce-lr-on-plateau.js';
export { type SequencePiece, sequence } from './sequence.js';
export { type StepDecayOptions, stepDecay } from './step-decay.js';
export { type SwaLROptions, swaLR } from './swa-lr.js';
export { type WarmupOptions, warmup } from './warmup.js';
