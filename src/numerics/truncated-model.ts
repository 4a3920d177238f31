/** MoMo's model of the loss: the averages of losses and gradients as a straight line that goes down no further than to a bound. */

/** The line. */
interface Line {
  /** The average of the losses. */
  readonly average: number;
  /** That of the gradients' products with the parameters that they were taken at. */
  readonly slope: number;
  /** The squared norm of the averaged gradient. */
  readonly size: number;
  /** Its product with the parameters of now. */
  readonly way: number;
  /** What the averages are divided by to make up for having started at zero; 1 where they did not. */
  readonly correction: number;
}

interface Options {
  readonly lr: number;
  readonly weightDecay: number;
  readonly lowerBound: number;
  readonly adaptLowerBound: boolean;
}

/** What is divided by counts as zero up to here: the distance from 1 to the next double, as in optax. */
export const nearlyZero = 2 ** -52;

/** How large the step is that goes down to the bound, and the bound of the next step. */
export function downTo(
  bound: number,
  { average, slope, size, way, correction }: Line,
  { lr, weightDecay, lowerBound, adaptLowerBound }: Options,
): { readonly rate: number; readonly next: number } {
  const growth = 1 + lr * weightDecay;
  const cap = growth * (average - slope) + way;
  // One that the line is below already is too high.
  const tooHigh = adaptLowerBound && cap < growth * correction * bound;
  const used = tooHigh ? Math.max(cap / (2 * correction * growth), lowerBound) : bound;
  const drop = Math.max(growth * (average - correction * used - slope) + way, 0);
  const rate = size <= nearlyZero ? 0 : drop / size;
  if (!adaptLowerBound) return { rate, next: used };
  const taken = Math.min(lr / correction, rate);
  const reached = (average + way - slope - (taken * size) / 2) / correction;
  return { rate, next: Math.max(reached, lowerBound) };
}
