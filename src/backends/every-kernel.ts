/** All kernels that there are, for who runs them without their optimizers: the tests, and the doctor. */

import * as every from '../kernels.generated.js';
import type { KernelModules } from '../rule.js';
import { wholeMatrices } from './wasm/whole.js';

export const everyKernel: readonly KernelModules[] = [...Object.values(every).flat(), wholeMatrices];
