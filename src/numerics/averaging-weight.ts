/** The weight that a step of a schedule-free optimizer has in its average. */
import { realPower } from './real-power.js';

/**
 * The share of step t, taken at the rate `now`, after what the steps before have left (`lr_max`, `weight_sum`); and what it leaves:
 * the largest rate so far, and the sum of all weights.
 */
export function averagingWeight(
  now: number,
  t: number,
  { r, weightLrPower }: { readonly r: number; readonly weightLrPower: number },
  { lr_max = 0, weight_sum = 0 }: Readonly<Record<string, number>>,
): { readonly share: number; readonly lr_max: number; readonly weight_sum: number } {
  const largest = Math.max(lr_max, now);
  const weight =
    realPower(t, r) * (largest > 0 ? realPower(largest, weightLrPower) : weightLrPower === 0 ? 1 : 0);
  const sum = weight_sum + weight;
  return { share: sum > 0 ? weight / sum : 0, lr_max: largest, weight_sum: sum };
}
