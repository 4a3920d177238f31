// A step like the last one looks at little (`Phases.#isAgain`): what may come between two such steps, and what it must see all the same.
import { describe, expect, it } from 'vitest';
import { Adam, ShapeError } from '../src/index.js';
import { insideOf } from '../src/inside.js';
import { bufferOf, isThere, lengthOf } from '../src/memory.js';
import type { FloatArray } from '../src/types.js';
import { nativeMissing } from './backends.js';

// biome-ignore lint/suspicious/noExplicitAny: gradients that are wrong on purpose
type Any = any;
const { WebAssembly } = globalThis as Any;

function take(array: FloatArray): void {
  const buffer = bufferOf(array);
  structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
}

class Sub extends Float32Array {
  override get length(): number {
    return 3;
  }
}

describe('an element says whether an array still has its memory', () => {
  const grown = new WebAssembly.Memory({ initial: 1, maximum: 2 });
  const shared = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
  const lying = (array: Float32Array): Float32Array => {
    const any = { get: () => 7, configurable: true };
    Object.defineProperty(array, 'length', { value: 3 });
    for (const key of [0, 1, 2, 3]) Reflect.defineProperty(array, key, any);
    Object.setPrototypeOf(
      array,
      new Proxy(Object.create(Float32Array.prototype, { 2: any }), { get: () => 7 }),
    );
    return array;
  };
  it.each<[string, FloatArray, (array: FloatArray) => unknown]>([
    ['transferred', new Float32Array(3), take],
    ['transferred, with a length, indices and a prototype of its own', lying(new Float32Array(3)), take],
    ['transferred, of a subclass', new Sub(3), take],
    ['transferred, of float64', new Float64Array(3), take],
    ['transferred by transfer()', new Float32Array(3), a => (a.buffer as Any).transfer?.() ?? take(a)],
    ['of a memory that grew', new Float32Array(grown.buffer, 8, 3), () => grown.grow(1)],
  ])('%s', (_, array, away) => {
    expect([isThere(array, 3), lengthOf(array)]).toEqual([true, 3]);
    away(array);
    expect([isThere(array, 3), lengthOf(array)]).toEqual([false, 0]);
  });

  it('and nothing else', () => {
    const array = new Float32Array(shared.buffer, 8, 3);
    shared.grow(1);
    expect([isThere(array, 3), lengthOf(array)]).toEqual([true, 3]);
    expect(isThere(new Float32Array(1).fill(Number.NaN), 1)).toBe(true);
    expect(isThere(new Float32Array(0), 0)).toBe(true);
  });
});

const f32 = (...values: number[]): Float32Array => Float32Array.from(values);

