/** The numbers of the stages before the rule: gradient scale and `maximize`, coupled decay, decoupled decay. */
import type { Numbers } from './option-table.js';
import type { Rule } from './rule.js';
import type { StepOptions } from './step-options.js';

/** The factor of the gradient, the rate of coupled decay, and what decoupled decay keeps of the parameter. */
export type StageNumbers = readonly [factor: number, rate: number, keep: number];

/** Numbers with which the stages change nothing, and are left out. */
export const noStages: StageNumbers = [1, 0, 1];

/** The stages' numbers, in the order in which they are applied: PyTorch's, which turns the sign first, then adds the decay. */
export function stageNumbers<Options extends object>(
  rule: Rule<Options>,
  options: Numbers<Options>,
): StageNumbers {
  const { maximize = false, gradientScale = 1 } = options as Partial<Numbers<StepOptions>>;
  const factor = maximize ? -gradientScale : gradientScale;
  const { rate, decoupled, fixed = false } = rule.weightDecay?.(options) ?? { rate: 0, decoupled: false };
  if (!decoupled) return [factor, rate, 1];
  if (fixed) return [factor, 0, 1 - rate];
  const { lr } = options as { readonly lr?: number };
  return [factor, 0, 1 - (lr ?? 0) * rate * decayCorrection(options)];
}

/** What decoupled decay is multiplied by (`maxLr`). */
export function decayCorrection<Options extends object>(options: Numbers<Options>): number {
  const { maxLr = null, lr } = options as { readonly maxLr?: number | null; readonly lr?: number };
  return maxLr === null ? 1 : (lr ?? 0) / maxLr;
}
