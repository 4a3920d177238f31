// register() makes our classes known to TensorFlow.js and replaces none of its own.
import { serialization, train } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import * as tfjs from '../../src/tfjs/index.js';
import { wrapped } from '../../src/tfjs/wrap.js';
import { useBackend } from './backends.js';
import { classNames } from './classes.js';

// One module, one registry: these tests are in the order of its life.
const known = () => ({ ...serialization.SerializationMap.getMap().classNameMap });

const dropIns = ['SGD', 'Momentum', 'Adagrad', 'Adadelta', 'Adam', 'Adamax', 'RMSProp'];
const names = [
  ...dropIns.map(name => `Lanestep${name}`),
  ...classNames.map(name => `Lanestep.${name}`),
].sort();

test('nothing is registered by an import', async () => {
  await useBackend('cpu');
  // TensorFlow.js registers its own when the first is made.
  train.adam(0.1);
  tfjs.adam(0.1).dispose();
  expect(Object.keys(known())).toContain('Adam');
  expect(Object.keys(known()).filter(name => name.includes('Lanestep'))).toEqual([]);
});

test('register() adds all of ours, and leaves the others as they are', () => {
  const before = known();
  tfjs.register();
  const after = known();
  expect(
    Object.keys(after)
      .filter(name => !(name in before))
      .sort(),
  ).toEqual(names);
  for (const [name, entry] of Object.entries(before)) expect(after[name], name).toBe(entry);
});

test('again, it changes nothing', () => {
  const before = known();
  tfjs.register();
  const after = known();
  expect(Object.keys(after)).toEqual(Object.keys(before));
  for (const [name, [Class]] of Object.entries(before)) expect(after[name]![0], name).toBe(Class);
});

test('every class has a name of its own, which is that of its instances', () => {
  const all = Object.keys(known());
  expect(new Set(all).size).toBe(all.length);
  for (const name of names) {
    const [Class] = known()[name]!;
    expect(Class.className).toBe(name);
    const made = new Class(
      ...(name.startsWith('Lanestep.') ? [] : name === 'LanestepSGD' ? [0.1] : [0.1, 0.5]),
    );
    expect(made).toBeInstanceOf(tfjs.LanestepOptimizer);
    expect(made.getClassName()).toBe(name);
    (made as tfjs.LanestepOptimizer).dispose();
  }
  expect(wrapped.map(({ className }) => className).sort()).toEqual(names.filter(name => name.includes('.')));
});

test('its names have our package before them', () => {
  for (const name of names) {
    const [Class] = known()[name]!;
    expect(serialization.getRegisteredName(Class)).toBe(`lanestep>${name}`);
  }
});
