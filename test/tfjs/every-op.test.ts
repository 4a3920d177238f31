// What TensorFlow.js makes of a variable keeps its numbers when the variable is updated in place, whatever operation made it.
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { on } from './backends.js';
import { besideAdam, make, slope } from './beside.js';
import { expectBits, noise } from './numbers.js';
import { peek } from './weights.js';

// biome-ignore lint/suspicious/noExplicitAny: functions of all signatures
type Any = any;

/** What is no operation, or would take away what the others need. */
const others =
  /^(dispose|set|remove|register|unregister|enable|copy|deprecation|disable|ready|nextFrame|time$|env$|engine$|backend$|print$|variable$|profile$)/;

/** Every function of the module and its namespaces, by name. */
const operations = Object.entries(tf)
  .flatMap(([name, value]: [string, Any]) =>
    typeof value === 'object' &&
    ['fused', 'image', 'linalg', 'losses', 'signal', 'sparse', 'spectral'].includes(name)
      ? Object.entries(value).map(([inner, fn]) => [`${name}.${inner}`, fn] as const)
      : [[name, value] as const],
  )
  .filter(([name, value]) => typeof value === 'function' && /^[a-z]/.test(name) && !others.test(name)) as [
  string,
  (...given: Any[]) => Any,
][];

/** Arguments that one operation or another takes, about a variable. */
const calls = (v: tf.Variable): Any[][] => [
  [v],
  [v, v],
  [v, v, v],
  [v, v, v, v, v],
  [[v]],
  [[v, v]],
  [v, 0],
  [v, 1],
  [v, 2],
  [v, v.shape],
  [v, [0]],
  [v, v.shape.map(() => 0), v.shape],
  [v, v.shape.map(() => 0), [1, ...v.shape.slice(1)]],
  [v, v.shape.map(() => 0), [1, ...v.shape.slice(1)], v.shape.map(() => 1)],
  [v, v.shape.map(() => [0, 0])],
  [v, v.shape.map(() => 1)],
  [v, [1, -1]],
  [v, 'float32'],
  [v, 'complex64'],
  [v, tf.tensor1d([0], 'int32')],
  [v, tf.cast(tf.onesLike(v), 'bool')],
  [tf.cast(tf.onesLike(v), 'bool'), v, v],
  [
    v,
    [1, 1],
    [
      [0, 0],
      [0, 0],
    ],
  ],
  [v, v, 1, 'same'],
  [v, 1, 1, 'same'],
  [v, [1, 1], 'max', 'same'],
  [{ a: v, b: v }],
  [v, -1, 1],
  [v, [2, 2]],
  [v, 1, 1],
  [{ x: v, filter: v, strides: 1, pad: 'same' }],
];

const shapes = [[4], [2, 3], [2, 2], [1, 2, 2], [1, 2, 2, 3], [1, 1, 2, 2, 1]];

/** All tensors in what an operation gave. */
function tensorsIn(value: Any): tf.Tensor[] {
  if (value instanceof tf.Tensor) return [value];
  return Array.isArray(value) || Object.getPrototypeOf(value ?? 0) === Object.prototype
    ? Object.values(value).flatMap(tensorsIn)
    : [];
}

/** The numbers of a tensor; of complex ones, of both parts. */
const numbersOf = (of: tf.Tensor): Float32Array => Float32Array.from(peek(of));

/** Whether a tensor is over this memory. */
const isOver = (of: tf.Tensor, buffer: ArrayBufferLike): boolean =>
  of.dtype === 'complex64'
    ? tf.tidy(() => isOver(tf.real(of), buffer))
    : of.dtype === 'float32' && peek(of).buffer === buffer;

on('cpu', () => {
  test('what an operation made of a variable', () => {
    const [called, sharing] = [new Set<string>(), new Set<string>()];
    for (const shape of shapes) {
      const size = shape.reduce((a, b) => a * b, 1);
      const v = make('v', noise(size, 1), shape);
      const beside = besideAdam([v]);
      const attempts = calls(v);
      // From now on the variable's array is ours.
      beside.stepWith(slope(1));
      for (const [name, operation] of operations) {
        const { buffer } = peek(v);
        const results = attempts.flatMap(given => {
          try {
            const result = operation(...given);
            result?.then?.(undefined, () => {});
            return tensorsIn(result);
          } catch {
            return [];
          }
        });
        const kept = results.filter(one => one !== v && !one.isDisposed && one.dtype !== 'string');
        const before = kept.map(numbersOf);
        if (kept.length > 0) called.add(name);
        if (kept.some(one => one.dataId !== v.dataId && isOver(one, buffer))) sharing.add(name);
        // `movingAverage` assigns it, and `tensorScatterUpdate` writes into its array.
        beside.follow();
        beside.stepWith(slope(2));
        kept.forEach((one, i) => {
          expectBits(numbersOf(one), before[i]!, `${name}, of a variable of the shape [${shape}]`);
        });
        tf.dispose(kept);
      }
      beside.dispose();
      tf.dispose([v, attempts]);
    }
    // Else this would prove nothing.
    expect(called.size).toBeGreaterThan(150);
    const known = ['complex', 'signal.frame', 'slice', 'slice1d', 'split', 'stridedSlice', 'unstack'];
    expect([...sharing]).toEqual(expect.arrayContaining(known));
  });
});
