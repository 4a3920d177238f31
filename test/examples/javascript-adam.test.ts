// What lanestep races against must be Adam, or the race means nothing.
import { expect, it } from 'vitest';
import { JavaScriptAdam } from '../../examples/language/javascript-adam.js';
import { Adam } from '../../src/index.js';

it('walks the same way as lanestep, but for rounding', () => {
  const make = () => ({
    embedding: Float32Array.from({ length: 37 }, (_, i) => Math.sin(i)),
    weights: Float32Array.from({ length: 5 }, (_, i) => Math.cos(i)),
    bias: new Float32Array(3),
  });
  const mine = make();
  const theirs = make();
  const adam = new Adam(mine, { lr: 0.01, backend: 'wasm' });
  const javascript = new JavaScriptAdam(theirs, 0.01);
  for (let t = 1; t <= 50; t++) {
    const gradients = make();
    for (const tensor of Object.values(gradients)) {
      for (let i = 0; i < tensor.length; i++) tensor[i] = Math.sin(i * 3 + t) * 0.1 + 0.03;
    }
    adam.step(gradients);
    javascript.update(() => gradients);
  }
  for (const name of ['embedding', 'weights', 'bias'] as const) {
    for (const [i, value] of mine[name].entries()) expect(theirs[name][i]).toBeCloseTo(value, 5);
  }
  expect(mine.bias[0]).not.toBe(0);
  expect(javascript.stepTime).toBeGreaterThan(0);
});
