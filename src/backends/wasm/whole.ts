/** Work on whole matrices on WebAssembly, which rules that have it bring along with the kernels of products. */
import { productsKernels } from '../../kernels.generated.js';
import type { KernelModules } from '../../rule.js';
import { WholeMatrices } from './newton-schulz.js';
import { multiplyMatrices } from './products.js';

const { names, float32, float64 } = productsKernels[0]!;
const work = { Matrices: WholeMatrices, multiply: multiplyMatrices };

/** What does it. */
export type Work = typeof work;

/** The kernels, and what works with them. */
export const wholeMatrices: KernelModules & { readonly work: Work } = { names, float32, float64, work };
