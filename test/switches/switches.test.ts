// What the switches compute, worked by hand; what they go together with, and what they are refused with.
import { describe, expect, it } from 'vitest';
import {
  Adam,
  AdamW,
  COCOB,
  Lookahead,
  Muon,
  NorMuon,
  type OptionError,
  SAM,
  SGD,
  type StepOptions,
} from '../../src/index.js';
import { everyOptimizer, step } from '../every-optimizer.js';
import { onEachBackend } from '../rules/trajectory.js';

const near = (actual: ArrayLike<number>, expected: readonly number[]): void => {
  expect([...Array.from(actual)].map(x => Number(x.toFixed(12)))).toEqual(expected);
};

onEachBackend(backend => {
  describe('by hand', () => {
    it('a cautious update: of four elements two move against their gradients, and twice as far', () => {
      const p = Float64Array.of(1, 1, 1, 1);
      const optimizer = new SGD([p], { lr: 0.1, momentum: 0.5, cautious: true, backend });
      optimizer.step([Float64Array.of(1, 1, 1, 0)]);
      // Three of four.
      near(
        p,
        [1 - 0.4 / 3, 1 - 0.4 / 3, 1 - 0.4 / 3, 1].map(x => Number(x.toFixed(12))),
      );
      p.fill(1);
      // The momentum is [0.1, 0.5, 0.7, 0.5] now; the gradient agrees with the last two.
      optimizer.step([Float64Array.of(-0.4, 0, 0.2, -0.1)]);
      near(p, [1, 1, 1 - 2 * 0.07, 1 + 2 * 0.01]);
      expect([...(optimizer.stateDict().state[0]!.momentum_buffer as Float64Array)]).toEqual([
        0.5 - 0.4,
        0.5,
        0.7,
        -0.1,
      ]);
    });

    it('cautious decay: what the update brings nearer to zero decays, and what it leaves', () => {
      const p = Float64Array.of(2, 2, -2, 0, 2);
      const options = { lr: 0.5, weightDecay: 0.1, cautiousWeightDecay: true, backend } as const;
      new SGD([p], { ...options, decoupledWeightDecay: true }).step([Float64Array.of(1, -1, 1, 1, 0)]);
      near(p, [2 - 0.5 - 0.1, 2 + 0.5, -2 - 0.5, -0.5, 2 - 0.1]);
    });

    it('corrected decay goes with the square of lr', () => {
      for (const [Class, own] of [
        [SGD, { decoupledWeightDecay: true }],
        [Muon, { shapes: [[1, 2]] }],
        [NorMuon, { shapes: [[1, 2]] }],
      ] as const) {
        const p = Float64Array.of(8, 4);
        const made = new Class([p], { lr: 0.25, weightDecay: 0.5, maxLr: 0.5, backend, ...own });
        made.step([new Float64Array(2)]);
        near(p, [8 * (1 - 0.0625), 4 * (1 - 0.0625)]);
      }
    });

    it('an update that is clipped has the root mean square lr times updateClip', () => {
      const p = Float64Array.of(0, 0);
      const optimizer = new SGD([p], { lr: 0.1, updateClip: 0.5, backend });
      optimizer.step([Float64Array.of(3, 4)]);
      near(
        p,
        [-3, -4].map(x => Number(((x * 0.05) / Math.sqrt(12.5)).toFixed(12))),
      );
      // Shorter ones pass.
      p.fill(0);
      optimizer.step([Float64Array.of(0.25, 0.5)]);
      expect([...p]).toEqual([-0.025, -0.05]);
    });

    it('OrthoGrad: what is left stands upright on the parameter, and is as long as before', () => {
      const p = Float64Array.of(3, 4);
      new SGD([p], { lr: 1, orthograd: true, backend }).step([Float64Array.of(1, 0)]);
      // (1, 0) less its part along (3, 4) is (0.64, -0.48), of length 0.8.
      near(p, [3 - 0.8, 4 + 0.6]);
      const zeros = new Float64Array(2);
      new SGD([zeros], { lr: 1, orthograd: true, backend }).step([Float64Array.of(1, 2)]);
      near(zeros, [-1, -2]);
    });
  });

  describe('with everything else', () => {
    const arrays = (): Float64Array[] => [Float64Array.of(1, -2, 3, 0.5, -1, 2), Float64Array.of(0.3, -0.7)];
    const shapes = [[2, 3], [2]];
    const grads = (t: number): Float64Array[] => [
      Float64Array.from({ length: 6 }, (_, i) => Math.sin(t * 7 + i * i)),
      Float64Array.of(Math.cos(t), 0.1 * t),
    ];
    const all = {
      gradientCentralization: true,
      agc: 0.5,
      orthograd: true,
      cautious: true,
      updateClip: 0.9,
    } as const;

    it('changes no gradient, and a tensor without one stays as it is', () => {
      const params = arrays();
      const optimizer = new AdamW(params, { ...all, cautiousWeightDecay: true, shapes, backend });
      const given = grads(1);
      optimizer.step([given[0]!, null]);
      expect(given).toEqual(grads(1));
      expect(params[1]).toEqual(arrays()[1]);
      expect(params[0]).not.toEqual(arrays()[0]);
    });

    it('leaves nothing behind: on, off and on again is as if each step had been taken with an optimizer of its own', () => {
      const [params, twins] = [arrays(), arrays()];
      const optimizer = new Adam(params, { shapes, backend });
      const twin = new Adam(twins, { shapes, backend });
      const off = {
        gradientCentralization: false,
        agc: null,
        orthograd: false,
        cautious: false,
        updateClip: null,
      };
      for (const [t, options] of [all, off, { ...off, agc: 0.1 }, off, all].entries()) {
        optimizer.set(options);
        optimizer.step(grads(t));
        // The twin comes out of a checkpoint at every step.
        const next = new Adam(twins, { shapes, backend });
        next.loadStateDict(twin.stateDict());
        next.set(options);
        next.step(grads(t));
        twin.loadStateDict(next.stateDict());
        expect(params, `step ${t}`).toEqual(twins);
      }
    });

    it('follows parameters that move, are on their way, and join', () => {
      const options = { ...all, cautiousWeightDecay: true, backend } as const;
      const groups = () => arrays().map((p, i) => ({ params: [p], shapes: [shapes[i]!] }));
      const [mine, twins] = [groups(), groups()];
      const one = new AdamW([mine[0]!], options);
      const other = new AdamW([twins[0]!], options);
      one.step([[grads(0)[0]!]]);
      other.step([[grads(0)[0]!]]);
      const elsewhere = new Float64Array(6).fill(99);
      one.rebind([[elsewhere]] as never, [mine[0]!.params] as never);
      one.addGroup(mine[1]!);
      other.addGroup(twins[1]!);
      const kept = mine[0]!.params[0]!.slice();
      for (let t = 1; t < 4; t++) {
        one.step(grads(t).map(g => [g]) as never);
        other.step(grads(t).map(g => [g]) as never);
        expect(elsewhere).toEqual(twins[0]!.params[0]);
      }
      expect(mine[0]!.params[0]).toEqual(kept);
      expect(mine[1]!.params).toEqual(twins[1]!.params);
    });

    it('is within a wrapper where the base moves the parameters', () => {
      const [params, twins] = [arrays(), arrays()];
      const slow = new Lookahead(params, SGD, {
        k: 1,
        alpha: 0.5,
        lr: 0.1,
        momentum: 0.9,
        cautious: true,
        shapes,
        backend,
      });
      const sharp = arrays();
      const before = arrays();
      const ascending = new SAM(sharp, SGD, { rho: 1, lr: 0.1, cautious: true, shapes, backend });
      const fast = new SGD(twins, { lr: 0.1, momentum: 0.9, cautious: true, shapes, backend });
      for (let t = 0; t < 3; t++) {
        const start = twins.map(p => p.slice());
        slow.step(grads(t));
        fast.step(grads(t));
        twins.forEach((p, i) => {
          p.forEach((x, k) => {
            p[k] = 0.5 * x + (1 - 0.5) * start[i]![k]!;
          });
        });
        expect(params).toEqual(twins);
      }
      let asked = 0;
      ascending.step(() => grads(asked++));
      new SGD(before, { lr: 0.1, cautious: true, shapes, backend }).step(grads(1));
      expect(sharp).toEqual(before);
    });

    it('is in a state, which goes on with the same bits', () => {
      const [params, twins] = [arrays(), arrays()];
      const one = new AdamW(params, { ...all, cautiousWeightDecay: true, maxLr: 1, shapes, backend });
      one.step(grads(0));
      const other = new AdamW(twins, { shapes, backend });
      twins.forEach((p, i) => {
        p.set(params[i]!);
      });
      other.loadStateDict(one.stateDict());
      for (const optimizer of [one, other]) for (let t = 1; t < 4; t++) optimizer.step(grads(t));
      expect(params).toEqual(twins);
      expect(other.groups[0]).toMatchObject({ ...all, cautiousWeightDecay: true, maxLr: 1 });
    });

    it('says nothing against a step that is skipped, and shows a NaN', () => {
      const params = arrays();
      const optimizer = new AdamW(params, { ...all, nonFinite: 'skip', shapes, backend });
      const bad = grads(0);
      bad[0]![2] = Number.NaN;
      optimizer.step(bad);
      expect(params).toEqual(arrays());
      expect(optimizer.steps).toBe(0);
      optimizer.set({ nonFinite: 'propagate', gradientCentralization: false, agc: null, orthograd: false });
      optimizer.step(bad);
      expect(params[0]![2]).toBeNaN();
    });
  });
});

