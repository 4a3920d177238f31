// Many numbers of the normal distribution.
import { describe, expect, it } from 'vitest';
import { fillNormal } from '../../src/sampling/normals.js';
import { Random } from '../../src/sampling/random.js';

const drawn = (length: number, seed = 1): Float64Array => {
  const values = new Float64Array(length);
  fillNormal(new Random(seed), values);
  return values;
};

/** The distribution, by the series of the error function below 3 and its continued fraction beyond. */
function below(x: number): number {
  if (x < 0) return 1 - below(-x);
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (x > 3) {
    let fraction = x;
    for (let k = 60; k >= 1; k--) fraction = x + k / fraction;
    return 1 - density / fraction;
  }
  let [term, sum] = [x, x];
  for (let k = 1; k < 60; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + density * sum;
}

describe('fillNormal', () => {
  it('draws the normal distribution, its tail too', () => {
    const count = 400_000;
    const values = drawn(count).sort();
    // By Kolmogorov: the largest distance is above 1.95 / √n in one case of a thousand.
    let most = 0;
    values.forEach((x, i) => {
      most = Math.max(most, Math.abs(below(x) - (i + 0.5) / count));
    });
    expect(most).toBeLessThan(1.95 / Math.sqrt(count));
    // Where the tail has a way of its own there is one of 1737: 230, give or take 15.
    const end = 3.442619855899;
    for (const far of [end, 3.8]) {
      const wanted = 2 * (1 - below(far)) * count;
      const found = values.filter(x => Math.abs(x) > far).length;
      expect(Math.abs(found - wanted), String(far)).toBeLessThan(4 * Math.sqrt(wanted));
    }
    // Within each of the layers' edges, too, where rectangle and wedge meet.
    for (const [low, high] of [
      [0, 0.05],
      [0.27, 0.28],
      [1, 1.05],
      [3.2, 3.44],
    ] as const) {
      const wanted = 2 * (below(high) - below(low)) * count;
      const found = values.filter(x => Math.abs(x) > low && Math.abs(x) <= high).length;
      expect(Math.abs(found - wanted), `${low} to ${high}`).toBeLessThan(4 * Math.sqrt(wanted));
    }
  });

  it('draws numbers that follow no other', () => {
    const values = drawn(100_000, 2);
    const mean = (of: (x: number, i: number) => number) =>
      values.reduce((sum, x, i) => sum + of(x, i), 0) / values.length;
    for (const lag of [1, 2, 7]) {
      const next = (i: number) => values[(i + lag) % values.length]!;
      expect(Math.abs(mean((x, i) => x * next(i)))).toBeLessThan(4 / Math.sqrt(values.length));
      expect(Math.abs(mean((x, i) => (x * x - 1) * (next(i) ** 2 - 1)))).toBeLessThan(
        8 / Math.sqrt(values.length),
      );
    }
  });

  it('gives the same bits everywhere, however the array is cut, and goes on', () => {
    const whole = drawn(1000, 3);
    const [cut, random] = [new Float64Array(1000), new Random(3)];
    for (let at = 0; at < 1000; at += 7) fillNormal(random, cut.subarray(at, Math.min(1000, at + 7)));
    expect(cut).toEqual(whole);
    const after = new Random(3);
    fillNormal(after, new Float32Array(1000));
    expect(after.state).toEqual(random.state);
    expect([...whole.slice(0, 4)]).toEqual(first);
    const sum = whole.reduce((a, b) => a + b, 0);
    expect(sum).toBe(total);
  });
});

// What every later version must draw, too. Another implementation, in Python, has these numbers to 1e-14.
const first = [0.22898908409464835, 0.9632154566521086, 1.6496996714357017, 0.2356746035862444];
const total = 66.50610316124356;
