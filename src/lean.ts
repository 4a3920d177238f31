/** lanestep without anything native, and without states and checkpoints: `lanestep/lean`, the smallest bundle. */
// First in a bundle, as wasm.ts says.
import './kernels.generated.js';

export type { MovingAverageState } from './averages.js';
export { type BackendChoice, type BackendInfo, backend, setThreads } from './backend.js';
export { provideKernels } from './backends/wasm/modules.js';
export type { LoadOptions, Progress, SaveOptions } from './checkpoint/contents.js';
export { type Evaluation, LBFGS, type LBFGSOptions } from './curvature/lbfgs.js';
export {
  BackendError,
  CheckpointError,
  type ErrorCode,
  GradientError,
  LanestepError,
  OptionError,
  ShapeError,
  StateError,
} from './errors.js';
export type { StepReport } from './gradients.js';
export type { Group } from './group.js';
export {
  type GroupsByName,
  groupsByName,
  type NameRule,
  type OptionsByName,
  type OwnOptions,
} from './groups-by-name.js';
export { MovingAverage } from './moving-average.js';
export type { Optimizer, Settings } from './optimizer.js';
export type { Grads, ParamGroup, ParamList, Params, ParamsLike, Shapes } from './params.js';
export type { MovingAverageOptions } from './rules/average.js';
export * from './rules/index.js';
export * from './sampling/index.js';
export * from './schedules/index.js';
export type { Shape } from './shape.js';
export type { ParameterState, StateDict } from './state/dict.js';
export type { DifferingOption, LoadReport, Mismatch } from './state/report.js';
export type { StepOptions } from './step-options.js';
export { StochasticWeightAverage } from './stochastic-weight-average.js';
export type { StepInput } from './told.js';
export type { Dtype, FloatArray, Hyper, Pair, Path, Schedule, Several, Triple } from './types.js';
export { ASAM, type ASAMOptions } from './wrappers/asam.js';
export type { BaseClass } from './wrappers/base.js';
export { Lookahead, type LookaheadOptions } from './wrappers/lookahead.js';
export { Mechanic, type MechanicOptions } from './wrappers/mechanic.js';
export { SAM, type SAMOptions } from './wrappers/sam.js';
