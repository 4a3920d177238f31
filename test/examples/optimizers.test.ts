// Every hyper-parameter of the command line arrives at lanestep. The example imports the package by its name, so this
// needs dist/.
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Hyper } from '../../examples/language/catalogue.js';
import { everyOptimizer } from '../every-optimizer.js';

const missing = existsSync(new URL('../../dist/index.js', import.meta.url))
  ? ''
  : ' (skipped: dist/ is missing, npm run build makes it)';

/** Within the range of each, and nobody's default. */
const values: Readonly<Record<Hyper, number>> = {
  lr: 0.125,
  beta1: 0.5,
  beta2: 0.75,
  eps: 64,
  momentum: 0.5,
  dampening: 0.25,
  'weight-decay': 0.25,
  alpha: 0.5,
  rho: 0.5,
  'lr-decay': 0.5,
  'initial-accumulator': 0.5,
  'momentum-decay': 0.5,
  lambd: 0.5,
  'eta-minus': 0.25,
  'eta-plus': 1.5,
  'step-min': 0.009,
  'step-max': 0.011,
};

describe.skipIf(missing)(`the optimizers of the example${missing}`, async () => {
  if (missing) return;
  const { catalogue, hyperNames, optimizerNames } = await import('../../examples/language/catalogue.js');
  const { classOptions, inWordsOfTheCommandLine, LanestepUpdater } = await import(
    '../../examples/language/optimizers.js'
  );

  /** Where three parameters are after some steps. */
  function walk(name: string, hypers: Partial<Record<Hyper, number>>): number[] {
    // Of two elements: where a step goes by the norm of a tensor, one alone would know only signs.
    const tensors = (...all: number[]) => ({
      embedding: Float32Array.of(all[0]!, 0.7),
      weights: Float32Array.of(all[1]!, 0.7),
      bias: Float32Array.of(all[2]!, 0.7),
    });
    const parameters = tensors(1, -2, 3);
    const updater = new LanestepUpdater(parameters, { name, hypers, backend: 'wasm' });
    for (let t = 1; t <= 24; t++) {
      // Large at first and then small, of changing sign: otherwise AMSGrad is Adam, and the sign of an average knows no betas.
      const g = Math.cos(0.3 * t * t) * (t < 6 ? 4 : 0.5);
      updater.update(
        () => tensors(g, 0.5 * g + 0.1, -0.25),
        () => 2 + g,
      );
    }
    updater.dispose();
    return [parameters.embedding[0]!, parameters.weights[0]!, parameters.bias[0]!];
  }

  it.each(optimizerNames)('%s goes another way with each of its hyper-parameters', name => {
    const usual = walk(name, {});
    expect(usual).not.toEqual([1, -2, 3]);
    for (const hyper of catalogue[name]!.takes) {
      // Adai's is a share of its step.
      const value = name === 'adai' && hyper === 'eps' ? 0.5 : values[hyper];
      expect(walk(name, { [hyper]: value }), hyper).not.toEqual(usual);
    }
  });

  it('keep the other of a pair', () => {
    expect(classOptions({ name: 'adamw', hypers: { beta1: 0.5 }, backend: 'auto' })).toMatchObject({
      betas: [0.5, 0.999],
    });
    expect(
      classOptions({ name: 'rprop', hypers: { 'eta-plus': 2, 'step-max': 1 }, backend: 'auto' }),
    ).toMatchObject({
      etas: [0.5, 2],
      stepSizes: [1e-6, 1],
    });
  });

  it('are all classes, by trial or by their own defaults', () => {
    // Nobody here knows a Hessian.
    const others = everyOptimizer.filter(({ tfjs, rule }) => !tfjs && !rule.byHessian);
    expect(optimizerNames).toEqual(expect.arrayContaining(others.map(({ name }) => name.toLowerCase())));
    expect(catalogue.sgd).toMatchObject({ title: 'SGD', lr: 10, takes: ['lr', 'weight-decay'] });
    expect(catalogue.adamw).toMatchObject({ title: 'AdamW', lr: 0.03, momentum: 'beta1' });
    expect(catalogue.nesterov!.momentum).toBe('momentum');
    expect(catalogue.nadam!.momentum).toBeUndefined();
    expect(catalogue.rprop!.takes).toEqual(['lr', 'eta-minus', 'eta-plus', 'step-min', 'step-max']);
  });

  it('are what their names say', () => {
    expect(classOptions({ name: 'nesterov-sgd', hypers: {}, backend: 'wasm' })).toMatchObject({
      momentum: 0.9,
      nesterov: true,
      backend: 'wasm',
    });
    expect(walk('amsgrad', {})).not.toEqual(walk('adam', {}));
    expect(walk('nesterov', { lr: 0.1 })).not.toEqual(walk('nesterov-sgd', { lr: 0.1 }));
  });

  it('speak of options as the command line does', () => {
    expect(inWordsOfTheCommandLine('Expected a number in [0, 1) for betas[1], got 2')).toBe(
      'Expected a number in [0, 1) for --beta2, got 2',
    );
    expect(new Set(hyperNames)).toEqual(new Set(Object.keys(values)));
  });
});
