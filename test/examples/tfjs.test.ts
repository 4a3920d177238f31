// The examples with TensorFlow.js as they are run: the compiled programs in processes of their own; and their parts.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dispose, tensor1d, tensor2d, train, variable } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { start } from '../../examples/tfjs/backend.js';
import { clippingCoefficient, globalNorm } from '../../examples/tfjs/clipping.js';
import { accuracy } from '../../examples/tfjs/evaluation.js';
import { Stopwatch } from '../../examples/tfjs/stopwatch.js';
import { cosine, warmup } from '../../src/index.js';

const folder = fileURLToPath(new URL('../../out/examples/tfjs/', import.meta.url));
const missing = existsSync(`${folder}fit.js`) ? '' : ' (skipped: out/ is missing, npm run build makes it)';

function run(program: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [`${folder}${program}.js`, ...args], { encoding: 'utf8' });
}

// A twelfth of the names would be right by chance.
const guess = 100 / 12;

describe.skipIf(missing)(`fit.js${missing}`, () => {
  test.each([
    ['cpu', 'adam', 1024],
    ['wasm', 'adam', 2048],
    ['wasm', 'momentum', 2048],
    ['wasm', 'rmsprop', 2048],
  ])('on %s, %s: the same bits with either', (backend, optimizer, names) => {
    const args = ['--backend', backend, '--optimizer', optimizer, '--names', String(names), '--epochs', '2'];
    const { status, stdout, stderr } = run('fit', ...args);
    expect(status, stderr).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/The weights have the same bits: [0-9a-f]{64}\n/);
    const [, stock, ours] = /weights +([0-9a-f]{16}) +([0-9a-f]{16})\n/.exec(stdout)!;
    expect(ours).toBe(stock);
    const [, left, right] = /accuracy on unseen names +([\d.]+) % +([\d.]+) %/.exec(stdout)!;
    expect(right).toBe(left);
    expect(Number(right)).toBeGreaterThan(1.5 * guess);
    const shares = /share of the step +([\d.]+) % +([\d.]+) %/.exec(stdout)!.slice(1).map(Number);
    for (const share of shares) expect(share > 0 && share < 100).toBe(true);
  });

  test('the optimizer makes a difference', () => {
    const digests = ['sgd', 'adam'].map(optimizer => {
      const { stdout } = run(
        'fit',
        '--backend',
        'wasm',
        '--optimizer',
        optimizer,
        '--names',
        '256',
        '--epochs',
        '1',
      );
      return /same bits: (\w+)/.exec(stdout)![1];
    });
    expect(new Set(digests).size).toBe(2);
  });

  test.each([
    [['--optimizer', 'nope'], 'There is no optimizer nope'],
    [['--optimizer', 'toString'], 'There is no optimizer toString'],
    [['--names', '64'], '--names takes a whole number, 128 to 100000'],
    [['--backend', 'webgl'], 'There is no backend webgl'],
    [['--epochs', '0'], '--epochs takes a whole number, 1 to 100'],
    [['--what'], "Unknown option '--what'"],
  ])('refuses %j', (args, message) => {
    const { status, stderr } = run('fit', ...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain('Usage:');
  });

  test('helps', () => {
    for (const program of ['fit', 'loop'])
      expect(run(program, '--help')).toMatchObject({ status: 0, stderr: '' });
  });
});

describe.skipIf(missing)(`loop.js${missing}`, () => {
  test.each(['cpu', 'wasm'])('on %s: learns, clips, follows its schedule, leaves nothing', backend => {
    const { status, stdout, stderr } = run(
      'loop',
      ...['--backend', backend, '--names', '2048', '--epochs', '3', '--max-norm', '0.2'],
    );
    expect(status, stderr).toBe(0);
    const rows = [...stdout.matchAll(/^ +(\d) +([\d.]+) +(\S+) +(\d+) of (\d+) +([\d.]+) %$/gm)];
    const [epochs, losses, rates, clipped, of, right] = [1, 2, 3, 4, 5, 6].map(k =>
      rows.map(row => Number(row[k])),
    ) as [number[], number[], number[], number[], number[], number[]];
    expect(epochs).toEqual([1, 2, 3]);
    expect(of).toEqual([32, 32, 32]);
    expect(losses[2]).toBeLessThan(losses[0]!);
    expect(right[2]).toBeGreaterThan(1.5 * guess);
    expect(clipped.every((n, i) => n > 0 && n <= of[i]!)).toBe(true);
    const schedule = warmup({ steps: 10, schedule: cosine({ lr: 0.004, tMax: 86 }) });
    expect(rates).toEqual([32, 64, 96].map(t => Number(schedule(t).toExponential(3))));
    expect(stdout).toContain('tensors before and after: 0 and 0');
  });

  test('needs two batches, and no more', () => {
    expect(run('loop', '--names', '127').status).toBe(2);
    expect(run('loop', '--names', '128', '--epochs', '1')).toMatchObject({ status: 0, stderr: '' });
  });

  test('clips as far as it is told', () => {
    const outputs = ['1000', '0.01'].map(
      norm => run('loop', '--names', '256', '--epochs', '1', '--max-norm', norm).stdout,
    );
    expect(outputs[0]).toContain(' 0 of 4 ');
    expect(outputs[1]).toContain(' 4 of 4 ');
  });
});

describe('the parts', () => {
  test('the norm of all gradients, and PyTorch’s coefficient', async () => {
    await start('cpu');
    const gradients = { a: tensor1d([3, 0]), b: tensor1d([-4]) };
    expect(globalNorm(gradients)).toBe(5);
    expect(clippingCoefficient(5, 10)).toBe(1);
    expect(clippingCoefficient(5, 1)).toBe(1 / (5 + 1e-6));
    expect(clippingCoefficient(0, 1)).toBe(1);
    dispose(gradients);
  });

  test('the stopwatch counts steps and lets them happen', async () => {
    await start('cpu');
    const w = variable(tensor1d([1]), true, 'w');
    const optimizer = train.sgd(0.5);
    const watch = new Stopwatch(optimizer);
    const gradient = tensor1d([1]);
    for (let i = 0; i < 3; i++) optimizer.applyGradients({ w: gradient });
    expect(watch.steps).toBe(3);
    expect(watch.ms).toBeGreaterThan(0);
    expect([...w.dataSync()]).toEqual([-0.5]);
    watch.reset();
    expect([watch.steps, watch.ms]).toEqual([0, 0]);
    dispose([w, gradient]);
  });

  test('accuracy is the share of rows whose largest score is theirs', async () => {
    await start('cpu');
    const scores = tensor2d([1, 2, 3, 0, 5, 4], [2, 3]);
    const rows = { count: 2, values: new Float32Array(0), labels: Int32Array.of(2, 2) };
    expect(accuracy(scores, rows)).toBe(0.5);
    scores.dispose();
  });
});
