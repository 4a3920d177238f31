// The exports: every variant of every rule, and the stages. A kernel takes the bytes of a run, the address of its coefficients
// (as lanes), the addresses of parameter and gradient, and those of its slots and sums; it may answer what it uses (uses.ts).
export { scale } from "./stages/scale";
export { decay } from "./stages/decay";
export { shrink } from "./stages/shrink";

export { adadelta } from "./rules/adadelta";
export { adagrad } from "./rules/adagrad";
export { adam, adam_amsgrad } from "./rules/adam";
export { adamax } from "./rules/adamax";
export { asgd } from "./rules/asgd";
export { average, average_corrected } from "./rules/average";
export { lion } from "./rules/lion";
export { nadam } from "./rules/nadam";
export { nesterov, nesterov_ahead, nesterov_back } from "./rules/nesterov";
export { radam } from "./rules/radam";
export { rmsprop, rmsprop_centered, rmsprop_momentum, rmsprop_centered_momentum } from "./rules/rmsprop";
export { rprop } from "./rules/rprop";
export { sgd, sgd_momentum, sgd_nesterov } from "./rules/sgd";
export { tfjs$adadelta } from "./rules/tfjs-adadelta";
export { tfjs$adagrad } from "./rules/tfjs-adagrad";
export { tfjs$adam, tfjs$adam_settled } from "./rules/tfjs-adam";
export { tfjs$adamax } from "./rules/tfjs-adamax";
export { tfjs$rmsprop, tfjs$rmsprop_centered } from "./rules/tfjs-rmsprop";
