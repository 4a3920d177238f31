/** lanestep without anything native: the entry for browsers, Deno, Bun and workers, and `lanestep/wasm`. */
export { type BackendChoice, type BackendInfo, backend, setThreads } from './backend.js';
export { provideKernels } from './backends/wasm.js';
export { BackendError, type ErrorCode, LanestepError, OptionError, ShapeError, StateError } from './errors.js';
export type { Group } from './group.js';
export type { Optimizer, Settings } from './optimizer.js';
export type { Grads, ParamGroup, ParamList, Params } from './params.js';
export { Adam, type AdamOptions } from './rules/adam.js';
export type { StageOptions } from './rules/rule.js';
export type { ParameterState, StateDict } from './state-dict.js';
export type { Dtype, FloatArray, Hyper, Schedule } from './types.js';
