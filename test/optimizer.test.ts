// What an optimizer does with the shapes, gradients and options that it is given, on both backends.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { WasmBackend } from '../src/backends/wasm.js';
import { Adam, AdamW, backend as describeBackend, Nesterov, SGD, setThreads } from '../src/index.js';
import { defaultsOf, optionsOf } from '../src/rule.js';
import { nativeMissing } from './backends.js';
import { everyOptimizer, type Loose, smallRoots, step } from './every-optimizer.js';

type FloatArray = Float32Array | Float64Array;
// biome-ignore lint/suspicious/noExplicitAny: some of what is passed here is not what the types ask for
type Any = any;

/** All bits of arrays. */
const bits = (...arrays: readonly FloatArray[]): string[] =>
  arrays.map(array =>
    Buffer.from(Uint8Array.from(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))).toString(
      'hex',
    ),
  );

const f32 = (...values: number[]): Float32Array => Float32Array.from(values);
const f64 = (...values: number[]): Float64Array => Float64Array.from(values);

/** Numbers that look like gradients, the same for the same seed. */
function noise<A extends FloatArray>(array: A, seed: number): A {
  let x = (seed * 2654435761 + 12345) >>> 0;
  for (let i = 0; i < array.length; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    array[i] = x / 2 ** 31 - 1;
  }
  return array;
}

/** Everything that an optimizer has for a tensor, as text. */
function stateOf(optimizer: Loose, name: string): string {
  return JSON.stringify(optimizer.stateDict().state[name] ?? null, (_, value) =>
    ArrayBuffer.isView(value) ? bits(value as FloatArray) : value,
  );
}

const backends = ['native', 'wasm'] as const;
const title = (backend: string) =>
  backend === 'native' && nativeMissing !== null ? `native (skipped: ${nativeMissing})` : backend;

