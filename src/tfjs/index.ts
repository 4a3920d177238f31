/** lanestep's optimizers for TensorFlow.js; on Node, on the native backend where it loads. */
import '../index.js';

export * from './wasm.js';
