import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Rows } from './data.js';

/** The share of rows whose largest score is that of their language. */
export function accuracy(scores: Tensor2D, { labels }: Rows): number {
  const [, columns] = scores.shape;
  const values = scores.dataSync();
  let right = 0;
  labels.forEach((label, row) => {
    let best = 0;
    for (let k = 1; k < columns; k++) {
      if (values[row * columns + k]! > values[row * columns + best]!) best = k;
    }
    if (best === label) right++;
  });
  return right / labels.length;
}