for (const backend of backends) {
  describe.skipIf(backend === 'native' && nativeMissing !== null)(title(backend), () => {
    describe('takes parameters', () => {
      const start = () =>
        [
          noise(new Float32Array(37), 1),
          noise(new Float64Array(5), 2),
          noise(new Float32Array(64), 3),
        ] as const;
      const gradients = (t: number) =>
        [
          noise(new Float32Array(37), 10 * t),
          noise(new Float64Array(5), 10 * t + 1),
          noise(new Float32Array(64), 10 * t + 2),
        ] as const;

      it('as an array, a record and groups, with the same results', () => {
        const [list, record, groups, each] = [start(), start(), start(), start()];
        const asList = new Adam([...list], { backend });
        const asRecord = new Adam({ a: record[0], b: record[1], c: record[2] }, { backend });
        const asGroups = new Adam([{ params: [groups[0]] }, { params: { b: groups[1], c: groups[2] } }], {
          backend,
        });
        const one = each.map(array => new Adam([array as Float32Array], { backend }));
        for (let t = 1; t <= 4; t++) {
          const [a, b, c] = gradients(t);
          asList.step([a, b, c]);
          asRecord.step({ c, a, b });
          asGroups.step([[a], { c, b }]);
          for (const [i, optimizer] of one.entries()) optimizer.step([[a, b, c][i] as Float32Array]);
          expect(bits(...record)).toEqual(bits(...list));
          expect(bits(...groups)).toEqual(bits(...list));
          expect(bits(...each)).toEqual(bits(...list));
        }
        expect(bits(...list)).not.toEqual(bits(...start()));
        expect(asGroups.groups.map(({ names }) => names)).toEqual([['0'], ['b', 'c']]);
        expect(asList.groups.map(({ names }) => names)).toEqual([['0', '1', '2']]);
        expect([asList.steps, asRecord.steps, asGroups.steps]).toEqual([4, 4, 4]);
      });

      it('of groups of lists, numbered through', () => {
        const optimizer = new Adam([{ params: [f32(1), f32(2)] }, { params: [f32(3)] }], { backend });
        optimizer.step([[f32(1), null], [f32(1)]]);
        expect(Object.keys(optimizer.stateDict().state)).toEqual(['0', '2']);
      });

      it('under names that objects inherit', () => {
        const names = ['__proto__', 'constructor', 'toString', 'length', '0', 'a b', ''];
        const fresh = (value: number) => {
          const record: Record<string, Float32Array> = {};
          for (const name of names)
            Object.defineProperty(record, name, { value: f32(value, value), enumerable: true });
          return record;
        };
        const params = fresh(1);
        const optimizer = new SGD(params, { backend, lr: 0.5 });
        optimizer.step({});
        optimizer.step(JSON.parse('{"__proto__": null}'));
        for (const name of names)
          expect([...Object.getOwnPropertyDescriptor(params, name)!.value]).toEqual([1, 1]);
        optimizer.step(fresh(1));
        for (const name of names)
          expect([...Object.getOwnPropertyDescriptor(params, name)!.value]).toEqual([0.5, 0.5]);
        const { state } = optimizer.stateDict();
        expect(Object.keys(state).sort()).toEqual([...names].sort());
        const again = new SGD(fresh(1), { backend });
        again.loadStateDict(optimizer.stateDict());
        expect(Object.keys(again.stateDict().state).sort()).toEqual([...names].sort());
      });

      it('with options of their own', () => {
        const lr = (t: number) => 0.1 / t;
        const groups = start();
        const apart = start();
        const grouped = new AdamW(
          [
            { params: [groups[0]], weightDecay: 0.5, betas: [0.5, (t: number) => 1 - 0.5 / t] },
            { params: [groups[1]], lr: 0.3, maximize: true },
            { params: [groups[2]] },
          ],
          { backend, lr, weightDecay: 0.25 },
        );
        const singles = [
          new AdamW([apart[0]], { backend, lr, weightDecay: 0.5, betas: [0.5, t => 1 - 0.5 / t] }),
          new AdamW([apart[1]], { backend, lr: 0.3, maximize: true, weightDecay: 0.25 }),
          new AdamW([apart[2]], { backend, lr, weightDecay: 0.25 }),
        ];
        for (let t = 1; t <= 5; t++) {
          const grads = gradients(t);
          grouped.step(grads.map(gradient => [gradient]) as Any);
          for (const [i, optimizer] of singles.entries()) optimizer.step([grads[i]] as Any);
          expect(bits(...groups)).toEqual(bits(...apart));
        }
        expect(grouped.groups[1]!.lr).toBe(0.3);
        expect(grouped.groups[2]!.lr).toBe(lr);
        expect(grouped.groups[0]!.betas[0]).toBe(0.5);
        expect(grouped.groups.map(({ weightDecay }) => weightDecay)).toEqual([0.5, 0.25, 0.25]);
      });

      it('whose flags differ from group to group', () => {
        const groups = start();
        const apart = start();
        const options = [{ amsgrad: true }, { amsgrad: false }, { amsgrad: true, maximize: true }];
        const grouped = new Adam(groups.map((array, i) => ({ params: [array], ...options[i] })) as Any, {
          backend,
        });
        const singles = apart.map(
          (array, i) => new Adam([array as Float32Array], { backend, ...options[i] }),
        );
        for (let t = 1; t <= 4; t++) {
          grouped.step(gradients(t).map(gradient => [gradient]) as Any);
          for (const [i, optimizer] of singles.entries()) optimizer.step([gradients(t)[i] as Float32Array]);
        }
        expect(bits(...groups)).toEqual(bits(...apart));
        const { state } = grouped.stateDict();
        expect(['0', '1', '2'].map(name => 'max_exp_avg_sq' in state[name]!)).toEqual([true, false, true]);
      });

      it('anywhere in a buffer, and touches nothing around them', () => {
        for (const { make, rule, name } of everyOptimizer) {
          for (const [Class, size] of [
            [Float32Array, 4],
            [Float64Array, 8],
          ] as const) {
            for (const length of [1, 3, 17, 70]) {
              for (const offset of [1, 2, 3, 7]) {
                const buffers = [0, 1].map(() => new ArrayBuffer(size * (offset + length + 33)));
                const whole = buffers.map(buffer => noise(new Class(buffer), 5) as FloatArray);
                const [p, g] = buffers.map(buffer => new Class(buffer, offset * size, length)) as [
                  FloatArray,
                  FloatArray,
                ];
                const apart = p.slice();
                const before = whole.map(array =>
                  bits(array.subarray(0, offset), array.subarray(offset + length)),
                );
                const gradient = bits(g);
                const [optimizer, twin] = [make([p], { backend }), make([apart], { backend })];
                for (let t = 0; t < 2; t++) {
                  step(optimizer, [g]);
                  step(twin, [g.slice()]);
                }
                const label = `${name} ${rule.name} ${size} ${length} ${offset}`;
                expect(bits(p), label).toEqual(bits(apart));
                // It takes no step before the variance of its second moment can be told.
                if (name !== 'ScheduleFreeRAdam') expect(bits(p), label).not.toEqual(gradient);
                expect(bits(g), label).toEqual(gradient);
                expect(
                  whole.map(array => bits(array.subarray(0, offset), array.subarray(offset + length))),
                  label,
                ).toEqual(before);
                optimizer.dispose();
                twin.dispose();
              }
            }
          }
        }
      });

      it('in shared memory', () => {
        const shared = new Float32Array(new SharedArrayBuffer(400), 12, 90);
        const gradient = new Float32Array(new SharedArrayBuffer(400), 4, 90);
        const plain = noise(new Float32Array(90), 1);
        noise(shared, 1);
        noise(gradient, 2);
        const optimizer = new Adam({ shared }, { backend });
        const twin = new Adam({ plain }, { backend });
        for (let t = 0; t < 3; t++) {
          optimizer.step({ shared: gradient });
          twin.step({ plain: gradient.slice() });
        }
        expect([...shared]).toEqual([...plain]);
      });

      it('without elements', () => {
        for (const { make, name, rule } of everyOptimizer) {
          const [w, u] = [f32(1, 2), f32(1, 2)];
          const empty = new Float32Array(0);
          const optimizer = make({ none: empty, w, ofNone: new Float64Array(w.buffer, 8, 0) }, { backend });
          const twin = make({ w: u }, { backend });
          for (let t = 0; t < 3; t++) {
            step(optimizer, {
              none: new Float32Array(0),
              w: f32(1, -1),
              ofNone: t < 1 ? null : new Float64Array(0),
            });
            step(twin, { w: f32(1, -1) });
          }
          expect(bits(w), name).toEqual(bits(u));
          const dict = optimizer.stateDict();
          expect([dict.state.none!.step, dict.state.ofNone!.step], name).toEqual([
            3,
            rule.clock === 'lockstep' ? 3 : 2,
          ]);
          optimizer.loadStateDict(structuredClone(dict));
          optimizer.dispose();
          twin.dispose();
        }
      });

      it('by the thousand', () => {
        const params = Array.from({ length: 1000 }, (_, i) =>
          noise(new Float32Array(i % 7 === 0 ? 0 : 1 + (i % 50)), i),
        );
        const apart = params.map(array => array.slice());
        const optimizer = new Adam(params, { backend });
        const singles = apart.map(array => new Adam([array], { backend }));
        for (let t = 1; t <= 3; t++) {
          const grads = params.map(({ length }, i) =>
            (i + t) % 5 === 0 ? null : noise(new Float32Array(length), i * t),
          );
          optimizer.step(grads);
          for (const [i, single] of singles.entries()) single.step([grads[i]]);
        }
        expect(bits(...params)).toEqual(bits(...apart));
        const { state } = optimizer.stateDict();
        expect(params.map((_, i) => state[i]!.step)).toEqual(
          params.map((_, i) => [1, 2, 3].filter(t => (i + t) % 5 !== 0).length),
        );
        for (const single of singles) single.dispose();
        optimizer.dispose();
      });
    });

    describe('skips a tensor', () => {
      const masks = [0b11, 0b01, 0b10, 0b00, 0b11, 0b01, 0b01, 0b11];
      const absent: Record<string, (grads: Record<string, FloatArray>, name: string) => void> = {
        null: (grads, name) => {
          (grads as Any)[name] = null;
        },
        undefined: (grads, name) => {
          (grads as Any)[name] = undefined;
        },
        missing: (grads, name) => {
          delete grads[name];
        },
      };

      for (const { name, make, rule } of everyOptimizer.filter(({ coupled }) => !coupled)) {
        it.each(Object.keys(absent))(`of ${name} whose gradient is %s`, how => {
          // Long enough for a lead-in, whole vectors and a tail.
          const start = () => ({ a: noise(new Float32Array(43), 1), b: noise(new Float64Array(19), 2) });
          const together = start();
          const apart = start();
          const decay = 'weightDecay' in defaultsOf(rule) ? { weightDecay: 0.1 } : {};
          const optimizer = make(together, { backend, ...decay });
          const singles = {
            a: make({ a: apart.a }, { backend, ...decay }),
            b: make({ b: apart.b }, { backend, ...decay }),
          };
          masks.forEach((mask, t) => {
            const grads: Record<string, FloatArray> = {
              a: noise(new Float32Array(43), 7 * t),
              b: noise(new Float64Array(19), 7 * t + 1),
            };
            if (!(mask & 1)) absent[how]!(grads, 'a');
            if (!(mask & 2)) absent[how]!(grads, 'b');
            // By itself, a tensor without a gradient takes no step; in lockstep it takes one without a gradient.
            if (mask & 1 || rule.clock === 'lockstep') step(singles.a, { a: mask & 1 ? grads.a : null });
            if (mask & 2 || rule.clock === 'lockstep') step(singles.b, { b: mask & 2 ? grads.b : null });
            step(optimizer, grads);
            expect(bits(together.a, together.b), `step ${t + 1}`).toEqual(bits(apart.a, apart.b));
          });
          expect(stateOf(optimizer, 'a')).toBe(stateOf(singles.a, 'a'));
          expect(stateOf(optimizer, 'b')).toBe(stateOf(singles.b, 'b'));
          expect([optimizer.steps, singles.a.steps, singles.b.steps]).toEqual(
            rule.clock === 'lockstep' ? [8, 8, 8] : [8, 6, 4],
          );
          const { a, b } = optimizer.stateDict().state;
          expect([a!.step, b!.step]).toEqual(rule.clock === 'lockstep' ? [8, 8] : [6, 4]);
          expect(bits(together.a)).not.toEqual(bits(start().a));
        });
      }

      it('while the others come one after the other', () => {
        const optimizer = new Adam([f32(1), f32(1), f32(1)], { backend });
        optimizer.step([f32(1), null, null]);
        optimizer.step([null, f32(1), null]);
        const steps = () =>
          Object.entries(optimizer.stateDict().state).map(([name, { step }]) => [name, step]);
        expect(steps()).toEqual([
          ['0', 1],
          ['1', 1],
        ]);
        optimizer.step([f32(1), null, f32(1)]);
        expect(steps()).toEqual([
          ['0', 2],
          ['1', 1],
          ['2', 1],
        ]);
      });

      it('in lists and groups', () => {
        const [a, b] = [f32(1), f32(1)];
        const list = new SGD([a, b], { backend, lr: 0.5 });
        list.step([null, f32(1)]);
        list.step([undefined, f32(1)]);
        // biome-ignore lint/suspicious/noSparseArray: a hole is a missing gradient too
        list.step([, f32(-1)] as Any);
        expect([a[0], b[0]]).toEqual([1, 0.5]);
        const groups = new SGD([{ params: { a } }, { params: [b] }], { backend, lr: 0.5 });
        groups.step([{}, [f32(1)]]);
        groups.step([{ a: f32(1) }, [null]]);
        groups.step([{ a: null }, [undefined]]);
        expect([a[0], b[0], groups.steps]).toEqual([0.5, 0, 3]);
        // Of a record that is no plain one, an own key with undefined in it is a key all the same.
        class Own {
          a = undefined;
          b = undefined;
        }
        const record = new SGD({ a, b }, { backend, lr: 0.5 });
        record.step(new Own());
        expect([a[0], b[0], record.steps]).toEqual([0.5, 0, 1]);
      });
    });

    describe('takes functions of the step', () => {
      it('and calls each once per step, with t = 1, 2, 3 …', () => {
        const calls: Record<string, number[]> = { lr: [], beta: [], eps: [], own: [] };
        const asked = (name: string, value: number) => (t: number) => {
          calls[name]!.push(t);
          return value / t;
        };
        const groups = [{ params: [f32(1), f32(2), f64(3)] }, { params: [f32(4)], eps: asked('own', 1e-3) }];
        const optimizer = new Adam(groups, {
          backend,
          lr: asked('lr', 0.1),
          betas: [0.9, asked('beta', 0.5)],
          eps: asked('eps', 1e-3),
        });
        // At construction each group's are looked at once, as of the first step.
        expect(calls).toEqual({ lr: [1, 1], beta: [1, 1], eps: [1], own: [1] });
        for (const list of Object.values(calls)) list.length = 0;
        const grads = [[f32(1), null, f64(1)], [f32(1)]] as const;
        for (let t = 1; t <= 4; t++) optimizer.step(t === 3 ? [[null, null, null], [null]] : (grads as Any));
        expect(calls).toEqual({
          lr: [1, 1, 2, 2, 3, 3, 4, 4],
          beta: [1, 1, 2, 2, 3, 3, 4, 4],
          eps: [1, 2, 3, 4],
          own: [1, 2, 3, 4],
        });
      });

      it('and does with them what numbers set before each step do', () => {
        for (const { name, make, rule } of everyOptimizer) {
          for (const [key, value] of Object.entries<unknown>(defaultsOf(rule))) {
            if (typeof value !== 'number' && !Array.isArray(value)) continue;
            const { range } = optionsOf(rule)[key]!;
            const { holds = () => true } = (range.kind === 'list' ? range.of : range) as {
              holds?: (x: number) => boolean;
            };
            // A schedule always has its slots; a number has them if it is not zero.
            // Less, where that is allowed; or more; or the next whole number.
            const at = (t: number, x: number): number => {
              const begin = x === 0 ? 0.25 : x;
              return [begin * (1 - 0.05 * t), begin * (1 + 0.05 * t), x + t].find(holds)!;
            };
            const values = [value].flat() as (number | null)[];
            const shaped = <T>(all: T[]): unknown => (Array.isArray(value) ? all : all[0]);
            const given = shaped(values.map(x => (x === null ? x : (t: number) => at(t, x))));
            const numbers = (t: number) => shaped(values.map(x => (x === null ? x : at(t, x))));
            // Rprop's second factor has to stay above 1, and what state begins with cannot be set any more.
            if (key === 'etas' || [...(rule.firstOnly ?? []), ...(rule.fixed ?? [])].includes(key)) continue;
            const [p, q] = [noise(new Float32Array(20), 1), noise(new Float32Array(20), 1)];
            const scheduled = make([p], { backend, [key]: given });
            const set = make([q], { backend, [key]: numbers(1) });
            for (let t = 1; t <= 4; t++) {
              set.set({ [key]: numbers(t) });
              const gradient = noise(new Float32Array(20), t);
              step(scheduled, [gradient]);
              step(set, [gradient]);
              expect(bits(p), `${name}.${key}, step ${t}`).toEqual(bits(q));
            }
            scheduled.dispose();
            set.dispose();
          }
        }
      });

      it('counts the steps of the optimizer, not of a tensor', () => {
        const w = f32(0);
        const optimizer = new SGD([w, f32(0)], { backend, lr: t => t });
        optimizer.step([null, f32(1)]);
        optimizer.step([null, f32(1)]);
        optimizer.step([f32(-1), null]);
        expect(w[0]).toBe(3);
      });
    });

    describe('takes other options between steps', () => {
      it('of one group, and of all', () => {
        const [a, b] = [f32(0), f32(0)];
        const optimizer = new SGD([{ params: { a }, lr: 1 }, { params: { b } }], { backend, lr: 2 });
        const grads = [{ a: f32(-1) }, { b: f32(-1) }] as const;
        const move = () => {
          a[0] = b[0] = 0;
          optimizer.step(grads);
          return [a[0], b[0]];
        };
        expect(move()).toEqual([1, 2]);
        optimizer.groups[0]!.lr = 4;
        expect(move()).toEqual([4, 2]);
        optimizer.set({ lr: 8 });
        expect(move()).toEqual([8, 8]);
        optimizer.groups[1]!.lr = t => t * 100;
        expect(move()).toEqual([8, 400]);
        optimizer.set({ maximize: true, gradientScale: 0.5 });
        expect(move()).toEqual([-4, -250]);
        expect(
          optimizer.groups.map(({ lr, maximize, gradientScale }) => [typeof lr, maximize, gradientScale]),
        ).toEqual([
          ['number', true, 0.5],
          ['function', true, 0.5],
        ]);
      });

      it('of its own array, which is copied', () => {
        const betas: [number, number] = [0.5, 0.5];
        const [p, q] = [f32(1), f32(1)];
        const optimizer = new Adam([p], { backend, betas });
        const twin = new Adam([q], { backend, betas: [0.5, 0.5] });
        betas[0] = 7;
        const later: [number, number] = [0.25, 0.25];
        optimizer.groups[0]!.betas = later;
        twin.groups[0]!.betas = [0.25, 0.25];
        later[1] = 7;
        for (const each of [optimizer, twin]) each.step([f32(1)]);
        expect(bits(p)).toEqual(bits(q));
        expect(optimizer.groups[0]!.betas).toEqual([0.25, 0.25]);
        // What is handed out is a copy, too, and says so.
        expect(() => {
          (optimizer.groups[0]!.betas as unknown as number[])[0] = 7;
        }).toThrow(TypeError);
        expect(optimizer.groups[0]!.betas).toEqual([0.25, 0.25]);
      });

      it('which are asked for the step to come', () => {
        const optimizer = new SGD([f32(0)], { backend, lr: 1 });
        for (let t = 0; t < 2; t++) optimizer.step([f32(0)]);
        optimizer.set({ lr: t => t });
        expect(optimizer.numbers[0]!.lr).toBe(3);
        optimizer.groups[0]!.lr = t => 2 * t;
        expect(optimizer.numbers[0]!.lr).toBe(6);
        // And at each step from then on.
        for (let t = 3; t <= 4; t++) {
          optimizer.step([f32(0)]);
          expect(optimizer.numbers[0]!.lr).toBe(2 * t);
        }
      });
    });

    describe('takes gradients', () => {
      it('new at each step, or the same, or some of both, with the same results', () => {
        for (const { make, name } of everyOptimizer) {
          const start = () =>
            [noise(new Float32Array(50), 1), noise(new Float32Array(9), 2)] as [Float32Array, Float32Array];
          const [same, fresh, mixed] = [start(), start(), start()];
          const optimizers = [same, fresh, mixed].map(params => make(params, { backend }));
          const held = [new Float32Array(50), new Float32Array(9)] as const;
          const list = [...held];
          for (let t = 1; t <= 6; t++) {
            const [a, b] = [noise(new Float32Array(50), t), noise(new Float32Array(9), -t)];
            held[0].set(a);
            held[1].set(b);
            step(optimizers[0]!, list);
            step(optimizers[1]!, [a, b]);
            step(optimizers[2]!, t % 3 === 0 ? [a, held[1]] : t % 3 === 1 ? [held[0], b] : [...held]);
          }
          expect(bits(...fresh), name).toEqual(bits(...same));
          expect(bits(...mixed), name).toEqual(bits(...same));
        }
      });

      it('and only reads them', () => {
        for (const { make, rule, name } of everyOptimizer) {
          const decay = 'weightDecay' in defaultsOf(rule) ? { weightDecay: 0.1 } : {};
          const g = noise(new Float32Array(3000), 4);
          const before = bits(g);
          const optimizer = make([noise(new Float32Array(3000), 3)], {
            backend,
            maximize: true,
            gradientScale: 0.5,
            ...decay,
          });
          step(optimizer, [g]);
          expect(bits(g), name).toEqual(before);
          optimizer.dispose();
        }
      });

      it('that are one array for two parameters', () => {
        const [a, b] = [f32(1, 2), f32(1, 2)];
        const g = f32(3, 4);
        const optimizer = new Adam([a, b], { backend });
        optimizer.step([g, g]);
        expect(bits(a)).toEqual(bits(b));
      });
    });

    it('keeps the state of every optimizer apart', () => {
      const made = everyOptimizer.flatMap(({ make }) =>
        [7, 40, 5000].map(length => {
          const p = noise(new Float32Array(length), length);
          const q = p.slice();
          return { p, q, length, optimizer: make([p], { backend }), make };
        }),
      );
      // Interleaved, and again one after the other: nobody writes into another's slots.
      for (let t = 1; t <= 3; t++) {
        for (const { optimizer, length } of made) step(optimizer, [noise(new Float32Array(length), t)]);
      }
      for (const { p, q, length, make, optimizer } of made) {
        const alone = make([q], { backend });
        for (let t = 1; t <= 3; t++) step(alone, [noise(new Float32Array(length), t)]);
        expect(bits(p)).toEqual(bits(q));
        expect(stateOf(optimizer, '0')).toBe(stateOf(alone, '0'));
        alone.dispose();
      }
      for (const { optimizer } of made) optimizer.dispose();
    });

    it('begins with zeroed state, whoever had the memory before', () => {
      for (let round = 0; round < 3; round++) {
        for (const length of [5, 1000, 40000]) {
          const p = noise(new Float32Array(length), 1);
          const optimizer = new Adam([p], { backend, amsgrad: true });
          const { state } = optimizer.stateDict();
          expect(state).toEqual({});
          optimizer.step([new Float32Array(length)]);
          for (const slot of ['exp_avg', 'exp_avg_sq', 'max_exp_avg_sq']) {
            expect((optimizer.stateDict().state[0]![slot] as Float32Array).every(x => x === 0)).toBe(true);
          }
          optimizer.step([new Float32Array(length).fill(Number.NaN)]);
          optimizer.dispose();
        }
      }
    });

    it('says what runs it', () => {
      const info = new Adam([f32(1)], { backend }).backend();
      expect(info).toEqual(describeBackend(backend));
      expect(info.name).toBe(backend);
      if (backend === 'wasm') {
        expect(info).toEqual({
          name: 'wasm',
          instructionSet: 'simd128',
          threads: 1,
          reason: 'WebAssembly was asked for',
        });
      } else {
        expect(['avx512', 'avx2', 'sse2', 'neon']).toContain(info.instructionSet);
        expect('reason' in info).toBe(false);
        const { threads } = info;
        setThreads(threads + 1);
        expect(describeBackend(backend).threads).toBe(threads + 1);
        setThreads(threads);
      }
    });

    it('takes steps that are not made of numbers only', () => {
      const p = f32(1, 2, 3);
      const optimizer = new Adam([p], { backend });
      optimizer.step([f32(Number.NaN, 1, Number.POSITIVE_INFINITY)]);
      expect(p[0]).toBeNaN();
      expect(p[1]).toBeCloseTo(2 - 1e-3, 6);
    });

    it('moves to the look-ahead point and back within a step of Nesterov', () => {
      const [w, still] = [f32(1), f32(1)];
      const optimizer = new Nesterov({ w, still }, { backend, lr: 0.5, momentum: 0.5 });
      const seen: number[][] = [];
      const closure = (gradient: number, other: Float32Array | null) => () => {
        seen.push([w[0]!, still[0]!]);
        return { w: f32(gradient), still: other };
      };
      optimizer.step(closure(1, f32(2)));
      expect([w[0], still[0]]).toEqual([0.5, 0]);
      optimizer.step(closure(1, null));
      // v = -0.5 and -1: the gradients were asked for at 0.5 - 0.25 and at 0 - 0.5.
      expect(seen).toEqual([
        [1, 1],
        [0.25, -0.5],
      ]);
      expect([w[0], still[0]]).toEqual([-0.25, 0]);
      expect(optimizer.stateDict().state.still!.step).toBe(1);
    });

    describe('frees its memory', () => {
      // dist/ is run as it is in a process of its own, which can be told to collect.
      const built = existsSync(new URL('../dist/index.js', import.meta.url));
      it.skipIf(!built)(
        `${built ? '' : '(skipped: no dist/, run `npm run build`) '}when it is collected, and when it is disposed of`,
        async () => {
          const code = `
          import { Adam } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
          const params = [new Float32Array(250_000)], grads = [new Float32Array(250_000)];
          const settle = async () => { for (let i = 0; i < 3; i++) { gc(); await new Promise(done => setTimeout(done, 5)); } };
          const seen = [];
          for (const dispose of [true, false]) {
            for (let round = 0; round < 30; round++) {
              for (let i = 0; i < 3; i++) {
                const optimizer = new Adam(params, { backend: '${backend}' });
                optimizer.step(grads);
                if (dispose) optimizer.dispose();
              }
              await settle();
              seen.push(process.memoryUsage.rss());
            }
          }
          console.log(JSON.stringify(seen));
        `;
          const { stdout } = await promisify(execFile)(process.execPath, [
            '--expose-gc',
            '--input-type=module',
            '-e',
            code,
          ]);
          const seen = JSON.parse(stdout) as number[];
          // 2 MB of state each: 180 that were kept would be 360 MB.
          const from = seen.slice(5, 15);
          const to = seen.slice(-10);
          expect(Math.min(...to) - Math.min(...from)).toBeLessThan(40e6);
        },
      );
    });
  });
}

