/** The numbers of the stages before the rule: gradient scale and `maximize`, coupled decay, decoupled decay. */
import type { Numbers, Rule, StageOptions } from './rules/rule.js';

/** Numbers with which the stages change nothing, and are left out. */
export const noStages: readonly [number, number, number] = [1, 0, 1];

/**
 * [the factor of the gradient, the rate of coupled decay, what decoupled decay keeps of the parameter], in the order in
 * which they are applied: PyTorch's, which turns the sign first, then adds the decay.
 */
export function stageNumbers<Options extends object>(
  rule: Rule<Options>,
  options: Numbers<Options>,
): readonly [number, number, number] {
  const { maximize = false, gradientScale = 1 } = options as Partial<Numbers<StageOptions>>;
  const factor = maximize ? -gradientScale : gradientScale;
  const { rate, decoupled } = rule.weightDecay?.(options) ?? { rate: 0, decoupled: false };
  if (!decoupled) return [factor, rate, 1];
  const { lr } = options as { readonly lr?: number };
  return [factor, 0, 1 - (lr ?? 0) * rate];
}
