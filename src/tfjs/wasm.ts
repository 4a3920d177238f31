/** `lanestep/tfjs` without anything native: the entry for browsers, Deno, Bun and workers. */
import '../keeper.js';

export type { AdadeltaOptions } from '../rules/adadelta.js';
export type { AdagradOptions } from '../rules/adagrad.js';
export type { AdamOptions } from '../rules/adam.js';
export type { AdamaxOptions } from '../rules/adamax.js';
export type { RMSpropOptions } from '../rules/rmsprop.js';
export type { SGDOptions } from '../rules/sgd.js';
export type { Hyper, Schedule } from '../types.js';
export type { Arguments } from './names.js';
export { LanestepOptimizer, type Settings } from './optimizer.js';
export * from './own.js';
export { register } from './register.js';
export { type AdadeltaArguments, adadelta, LanestepAdadelta } from './train/adadelta.js';
export { type AdagradArguments, adagrad, LanestepAdagrad } from './train/adagrad.js';
export { type AdamArguments, adam, LanestepAdam } from './train/adam.js';
export { type AdamaxArguments, adamax, LanestepAdamax } from './train/adamax.js';
export { LanestepMomentum, type MomentumArguments, momentum } from './train/momentum.js';
export { LanestepRMSProp, type RMSPropArguments, rmsprop } from './train/rmsprop.js';
export { LanestepSGD, type SGDArguments, sgd } from './train/sgd.js';
export { wrap } from './wrap.js';
