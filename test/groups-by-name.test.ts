import { describe, expect, test } from 'vitest';
import { AdamW, type FloatArray, groupsByName, Muon } from '../src/index.js';
import { f32 } from './state/scenes.js';

const params = () => ({
  'embedding.weight': f32(1, 2, 3, 4),
  'layer0.weight': f32(1, 2),
  'layer0.bias': f32(3),
  'layer1.weight': f32(4, 5),
  'layer1.bias': f32(6),
  'norm.weight': f32(7),
});

/** The options, and the names that have them. */
const told = ({ groups }: ReturnType<typeof groupsByName>) =>
  groups.map(({ params, shapes: _, ...options }) => [options, Object.keys(params)]);

describe('groupsByName', () => {
  test('puts parameters of equal options together, in their order', () => {
    const sorted = groupsByName(params(), [
      [/bias$|norm/, { weightDecay: 0 }],
      ['layer1.bias', { betas: [0.5, 0.9] }],
      [/^embedding/, null],
    ]);
    expect(told(sorted)).toEqual([
      [{}, ['layer0.weight', 'layer1.weight']],
      [{ weightDecay: 0 }, ['layer0.bias', 'norm.weight']],
      [{ weightDecay: 0, betas: [0.5, 0.9] }, ['layer1.bias']],
    ]);
    expect(sorted.frozen).toEqual(['embedding.weight']);
  });

  test('asks functions for each, with its array and shape; the last rule has the last word, and null before all', () => {
    const asked: unknown[] = [];
    const own = params();
    const sorted = groupsByName(
      own,
      [
        (name, array, shape) => {
          asked.push([name, array === own[name as keyof typeof own], shape]);
          const layer = /\d/.exec(name);
          return layer ? { lr: 0.5 ** (2 - Number(layer[0])), betas: [0.9, 0.99] } : undefined;
        },
        [/layer1/, { lr: 7 }],
        [/norm/, null],
        () => ({ eps: 1e-6 }),
      ],
      { shapes: { 'embedding.weight': [2, 2] } },
    );
    expect(told(sorted)).toEqual([
      [{ eps: 1e-6 }, ['embedding.weight']],
      [{ lr: 0.25, betas: [0.9, 0.99], eps: 1e-6 }, ['layer0.weight', 'layer0.bias']],
      [{ lr: 7, betas: [0.9, 0.99], eps: 1e-6 }, ['layer1.weight', 'layer1.bias']],
    ]);
    expect(asked).toEqual(
      Object.keys(own).map(name => [name, true, name === 'embedding.weight' ? [2, 2] : null]),
    );
    expect(sorted.groups[0]!.shapes).toEqual({ 'embedding.weight': [2, 2] });
  });

  test('a pattern that remembers where it was found is asked anew for each name', () => {
    expect(told(groupsByName({ a1: f32(1), a2: f32(1), a3: f32(1) }, [[/a/g, { lr: 1 }]]))).toEqual([
      [{ lr: 1 }, ['a1', 'a2', 'a3']],
    ]);
  });

  test.each(['native', 'wasm'] as const)(
    'on %s trains as groups written by hand, and leaves alone what is frozen',
    backend => {
      const [one, other] = [params(), params()];
      const grads = (t: number) =>
        Object.fromEntries(Object.entries(one).map(([name, p]) => [name, p.map((x, i) => x * t + i)]));
      const { groups, split } = groupsByName(one, [
        [/bias$|norm/, { weightDecay: 0 }],
        [/^embedding/, null],
      ]);
      const sorted = new AdamW(groups, { lr: 0.1, weightDecay: 0.5, backend });
      const { 'layer0.weight': w0, 'layer1.weight': w1, 'layer0.bias': b0, 'layer1.bias': b1 } = other;
      const byHand = new AdamW(
        [{ params: [w0, w1] }, { params: [b0, b1, other['norm.weight']], weightDecay: 0 }],
        { lr: 0.1, weightDecay: 0.5, backend },
      );
      for (let t = 1; t <= 4; t++) {
        const g = grads(t);
        byHand.step([
          [g['layer0.weight']!, g['layer1.weight']!],
          [g['layer0.bias']!, g['layer1.bias']!, g['norm.weight']!],
        ]);
        sorted.step(split(g));
      }
      expect(one).toEqual(other);
      expect(Object.keys(sorted.stateDict().state)).toEqual(
        groups.flatMap(group => Object.keys(group.params)),
      );
    },
  );

  test('hands shapes on, and lets gradients be missing', () => {
    const w = new Float32Array(4).fill(1);
    const { groups, split } = groupsByName({ w, b: f32(1) }, [['b', { useMuon: false }]], {
      shapes: { w: [2, 2] },
    });
    const optimizer = new Muon(groups, { lr: 0.1 });
    optimizer.step(split({ w: f32(1, 2, 3, 4) }));
    expect(w).not.toEqual(new Float32Array(4).fill(1));
    expect(split<FloatArray | null>({ b: null })).toEqual([{}, { b: null }]);
  });

  test('takes any name', () => {
    const odd = Object.fromEntries(['__proto__', 'constructor', ''].map(name => [name, f32(1)]));
    const { groups, split } = groupsByName(odd, [['__proto__', { lr: 1 }]]);
    expect(told({ groups } as never)).toEqual([
      [{ lr: 1 }, ['__proto__']],
      [{}, ['constructor', '']],
    ]);
    expect(Object.hasOwn(split(odd)[0]!, '__proto__')).toBe(true);
  });

  const all = params();
  test.each([
    [
      'ShapeError',
      'Expected a record of parameters for groupsByName, got',
      () => groupsByName([f32(1)] as never, []),
    ],
    ['ShapeError', 'Expected a parameter that is trained, got none', () => groupsByName(all, [[/./, null]])],
    ['ShapeError', 'to have keys out of', () => groupsByName(all, [], { shapes: { other: [1] } })],
    ['OptionError', 'Expected a list of rules', () => groupsByName(all, {} as never)],
    ['OptionError', 'or a function for rules[0], got', () => groupsByName(all, ['norm'] as never)],
    ['OptionError', 'for rules[1], got', () => groupsByName(all, [() => ({}), [1, {}]] as never)],
    ['OptionError', 'Expected rules[0] to fit a name out of', () => groupsByName(all, [[/biass/, {}]])],
    ['OptionError', 'did you mean norm.weight', () => groupsByName(all, [['norm.weigth', {}]])],
    ['OptionError', 'of rules[0] for "embedding.weight", got 1', () => groupsByName(all, [() => 1 as never])],
    ['OptionError', 'Expected options without params', () => groupsByName(all, [() => ({ params: [] })])],
    ['ShapeError', 'Expected a record of gradients, got', () => groupsByName(all, []).split([] as never)],
    ['ShapeError', 'got "norm.bias"', () => groupsByName(all, []).split({ 'norm.bias': f32(1) })],
  ])('%s: %s', (name, message, attempt) => {
    expect(attempt).toThrow(expect.objectContaining({ name }));
    expect(attempt).toThrow(message);
  });
});
