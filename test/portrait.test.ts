// What a console and JSON show of an object: what a person wants to know, shortly; and the end of a block by `using`.
import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { disposing } from '../src/disposing.js';
import * as lanestep from '../src/index.js';
import { defaultsOf } from '../src/rule.js';
import { wrap } from '../src/tfjs/wrap.js';
import { everyOptimizer, step } from './every-optimizer.js';

const custom = Symbol.for('nodejs.util.inspect.custom');
const f32 = (...values: number[]) => Float32Array.from(values);

describe.each(everyOptimizer)('$name', ({ make, rule }) => {
  it('shows its class, how far it is, its groups and what runs it', () => {
    const optimizer = make([{ params: { w: f32(1, 2, 3) } }, { params: [new Float64Array(2)] }], {
      backend: 'wasm',
    });
    step(optimizer, [{ w: f32(1, 1, 1) }, null]);
    for (const text of [inspect(optimizer), `${optimizer}`, JSON.stringify(optimizer)]) {
      expect(text).toContain(rule.label);
      expect(text).toMatch(/steps"?: ?1/);
      for (const key of Object.keys(defaultsOf(rule)))
        expect(text.split(key).length - 1).toBeGreaterThanOrEqual(2);
      expect(text).toMatch(/w: Float32Array\(3\)[\s\S]*0: Float64Array\(2\)/);
      expect(text).toMatch(/wasm[\s\S]*simd128/);
    }
    optimizer.dispose();
    expect(inspect(optimizer)).toContain('disposed: true');
  });
});

it('tells a function of the step from a number, and what it gives now', () => {
  const lr = (t: number) => 0.5 / t;
  const optimizer = new lanestep.Adam([f32(1)], { lr, betas: [0.9, () => 0.75], backend: 'wasm' });
  for (let t = 0; t < 2; t++) optimizer.step([f32(1)]);
  const [group] = optimizer.groups;
  expect(group!.lr).toBe(lr);
  expect(optimizer.numbers[0]).toMatchObject({ lr: 0.25, betas: [0.9, 0.75] });
  for (const text of [inspect(optimizer), inspect(optimizer.groups), JSON.stringify(group)]) {
    expect(text).toMatch(/lr"?: ?0.25/);
    expect(text).toMatch(/betas"?: ?\[ ?0.9, ?0.75 ?\]/);
    expect(text).toMatch(/scheduled"?: ?\[ ?['"]lr['"], ?['"]betas['"] ?\]/);
  }
  group!.lr = 0.125;
  group!.betas = [0.5, 0.5];
  expect(inspect(optimizer)).not.toContain('scheduled');
  expect(Object.keys(group!)).not.toContain('toJSON');
});

it('stays short, however much there is', () => {
  const params = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`w${i}`, f32(1, 2, 3)]));
  const optimizer = new lanestep.Adam(params, { backend: 'wasm' });
  const average = new lanestep.MovingAverage(params, { backend: 'wasm' });
  for (const one of [optimizer, average, optimizer.groups, lanestep.miniBatch({ size: 5000, batchSize: 9 })])
    for (const text of [inspect(one), JSON.stringify(one)]) expect(text.length).toBeLessThan(2000);
  expect(inspect(optimizer)).toContain('and 1992 more');
  expect(inspect({ a: { b: { c: optimizer } } })).toContain('[Adam]');
});

it('needs nothing of Node', () => {
  const optimizer = new lanestep.SGD([f32(1)], { lr: 0.5, backend: 'wasm' }) as unknown as Record<
    symbol,
    (...how: unknown[]) => string
  >;
  expect(optimizer[custom]!(2, {})).toMatch(/^SGD \{"steps":0,"groups":\[\{"lr":0.5/);
});

it('shows averages, samplers and the plateau', () => {
  const average = new lanestep.MovingAverage({ w: f32(1) }, { decay: 0.5, backend: 'wasm' });
  average.update();
  expect(inspect(average)).toMatch(
    /^MovingAverage \{[\s\S]*decay: 0.5[\s\S]*steps: 1[\s\S]*w: Float32Array\(1\)/,
  );
  const sampler = lanestep.miniBatch({ size: 5, batchSize: 2 });
  sampler.nextBatch();
  expect(inspect(sampler)).toMatch(/^Sampler \{[\s\S]*size: 5[\s\S]*batchesPerEpoch: 3[\s\S]*position: 1/);
  expect(JSON.parse(JSON.stringify(sampler))).toMatchObject({
    class: 'Sampler',
    order: 'shuffled',
    position: 1,
  });
  const plateau = new lanestep.ReduceLROnPlateau({ lr: 0.5 });
  plateau.step(3);
  expect(inspect(plateau)).toMatch(/^ReduceLROnPlateau \{ ?[\s\S]*lr: 0.5[\s\S]*best: 3/);
});

it('shows an optimizer of TensorFlow.js', () => {
  const optimizer = wrap(lanestep.Adam, { lr: (t: number) => 0.5 / t, backend: 'wasm' });
  for (const text of [inspect(optimizer), JSON.stringify(optimizer)])
    expect(text).toMatch(/Lanestep\.Adam[\s\S]*iterations"?: ?0[\s\S]*variables"?: ?\[\][\s\S]*wasm/);
  expect(inspect(optimizer)).toContain("scheduled: [ 'lr' ]");
});

describe('using', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('disposes of what has dispose()', () => {
    const optimizer = new lanestep.Adam([f32(1)], { backend: 'wasm' });
    const average = new lanestep.MovingAverage([f32(1)], { backend: 'wasm' });
    for (const one of [optimizer, average]) one[Symbol.dispose]();
    const disposed = expect.objectContaining({ code: 'ERR_LANESTEP_DISPOSED' });
    expect(() => optimizer.step([f32(1)])).toThrow(disposed);
    expect(() => average.update()).toThrow(disposed);
  });

  it('is left out where there is no such symbol', () => {
    class Old {
      dispose() {}
    }
    vi.stubGlobal('Symbol', { for: () => custom });
    disposing(Old);
    vi.unstubAllGlobals();
    expect(Reflect.ownKeys(Old.prototype)).toEqual(['constructor', 'dispose']);
  });
});
