import { add, type NamedTensorMap, square, sum, tidy } from '@tensorflow/tfjs-core';

/** The Euclidean norm of all gradients together. Reads them, and changes nothing. */
export function globalNorm(gradients: NamedTensorMap): number {
  return tidy(() => {
    const squares = Object.values(gradients).map(gradient => sum(square(gradient)));
    return Math.sqrt(squares.reduce((a, b) => add(a, b)).dataSync()[0]!);
  });
}

/** What gradients are multiplied with so that their norm is at most `most`: PyTorch's `clip_grad_norm_`. */
export const clippingCoefficient = (norm: number, most: number): number => Math.min(1, most / (norm + 1e-6));
