// States that were not written here: PyTorch's own, and what JSON leaves of one.
import { describe, expect, it } from 'vitest';
import { Adam, AdamW, MovingAverage, NAdam, SGD, type StateDict } from '../../src/index.js';
import { everyOptimizer, step } from '../every-optimizer.js';
import { noise } from '../training.js';
import { type Any, backends, codeOf, f32 } from './scenes.js';

// What torch.optim writes beside the options of its groups.
const torch = {
  foreach: null,
  fused: true,
  capturable: false,
  differentiable: false,
  initial_lr: 0.1,
  params: [0],
};

for (const backend of backends) {
  describe(backend, () => {
    it.each<[string, Any, (params: Float32Array[]) => Any, Any]>([
      [
        'SGD, which counts no steps',
        {
          state: { 0: { momentum_buffer: f32(2) } },
          param_groups: [{ lr: 0.1, momentum: 0.9, dampening: 0, nesterov: false, ...torch }],
        },
        params => new SGD(params, { momentum: 0.9, backend }),
        { step: 1, momentum_buffer: f32(2) },
      ],
      [
        'SGD, before its first momentum',
        { state: { 0: { momentum_buffer: null } }, param_groups: [{ lr: 0.1, momentum: 0.9, ...torch }] },
        params => new SGD(params, { momentum: 0.9, backend }),
        undefined,
      ],
      [
        'SGD without momentum',
        { state: { 0: { momentum_buffer: null } }, param_groups: [{ lr: 0.1, momentum: 0, ...torch }] },
        params => new SGD(params, { backend }),
        { step: 1 },
      ],
      [
        'SGD, with its steps',
        { state: { 0: { momentum_buffer: [2] } }, steps: 70, param_groups: [{ momentum: 0.9, ...torch }] },
        params => new SGD(params, { momentum: 0.9, backend }),
        { step: 70, momentum_buffer: f32(2) },
      ],
      [
        'Adam, whose step is a tensor',
        {
          state: { 0: { step: f32(3), exp_avg: [[0.5]], exp_avg_sq: { 0: 0.25 } } },
          param_groups: [
            { lr: f32(0.5), betas: [0.5, 0.75], amsgrad: false, decoupled_weight_decay: false, ...torch },
          ],
        },
        params => new Adam(params, { backend }),
        { step: 3, exp_avg: f32(0.5), exp_avg_sq: f32(0.25) },
      ],
      [
        'AdamW, which says that its decay is decoupled',
        {
          state: { 0: { step: BigInt64Array.of(3n), exp_avg: [1], exp_avg_sq: [1] } },
          param_groups: [{ weight_decay: 0.5, decoupled_weight_decay: true, max_lr: 1, min_lr: 0, ...torch }],
        },
        params => new AdamW(params, { backend }),
        { step: 3, exp_avg: f32(1), exp_avg_sq: f32(1) },
      ],
      [
        'NAdam, whose product is a tensor',
        {
          state: { 0: { step: [3], mu_product: f32(0.5), exp_avg: [1], exp_avg_sq: [1] } },
          param_groups: [{ ...torch }],
        },
        params => new NAdam(params, { backend }),
        { step: 3, mu_product: 0.5, exp_avg: f32(1), exp_avg_sq: f32(1) },
      ],
    ])("takes PyTorch's %s", (_, state, make, expected) => {
      const optimizer = make([f32(1)]);
      optimizer.loadStateDict(state);
      expect(optimizer.stateDict().state[0]).toEqual(expected);
      optimizer.step([f32(1)]);
    });

    it('does not take coupled decay for decoupled', () => {
      const state = { state: {}, param_groups: [{ decoupled_weight_decay: false, ...torch }] };
      const adamw = new AdamW([f32(1)], { backend });
      expect(codeOf(() => adamw.loadStateDict(state as Any))).toContain('"decoupled_weight_decay"');
    });

    it.each(everyOptimizer.map(entry => [entry.name, entry] as const))(
      '%s goes through JSON with its bits',
      (_, { make }) => {
        const params = () => [noise(new Float32Array(9), 1), noise(new Float64Array(5), 2)];
        const [one, other] = [make(params(), { backend }), make(params(), { backend })];
        for (let t = 1; t < 4; t++)
          step(one, [noise(new Float32Array(9), t), t === 1 ? null : noise(new Float64Array(5), t)]);
        other.loadStateDict(JSON.parse(JSON.stringify(one.stateDict())) as StateDict);
        expect(other.stateDict()).toEqual(one.stateDict());
      },
    );

    it('takes the averages of a MovingAverage out of JSON', () => {
      const one = new MovingAverage({ w: f32(1, 0.1) }, { backend });
      one.update();
      const other = new MovingAverage({ w: f32(0, 0) }, { backend });
      other.loadStateDict(JSON.parse(JSON.stringify(one.stateDict())));
      expect(other.values.w).toEqual(one.values.w);
    });
  });
}