describe('the memory of WebAssembly', () => {
  it('says so where there is no memory to be had', () => {
    const { WebAssembly } = globalThis as Any;
    const { Memory } = WebAssembly;
    WebAssembly.Memory = function refuse() {
      throw new RangeError('could not allocate memory');
    };
    try {
      expect(() => new WasmBackend()).toThrow(
        expect.objectContaining({ name: 'BackendError', code: 'ERR_LANESTEP_MEMORY' }),
      );
    } finally {
      WebAssembly.Memory = Memory;
    }
  });
});

describe.skipIf(nativeMissing !== null)(
  `native and wasm${nativeMissing === null ? '' : ` (skipped: ${nativeMissing})`}`,
  () => {
    it('give the same bits in one process', () => {
      for (const { make, name, rule } of everyOptimizer) {
        const [p, q] = [noise(new Float32Array(777), 1), noise(new Float32Array(777), 1)];
        const [native, wasm] = [
          make([p], { ...smallRoots(rule), backend: 'native' }),
          make([q], { ...smallRoots(rule), backend: 'wasm' }),
        ];
        for (let t = 1; t <= 5; t++) {
          const g = noise(new Float32Array(777), t);
          step(native, [g]);
          step(wasm, [g]);
        }
        expect(bits(p), name).toEqual(bits(q));
        expect(stateOf(native, '0'), name).toBe(stateOf(wasm, '0'));
      }
    });
  },
);
