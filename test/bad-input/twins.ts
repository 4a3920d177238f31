/** One memory in two SharedArrayBuffers, as messages between threads make them: native asks where they are. */
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { Adam } from '../../src/index.js';
import type { FloatArray } from '../walk.js';
import { f32, shared } from './arrays.js';
import { type Backend, type Case, type Chapter, chapter, type Wrong } from './case.js';
import { type Training, training } from './scenes.js';

/** Ways to another SharedArrayBuffer over the same memory. */
const ways: Record<string, (buffer: SharedArrayBuffer) => SharedArrayBuffer> = {
  structuredClone: buffer => structuredClone(buffer),
  'a message': buffer => {
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(buffer);
    const { message } = receiveMessageOnPort(port2)!;
    port1.close();
    return message;
  },
};

/** The buffer of an array once more; it must be another object, else there is nothing to find. */
function again(array: FloatArray, way = 'structuredClone'): SharedArrayBuffer {
  const buffer = ways[way]!(array.buffer as SharedArrayBuffer);
  if (buffer === array.buffer) throw new Error('the same buffer');
  return buffer;
}

/** An array over shared memory, and the same one over another buffer of that memory. */
export function sharedTwice(): [Float32Array, Float32Array] {
  const array = shared(f32(1, -2, 3, 0.5, 7));
  return [array, new Float32Array(again(array))];
}

type Row = readonly [title: string, attempt: Case<Training>['attempt'], ...says: string[]];

const making =
  (make: (w: Float32Array) => unknown): Case<Training>['attempt'] =>
  ({ backend, params }) => {
    const wrong = make(params.w as Float32Array);
    return () => new Adam(wrong as Wrong, { backend });
  };
const stepping =
  (make: (scene: Training) => object): Case<Training>['attempt'] =>
  scene => {
    const wrong = { ...scene.grads(), ...make(scene) };
    return () => scene.step(wrong);
  };
const moving =
  (make: (scene: Training) => readonly unknown[]): Case<Training>['attempt'] =>
  scene => {
    const [to, from] = make(scene);
    return () => scene.optimizer.rebind(to, from);
  };

const rows: readonly Row[] = [
  ...Object.keys(ways).map(
    (way): Row => [
      `two parameters, by ${way}`,
      making(w => [w, new Float32Array(again(w, way))]),
      'params[1]',
      'params[0]',
      'pass each parameter once',
    ],
  ),
  [
    'two parameters of two groups, by a part',
    making(w => [{ params: { w: w.subarray(0, 3) } }, { params: [new Float32Array(again(w), 8, 3)] }]),
    'params[1].params[0]',
    'params[0].params.w',
  ],
  [
    'two parameters that are copies of a third',
    making(w => [f32(1), new Float32Array(again(w)), new Float32Array(again(w))]),
    'params[2]',
    'params[1]',
  ],
  [
    'a gradient and its parameter',
    stepping(({ params: { w } }) => ({ w: new Float32Array(again(w)) })),
    'grads.w',
    'params.w',
    'copy it with slice()',
  ],
  [
    "a gradient and another's parameter",
    stepping(({ params: { b } }) => ({ w: new Float32Array(again(b), 4, 5) })),
    'grads.w',
    'params.b',
  ],
  [
    'a place and a parameter that stays',
    moving(({ params: { b } }) => [{ w: new Float32Array(again(b), 0, 5) }]),
    'params.b',
    'params.w',
  ],
  [
    'two places',
    moving(() => {
      const whole = shared(new Float32Array(12));
      return [{ w: whole.subarray(0, 5), b: new Float64Array(again(whole), 16, 3) }];
    }),
    'params.b',
    'params.w',
  ],
  [
    'a place and its source',
    moving(() => {
      const [to, from] = sharedTwice();
      return [{ w: to }, { w: from }];
    }),
    'from.w',
    'params.w',
  ],
];

/** WebAssembly knows no addresses: there it is as if there were two memories, which `odd.test.ts` shows. */
export const twins = (backend: Backend): Chapter[] =>
  backend === 'wasm'
    ? []
    : (['step', 'stepAsync'] as const).map(way =>
        chapter<Training>({
          title: `one memory in two SharedArrayBuffers, by ${way}`,
          begin: () => {
            const scene = training(backend, { way: 'stepAsync' });
            return { ...scene, step: grads => scene.optimizer[way](grads) };
          },
          cases: rows.map(([title, attempt, ...says]) => ({ title, outcome: 'ALIAS', says, attempt })),
        }),
      );
