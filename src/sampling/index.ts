// Which training examples an optimizer sees, in which order: batch, mini-batch and stochastic gradient descent.
export { type BatchOptions, batch } from './batch.js';
export { hutchinson } from './hutchinson.js';
export { type MiniBatchOptions, miniBatch } from './mini-batch.js';
export { Random, type RandomState } from './random.js';
export type { Sampler, SamplerOrder, SamplerPlan, SamplerState } from './sampler.js';
export { type StochasticOptions, stochastic } from './stochastic.js';
