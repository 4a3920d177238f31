/** All that can be told of variables and an optimizer from outside, and that an attempt leaves it as it was. */
import { engine, memory } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { LanestepError } from '../../src/index.js';
import type { LanestepOptimizer } from '../../src/tfjs/index.js';
import { weightsOf } from './weights.js';

const text = (values: ArrayLike<number>): string =>
  Array.from(values, x => (Object.is(x, -0) ? '-0' : String(x))).join();

/** Every live variable, the optimizer's weights, count and configuration, and how many tensors there are. */
export async function digest(optimizer: LanestepOptimizer): Promise<string> {
  const weights = await weightsOf(optimizer);
  const { numTensors, numDataBuffers } = memory();
  return JSON.stringify([
    Object.entries(engine().registeredVariables).map(([name, one]) => [
      name,
      one.shape,
      text(one.dataSync()),
    ]),
    weights.map(({ name, shape, values }) => [name, shape, text(values)]),
    [optimizer.iterations, optimizer.learningRate, optimizer.getConfig()],
    [numTensors, numDataBuffers],
  ]);
}

/** A class of errors, and the last part of a code. */
export type Refusal = readonly [Class: new (...given: never[]) => Error, code: string, ...parts: string[]];

/** Throws unless a call is refused in this way. */
export async function expectRefused(attempt: () => unknown, [Class, code, ...parts]: Refusal): Promise<void> {
  let error: unknown;
  try {
    await attempt();
  } catch (caught) {
    error = caught;
  }
  expect(error, `expected ${code}`).toBeInstanceOf(LanestepError);
  expect(error).toBeInstanceOf(Class);
  expect((error as LanestepError).code).toBe(`ERR_LANESTEP_${code}`);
  for (const part of parts) expect((error as Error).message).toContain(part);
}

/** Throws unless a call is refused and nothing is changed. */
export async function expectUndone(
  optimizer: LanestepOptimizer,
  attempt: () => unknown,
  refusal: Refusal,
): Promise<void> {
  // The first call makes the tensors that it gives.
  await optimizer.getWeights();
  const before = await digest(optimizer);
  await expectRefused(attempt, refusal);
  expect(await digest(optimizer)).toBe(before);
}
