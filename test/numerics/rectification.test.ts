import { expect, it } from 'vitest';
import { rectification } from '../../src/numerics/rectification.js';

it('is of Liu et al. 2020', () => {
  const { length, root } = rectification(0.75, 8);
  expect(length).toBeCloseTo(307849 / 58975, 13);
  expect(root).toBeCloseTo(Math.sqrt((71949 * 189899 * 7) / (15 * 58975 * 307849)), 13);
});

it('rises to the full length, and to 1', () => {
  expect(rectification(0.9, 1).length).toBeCloseTo(1, 12);
  expect(rectification(0.9, 1e6)).toEqual({ length: 2 / (1 - 0.9) - 1, root: 1 });
});
