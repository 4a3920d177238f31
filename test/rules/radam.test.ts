import { describe, expect, test } from 'vitest';
import { RAdam } from '../../src/index.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('radam', RAdam);
followsGolden('radam-decoupled', RAdam);
keepsStages(RAdam, 'coupled', { lr: 0.1 });
keepsStages(RAdam, 'decoupled', { lr: 0.1, decoupledWeightDecay: true });

describe('by hand', () => {
  // beta1 1/2, m = 2, 3/2 - 1/4 ...: m^ = m / (1 - 2^-t). g = 4, 1, -2:
  //   m = 2, 3/2, -1/4; corrected by 1/2, 3/4, 7/8: 4, 2, -2/7. No second moment yet.
  worked('first steps are of momentum alone', RAdam, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1 },
    start: [1],
    grads: [[4], [1], [-2]],
    gives: [[0.6], [0.4], [0.4 + 0.2 / 7]],
  });

  // beta2 3/4, L = 2/(1/4) - 1 = 7, and beta2^8 = 6561/65536, so that l_8 = 7 - 16 · 6561/58975 = 307849/58975 = 5.22,
  // the first above 5: l_7 = 7 - 14 · 2187/14197 = 4.84.
  //   r² = (l - 4)(l - 2) 7 / ((7 - 4)(7 - 2) l) = (71949 · 189899 · 7) / (15 · 58975 · 307849)
  // With g = 2 all along m^ = 2 and v = 4 (1 - beta2^8), so with c = √(1 - beta2^8) = √(58975/65536) the eighth step is
  //   0.1 r 2 c / (2 c + eps)
  const r = Math.sqrt((71949 * 189899 * 7) / (15 * 58975 * 307849));
  const c = Math.sqrt(58975) / 256;
  worked('the eighth is rectified', RAdam, {
    options: { lr: 0.1, betas: [0.5, 0.75], eps: 1 },
    start: [2],
    grads: Array.from({ length: 8 }, () => [2]),
    gives: [[1.8], [1.6], [1.4], [1.2], [1], [0.8], [0.6], [0.6 - (0.2 * r * c) / (2 * c + 1)]],
  });

  // g + p/2 = 3 + 1 = 4
  worked('weightDecay', RAdam, {
    options: { lr: 0.1, betas: [0.5, 0.75], weightDecay: 0.5 },
    start: [2],
    grads: [[3]],
    gives: [[1.6]],
  });

  // 2 (1 - 0.1/2) = 1.9
  worked('decoupledWeightDecay', RAdam, {
    options: { lr: 0.1, betas: [0.5, 0.75], weightDecay: 0.5, decoupledWeightDecay: true },
    start: [2],
    grads: [[4]],
    gives: [[1.5]],
  });
});

describe('Liu et al. 2020', () => {
  test('five steps are not adapted with the default beta2, and the sixth is', () => {
    const param = Float64Array.of(0, 0);
    const optimizer = new RAdam([param], { lr: 0.01 });
    const moves = Array.from({ length: 6 }, () => {
      const before = param.slice();
      optimizer.step([Float64Array.of(100, 1)]);
      return param.map((p, k) => before[k]! - p);
    });
    for (const [large, small] of moves.slice(0, 5)) {
      expect(large).toBeCloseTo(1, 12);
      expect(small).toBeCloseTo(0.01, 14);
    }
    // From then on the size of the gradient does not count, and the rectifier holds the step down.
    const [large, small] = moves[5]!;
    expect(large! / small!).toBeCloseTo(1, 6);
    expect(large).toBeGreaterThan(0);
    expect(large).toBeLessThan(0.01 * 0.1);
  });

  // With this beta2 the length of the sixth step is 5, to the last bit.
  test('it begins above a length of 5, and not at it', () => {
    const param = Float64Array.of(0);
    const optimizer = new RAdam([param], { lr: 1, betas: [0, 0.8397685748659787] });
    for (let t = 1; t <= 6; t++) optimizer.step([Float64Array.of(5)]);
    expect(param[0]).toBe(-30);
  });

  test('the rectifier rises towards 1, which is Adam', () => {
    const param = Float64Array.of(0);
    const optimizer = new RAdam([param], { lr: 1, betas: [0, 0.9] });
    let last = 0;
    for (let t = 1; t <= 200; t++) {
      const before = param[0]!;
      optimizer.step([Float64Array.of(5)]);
      const length = before - param[0]!;
      if (t > 6) expect(length).toBeGreaterThanOrEqual(last * (1 - 1e-9));
      last = t >= 6 ? length : 0;
    }
    expect(last).toBeCloseTo(1, 6);
  });
});
