import { describe, expect, test } from 'vitest';
import { Adadelta, Adam, ASAM, Lookahead, OptionError, SAM, SGD } from '../../src/index.js';
import { gradient, type Objective } from './objective.js';
import { camelCase, expectNear, expectWithin, golden, type Hypers, onEachBackend } from './trajectory.js';

interface Case extends Objective {
  readonly name: string;
  readonly hyper: Hypers;
  readonly params0: number[];
  readonly steps: number[];
  readonly params: number[][];
  readonly f32_max_abs_diff: number;
  readonly states: { readonly perturbation: number[][] };
}

const { cases } = golden<{ cases: Case[] }>('asam');

describe('asam.json', () => {
  onEachBackend(backend => {
    test.each(cases)('$name', kase => {
      const x = Float64Array.from(kase.params0);
      const optimizer = new ASAM([x], SGD, { ...camelCase(kase.hyper), backend });
      for (let t = 1; t <= kase.steps.at(-1)!; t++) {
        const seen: Float64Array[] = [];
        optimizer.step(() => {
          seen.push(x.slice());
          return [gradient(kase, x)];
        });
        const at = kase.steps.indexOf(t);
        if (at < 0) continue;
        const perturbation = seen[1]!.map((p, i) => p - seen[0]![i]!);
        expectWithin(perturbation, kase.states.perturbation[at]!, () => 1e-11, `step ${t}, perturbation`);
        expectWithin(x, kase.params[at]!, p => 1e-12 * Math.max(1, Math.abs(p)), `step ${t}, `);
      }
    });

    test.each(cases)('$name, float32', kase => {
      const x = Float32Array.from(kase.params0);
      const optimizer = new ASAM([x], SGD, { ...camelCase(kase.hyper), backend });
      const last = kase.steps.at(-1)!;
      for (let t = 1; t <= last; t++)
        optimizer.step(() => [Float32Array.from(gradient(kase, Float64Array.from(x)))]);
      const bound = (p: number) => 4 * kase.f32_max_abs_diff + 2e-6 * Math.max(1, Math.abs(p));
      expectWithin(x, kase.params.at(-1)!, bound, `step ${last}, `);
    });
  });
});

describe('ASAM', () => {
  onEachBackend(backend => {
    // T = (3, 4) + 1 = (4, 5); T g = (8, -15), whose norm is 17; e = 1/2 (16 · 2, 25 · -3) / 17
    test('by hand: as far up the slope as each element is large', () => {
      const p = Float64Array.of(-3, 4);
      const seen: number[][] = [];
      const optimizer = new ASAM([p], SGD, { backend, rho: 0.5, eta: 1, perturbEps: 1e-300, lr: 0.5 });
      optimizer.step(() => {
        seen.push([...p]);
        return [Float64Array.of(2, -3)];
      });
      expectNear(seen.flat(), [-3, 4, -3 + 16 / 17, 4 - 75 / 34], [4]);
      expectNear(p, [-3 - 1, 4 + 1.5], [4]);
    });

    // T = 1 for the second: T g = (3 · 4, 5), whose norm is 13
    test('a group that is not adaptive takes the way of SAM, within one norm', () => {
      const [w, b] = [Float64Array.of(3), Float64Array.of(7)];
      const groups = [{ params: [w] }, { params: [b], adaptive: false }];
      const seen: number[][] = [];
      const optimizer = new ASAM(groups, SGD, { backend, rho: 2, eta: 0, perturbEps: 1e-300, lr: 0 });
      optimizer.step(() => {
        seen.push([w[0]!, b[0]!]);
        return [[Float64Array.of(4)], [Float64Array.of(5)]];
      });
      expectNear(seen[1]!, [3 + (2 * 36) / 13, 7 + (2 * 5) / 13], [9]);
      expect([w[0], b[0]]).toEqual([3, 7]);
    });

    test('has the defaults of its authors', () => {
      const optimizer = new ASAM([Float64Array.of(1)], SGD, { backend });
      expect(optimizer.numbers[0]).toMatchObject({ rho: 0.5, eta: 0.01, adaptive: true, perturbEps: 1e-16 });
      expect(optimizer.toJSON().class).toBe('ASAM(SGD)');
    });

    test('is back where it was when the closure throws at the second point, and resumes', () => {
      const p = Float32Array.of(3, -4);
      const optimizer = new ASAM([p], Adam, { backend });
      optimizer.step(() => [p.slice()]);
      const [before, state] = [p.slice(), optimizer.stateDict()];
      let calls = 0;
      expect(() =>
        optimizer.step(() => {
          if (++calls === 2) throw new Error('mine');
          return [p.slice()];
        }),
      ).toThrow('mine');
      expect(p).toEqual(before);
      expect(optimizer.stateDict()).toEqual(state);
      const q = p.slice();
      const copy = new ASAM([q], Adam, { backend });
      copy.deserialize(optimizer.serialize());
      for (let t = 0; t < 3; t++) {
        optimizer.step(() => [p.slice()]);
        copy.step(() => [q.slice()]);
      }
      expect(q).toEqual(p);
    });

    // Its rho is the rate of an average; the other is how far up the slope.
    test('calls its option by its own name where the base has one of that name', () => {
      const options = new ASAM([Float32Array.of(1)], Adadelta, { backend, asamRho: 0.25 }).numbers[0];
      expect(options).toMatchObject({ rho: 0.9, asamRho: 0.25 });
      expect(new SAM([Float32Array.of(1)], Adadelta, { backend }).numbers[0]).toMatchObject({
        rho: 0.9,
        samRho: 0.05,
      });
      expect(() => new SAM([Float32Array.of(1)], SGD, { samRho: 1 } as never)).toThrow(OptionError);
    });

    test.each([SAM, ASAM, Lookahead])('refuses a wrapper for a base', Base => {
      expect(() => new ASAM([Float32Array.of(1)], Base as unknown as typeof SGD, { backend })).toThrow(
        `got ${Base.name}`,
      );
    });
  });
});
