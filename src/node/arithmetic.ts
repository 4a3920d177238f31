/** A warning where this thread computes otherwise than it should, which WebAssembly, other than the native kernels, cannot change. */
import { warnOnce } from '../environment.js';
import { oddArithmetic } from '../numerics/arithmetic.js';

/** Looks at it. */
export function checkArithmetic(): void {
  const odd = oddArithmetic();
  if (odd === null) return;
  warnOnce(
    `this thread ${odd}, as a native library of the process has set it (one that was linked with -ffast-math?), so ` +
      'WebAssembly gives other results here than elsewhere; use the native backend, or load that library in a worker',
    'LANESTEP_ARITHMETIC',
  );
}
