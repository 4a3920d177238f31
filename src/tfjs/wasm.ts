/** `lanestep/tfjs` without anything native: the entry for browsers, Deno, Bun and workers. */
export { LanestepOptimizer, type Settings } from './optimizer.js';
export { register } from './register.js';
export { adadelta, LanestepAdadelta } from './train/adadelta.js';
export { adagrad, LanestepAdagrad } from './train/adagrad.js';
export { adam, LanestepAdam } from './train/adam.js';
export { adamax, LanestepAdamax } from './train/adamax.js';
export { LanestepMomentum, momentum } from './train/momentum.js';
export { LanestepRMSProp, rmsprop } from './train/rmsprop.js';
export { LanestepSGD, sgd } from './train/sgd.js';
export { adamW, asgd, lion, nadam, nesterov, radam, rprop, wrap } from './wrap.js';
