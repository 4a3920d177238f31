// fit.js: its stopwatch tells the time, and its digests do not depend on what lanestep runs on.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { train } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { start } from '../../examples/tfjs/backend.js';
import { Stopwatch } from '../../examples/tfjs/stopwatch.js';

const program = fileURLToPath(new URL('../../out/examples/tfjs/fit.js', import.meta.url));
const missing = existsSync(program) ? '' : ' (skipped: out/ is missing, npm run build makes it)';

// The digest that both sides ended at.
function digest(LANESTEP_BACKEND: string, optimizer: string): string {
  const args = ['--backend', 'wasm', '--optimizer', optimizer, '--names', '128', '--epochs', '1'];
  const env = { ...process.env, LANESTEP_BACKEND };
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    env,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return /The weights have the same bits: ([0-9a-f]{64})\n/.exec(stdout)![1]!;
}

describe.skipIf(missing)(`fit.js${missing}`, () => {
  test('ends at the same bits on whatever lanestep runs', () => {
    expect(digest('wasm', 'adam')).toBe(digest('auto', 'adam'));
  });

  // As long as both of its averages begin with zeros, TensorFlow.js' Adadelta is plain descent; so is the drop-in.
  test('ends at the same bits with adadelta and sgd of one learning rate', () => {
    expect(digest('auto', 'adadelta')).toBe(digest('auto', 'sgd'));
  });
});

test('the stopwatch takes the time in steps, once, and none between them', async () => {
  await start('cpu');
  const optimizer = train.sgd(1);
  const wait = (ms: number): void => {
    const end = performance.now() + ms;
    while (performance.now() < end);
  };
  let inside = 0;
  optimizer.applyGradients = () => {
    const begin = performance.now();
    wait(20);
    inside += performance.now() - begin;
  };
  const watch = new Stopwatch(optimizer);
  const begin = performance.now();
  for (let i = 0; i < 3; i++) {
    optimizer.applyGradients({});
    wait(20);
  }
  const all = performance.now() - begin;
  // However busy the machine is, the steps lie within what is timed, and that without what is between.
  expect(watch.ms).toBeGreaterThanOrEqual(inside);
  expect(watch.ms).toBeLessThanOrEqual(all - 3 * 20);
  expect(watch.steps).toBe(3);
});