describe('refuses, before anything changes', () => {
  const refusal = (make: () => unknown): string => {
    try {
      make();
    } catch (error) {
      return `${(error as OptionError).name}: ${(error as OptionError).message}`;
    }
    return 'nothing';
  };
  const params = () => [new Float64Array(4).fill(1)];

  it.each<[string, () => unknown, RegExp]>([
    [
      'an update that would come back',
      () => new COCOB(params(), { cautious: true }),
      /no cautious for COCOB: it computes where/,
    ],
    [
      'cautious decay where it is coupled',
      () => new SGD(params(), { weightDecay: 0.1, cautiousWeightDecay: true }),
      /added to the gradient/,
    ],
    [
      'corrected decay where it is coupled',
      () => new SGD(params(), { weightDecay: 0.1, maxLr: 1 }),
      /no maxLr for SGD/,
    ],
    [
      'gcConvOnly by itself',
      () => new SGD(params(), { gcConvOnly: true }),
      /gradientCentralization beside gcConvOnly/,
    ],
    [
      'maskScale by itself',
      () => new SGD(params(), { maskScale: 'sumPlusOne' }),
      /cautious: true beside maskScale/,
    ],
    ['agc of nothing', () => new SGD(params(), { agc: 0 }), /agc/],
    ['updateClip of nothing', () => new SGD(params(), { updateClip: -1 }), /updateClip/],
  ])('%s', (_title, make, expected) => {
    expect(refusal(make)).toMatch(expected);
  });

  it('what a rule says that it cannot be with, and takes all else', () => {
    const seen: Record<string, string[]> = { gradients: [], updates: [] };
    for (const { name, rule, make } of everyOptimizer) {
      const sides: Record<string, readonly StepOptions[]> = {
        gradients: [{ gradientCentralization: true }, { agc: 1 }, { orthograd: true }],
        updates: [{ cautious: true }],
      };
      for (const [side, options] of Object.entries(sides)) {
        for (const option of options) {
          const p = params();
          const outcome = refusal(() => {
            const optimizer = make(p, {
              ...option,
              ...(name.startsWith('Tfjs') ? {} : { shapes: [[2, 2]] }),
            });
            for (let t = 1; t < 4; t++) step(optimizer, [Float64Array.of(1, -2, 0.5, 0)]);
          });
          const reason = rule.unswitched?.[side as 'gradients' | 'updates'];
          if (rule.ownOptionsOnly) expect(outcome, name).toMatch(/OptionError/);
          else if (reason === undefined)
            expect(outcome, `${name}, ${JSON.stringify(option)}`).toBe('nothing');
          else {
            expect(outcome, name).toContain(reason);
            seen[side]!.push(name);
          }
          if (outcome !== 'nothing') expect([...p[0]!]).toEqual([1, 1, 1, 1]);
        }
      }
    }
    expect(seen.updates!.length).toBeGreaterThan(6);
  });
});
