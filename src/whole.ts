/** Work on whole matrices: rules that have it name it among their kernels, so that no other bundle for WebAssembly carries it. */
import { wholeMatrices } from './backends/wasm/whole.js';
import type { KernelModules } from './rule.js';

export const wholeKernels: readonly KernelModules[] = [wholeMatrices];