describe.each(['native', 'wasm'] as const)('%s', backend => {
  const absent = backend === 'native' && nativeMissing !== null;

  // Two tensors, and three steps with the same gradients.
  function steady() {
    const params = [f32(1, 2, 3), f32(4, 5)] as [Float32Array, Float32Array];
    const grads: Any[] = [f32(1, -1, 2), f32(3, 1)];
    const optimizer = new Adam(params, { backend, lr: 0.1 });
    for (let t = 0; t < 3; t++) optimizer.step(grads as Any);
    return { params, grads, optimizer };
  }
  type Scene = ReturnType<typeof steady>;
  const told = ({ params, optimizer }: Scene): unknown =>
    JSON.stringify([params.map(array => [...array]), optimizer.stateDict()]);

  // The same by an optimizer that knows nothing of the last step.
  function anew(scene: Scene): Scene {
    const params = scene.params.map(array => array.slice()) as Scene['params'];
    const grads = scene.grads.map(gradient => gradient?.slice() ?? null);
    const optimizer = new Adam(params, { backend, lr: 0.1 });
    optimizer.loadStateDict(scene.optimizer.stateDict());
    return { params, grads, optimizer };
  }

  it.skipIf(absent).each<[string, (scene: Scene) => void]>([
    ['nothing', () => {}],
    ['another gradient', ({ grads }) => void grads.splice(0, 1, f32(7, 8, 9))],
    ['other gradients', ({ grads }) => void grads.splice(0, 2, f32(7, 8, 9), f32(1, 2))],
    ['a gradient that was written to', ({ grads }) => grads[1].fill(5)],
    ['a gradient that is missing', ({ grads }) => void grads.splice(1, 1, null)],
    ['none', ({ grads }) => void grads.splice(0, 2, null, null)],
    ['an option', ({ optimizer }) => void Object.assign(optimizer.groups[0]!, { lr: 0.5 })],
    ['a state', ({ optimizer }) => optimizer.loadStateDict(optimizer.stateDict())],
    [
      'a move',
      ({ params, optimizer }) => optimizer.rebind(params.map((p, i) => (params[i] = p.slice())) as Any),
    ],
    [
      'a move, and without gradients',
      ({ params, grads, optimizer }) => {
        optimizer.rebind(params.map((p, i) => (params[i] = p.slice())) as Any);
        grads.fill(null);
      },
    ],
    [
      'a move from elsewhere',
      ({ params, optimizer }) => {
        const from = params.map(array => array.slice());
        for (const i of [0, 1] as const) params[i] = new Float32Array(params[i].length);
        optimizer.rebind(params as Any, from as Any);
      },
    ],
  ])('goes on with the same bits after %s', (name, change) => {
    const scene = steady();
    let fresh = anew(scene);
    change(scene);
    fresh.grads.splice(0, 2, ...scene.grads.map(gradient => gradient?.slice() ?? null));
    if (name === 'an option') change(fresh);
    for (const next of [null, null, f32(2, 2, 2), null, f32(3, 3, 3)]) {
      scene.optimizer.step(scene.grads as Any);
      fresh.optimizer.step(fresh.grads as Any);
      expect(told(scene)).toBe(told(fresh));
      if (next) scene.grads[0] = next;
      fresh = anew(scene);
    }
  });

  it.skipIf(absent).each<[string, string, (scene: Scene) => void]>([
    ['a gradient of another length', 'LENGTH', ({ grads }) => void grads.splice(1, 1, f32(1))],
    ['a gradient of another type', 'DTYPE', ({ grads }) => void grads.splice(1, 1, Float64Array.of(1, 2))],
    ['a gradient that is none', 'DTYPE', ({ grads }) => void grads.splice(1, 1, { length: 2 })],
    [
      'a gradient over a parameter',
      'ALIAS',
      ({ grads, params }) => void grads.splice(1, 1, params[0].subarray(0, 2)),
    ],
    [
      'a gradient that can be resized',
      'RESIZABLE',
      ({ grads }) =>
        void grads.splice(1, 1, new Float32Array(new (ArrayBuffer as Any)(8, { maxByteLength: 16 }), 0, 2)),
    ],
    ['a gradient whose memory is gone', 'DETACHED', ({ grads }) => take(grads[1])],
    ['too many', 'SHAPE', ({ grads }) => void grads.push(f32(1))],
  ])('refuses %s, and goes on', (_, code, change) => {
    const scene = steady();
    const before = told(scene);
    const good = scene.grads.map(gradient => gradient.slice());
    const fresh = anew({ ...scene, grads: good });
    change(scene);
    for (let k = 0; k < 2; k++) {
      let error: Any;
      try {
        scene.optimizer.step(scene.grads as Any);
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(ShapeError);
      expect(error.code).toBe(`ERR_LANESTEP_${code}`);
      expect(told(scene)).toBe(before);
    }
    scene.optimizer.step(good as Any);
    fresh.optimizer.step(fresh.grads as Any);
    expect(told(scene)).toBe(told(fresh));
  });

  it.skipIf(absent)('takes those before again, where others could not all be handed over', () => {
    const scene = steady();
    const fresh = anew(scene);
    const { kernel } = insideOf(scene.optimizer).phases as Any;
    kernel.bind = (gradients: Any) => {
      delete kernel.bind;
      kernel.bind(gradients);
      throw new Error('lost');
    };
    expect(() => scene.optimizer.step([f32(7, 8, 9), scene.grads[1]])).toThrow('lost');
    for (const { optimizer, grads } of [scene, fresh]) optimizer.step(grads as Any);
    expect(told(scene)).toBe(told(fresh));
  });

  it.skipIf(absent)('refuses to go on where the memory of a parameter on its way is gone', () => {
    const { params, grads, optimizer } = steady();
    const from = params.map(array => array.slice());
    optimizer.rebind(params.map(array => array.slice()) as Any, from as Any);
    const few = [grads[0], null];
    for (let t = 0; t < 2; t++) optimizer.step(few as Any);
    take(from[1]!);
    expect(() => optimizer.step(few as Any)).toThrow(
      expect.objectContaining({ code: 'ERR_LANESTEP_DETACHED' }),
    );
  });

  it.skipIf(absent)('refuses to go on where the memory of a parameter is gone', () => {
    const { params, grads, optimizer } = steady();
    take(params[1]);
    const before = [...params[0]];
    for (let k = 0; k < 2; k++)
      expect(() => optimizer.step(grads as Any)).toThrow(
        expect.objectContaining({ code: 'ERR_LANESTEP_DETACHED' }),
      );
    expect([...params[0]]).toEqual(before);
  });
});
