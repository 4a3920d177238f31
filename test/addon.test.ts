// What the addon itself refuses. TypeScript has validated everything before it calls; this is the last wall before memory.
import { describe, expect, it } from 'vitest';
import { blockLength, maxSlots, maxSums, row, skipped } from '../src/backends/backend.js';
import { type Addon, NativeBackend } from '../src/backends/native.js';
import { loadAddon } from '../src/node/addon.js';
import { nativeMissing } from './backends.js';

// biome-ignore lint/suspicious/noExplicitAny: what is passed here is wrong on purpose
type Wrong = any;

const addon: Addon = nativeMissing === null ? loadAddon() : ({ variants: [] } as Wrong);
const sgd = addon.variants.indexOf('sgd');
/** The place of an instruction set that can be used here. */
const usable = nativeMissing === null ? addon.instructionSets.findIndex(({ supported }) => supported) : 0;

/** What `prepare` takes for floats that have one slot, and doubles that have none. */
const given = () => ({
  params: [Float32Array.of(1, 2, 3), Float64Array.of(4, 5)] as const,
  kept: Uint8Array.from({ length: 2 * maxSlots }, (_, i) => +(i === 0)),
  // p - g for both: no stages, a rate of 1.
  rows: Float64Array.from({ length: 2 * row.length }, (_, i) => [1, 0, 1, 1, 0, 1][i % row.length] ?? 0),
  rowOf: Uint32Array.of(0, 1),
  variantOf: Uint32Array.of(sgd, sgd),
  sums: new Float64Array(2 * maxSums),
});

const allocate = (bytes: number) => new ArrayBuffer(bytes);

// A plan has bare addresses of what it was given.
const held: unknown[] = [];

// No tensor is walked row by row.
const noGrids = [new Float64Array(), new Float64Array(), new Float64Array()] as const;

function grads() {
  const arrays = [Float32Array.of(1, 1, 1), Float64Array.of(1, 1)];
  held.push(arrays);
  return arrays;
}

function prepared() {
  const parts = given();
  held.push(parts);
  const { params, kept, rows, rowOf, variantOf, sums } = parts;
  return {
    ...parts,
    plan: addon.prepare(usable, params, kept, rows, rowOf, variantOf, sums, allocate, ...noGrids),
  };
}

const title = nativeMissing === null ? 'the addon' : `the addon (skipped: ${nativeMissing})`;

describe.skipIf(nativeMissing !== null)(title, () => {
  it('has room for what TypeScript has', () => {
    expect(addon).toMatchObject({ rowLength: row.length, maxSlots, maxSums, blockLength });
  });

  it('offers the instruction sets of its processor, the best first', () => {
    const names = addon.instructionSets.map(({ name }) => name);
    expect(names).toEqual(process.arch === 'arm64' ? ['neon'] : ['avx512', 'avx2', 'sse2']);
    const best = addon.instructionSets.find(({ supported }) => supported);
    expect(new NativeBackend(addon).instructionSet).toBe(best!.name);
  });

  it('updates what has a gradient, a row and a rule', () => {
    const { plan, params } = prepared();
    addon.bind(plan, 0, ...grads());
    addon.run(plan);
    expect(params.map(array => [...array])).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
  });

  it('leaves alone what has none of one of them, however wild its number', () => {
    const still = (change: (parts: ReturnType<typeof prepared>) => void) => {
      const parts = prepared();
      addon.bind(parts.plan, 0, ...grads());
      change(parts);
      addon.run(parts.plan);
      expect([...parts.params[0]]).toEqual([1, 2, 3]);
      expect([...parts.params[1]]).toEqual([3, 4]);
    };
    for (const wild of [2, 0x0fffffff, skipped - 1, skipped]) {
      still(({ rowOf }) => {
        rowOf[0] = wild;
      });
    }
    for (const wild of [addon.variants.length, 0x0fffffff, 0xffffffff]) {
      still(({ variantOf }) => {
        variantOf[0] = wild;
      });
    }
    still(({ plan }) => addon.bind(plan, 0, null, grads()[1]!));
    const { plan, params } = prepared();
    addon.run(plan);
    expect([...params[0], ...params[1]]).toEqual([1, 2, 3, 4, 5]);
  });

  it('updates neighbours by their own rows, variants and types', () => {
    // From a parameter of 3 and a gradient of 1: sgd is p - lr g, sgd.momentum p - lr (mu b + rest g).
    const momentum = addon.variants.indexOf('sgd.momentum');
    const usual = [1, 0, 1, 1, 0.5, 2];
    const kinds: readonly (readonly [Wrong, gradient: boolean, numbers: number[], number, wanted: number])[] =
      [
        [Float32Array, true, usual, sgd, 2],
        [Float64Array, true, usual, sgd, 2],
        [Float32Array, true, usual, momentum, 1],
        [Float32Array, false, usual, sgd, 3],
        [Float32Array, true, [-1, 0, 1, 1], sgd, 4],
        [Float32Array, true, [1, 2, 1, 1], sgd, -4],
        [Float32Array, true, [1, 0, 0.5, 1], sgd, 0.5],
        [Float32Array, true, [2, 1, 0.5, 1, 0.5, 2], momentum, -8.5],
      ];
    for (const pair of kinds.flatMap(a => kinds.map(b => [a, b] as const))) {
      const params = pair.map(([type]) => new type([3, 3]));
      const rows = new Float64Array(2 * row.length);
      pair.forEach(([, , numbers], i) => {
        rows.set(numbers, i * row.length);
      });
      const kept = Uint8Array.from({ length: 2 * maxSlots }, (_, i) => +(i % maxSlots === 0));
      const rowOf = Uint32Array.of(0, pair[0][2] === pair[1][2] ? 0 : 1);
      const variantOf = Uint32Array.from(pair, ([, , , variant]) => variant);
      const sums = new Float64Array(2 * maxSums);
      const plan = addon.prepare(usable, params, kept, rows, rowOf, variantOf, sums, allocate, ...noGrids);
      const gradients = pair.map(([type, gradient]) => (gradient ? new type([1, 1]) : null));
      held.push(params, rows, rowOf, variantOf, sums, gradients);
      addon.bind(plan, 0, ...gradients);
      addon.run(plan);
      expect(params.map(array => [...array])).toEqual(pair.map(([, , , , wanted]) => [wanted, wanted]));
    }
  });

  it('prepares nothing whose shared arrays are not as long as it has tensors', () => {
    const refuse = (change: Partial<Record<keyof ReturnType<typeof given>, Wrong>>) => {
      const { params, kept, rows, rowOf, variantOf, sums } = { ...given(), ...change };
      expect(() =>
        addon.prepare(usable, params, kept, rows, rowOf, variantOf, sums, allocate, ...noGrids),
      ).toThrow('shared arrays');
    };
    refuse({ kept: new Uint8Array(2 * maxSlots - 1) });
    refuse({ rows: new Float64Array(2 * row.length - 1) });
    refuse({ rowOf: new Uint32Array(1) });
    refuse({ variantOf: new Uint32Array(1) });
    refuse({ sums: new Float64Array(2 * maxSums - 1) });
    refuse({ sums: new Float64Array(3 * maxSums) });
    refuse({ params: [] });
  });

  it('prepares nothing whose shared arrays are of another type, or whose grids are not the tensors', () => {
    const { params, kept, rows, rowOf, variantOf, sums } = given();
    const fine: Wrong[] = [kept, rows, rowOf, variantOf, sums, allocate, ...noGrids];
    const prepare = (of: readonly Wrong[], shared: readonly Wrong[]) =>
      (addon.prepare as (...all: Wrong[]) => unknown)(usable, of, ...shared);
    fine.forEach((one, i) => {
      if (one === allocate) return;
      const Other = one instanceof Float64Array ? BigInt64Array : Float64Array;
      for (const wrong of [new Other(one.length), null, [], new DataView(new ArrayBuffer(8 * one.length))])
        expect(() => prepare(params, fine.with(i, wrong)), `${i}`).toThrow(
          /^Expected a (Uint8|Uint32|Float64)Array$/,
        );
    });
    const [a, b] = [params[0].length, params[1].length];
    const refuse = (grids: number[], rowSums = 8, columnSums = a + b, of: Wrong = params) => {
      const sides = [Float64Array.from(grids), new Float64Array(rowSums), new Float64Array(columnSums)];
      expect(() => prepare(of, [...fine.slice(0, 6), ...sides]), `${grids}`).toThrow(
        /^Expected (the grid of a tensor|a grid for each tensor|sums for each row and column)$/,
      );
    };
    refuse([1, 1, a, 1]);
    refuse([1, 2, a, 1, 1, 1, b, 1], 12, 2 * a + b);
    refuse([1, 1, a, 1, 1, 1, b, 1], 4);
    refuse([1, 1, a, 1, 1, 1, b, 1], 8, a);
    for (const wrong of [-1, Number.NaN, Infinity, 2 ** 60]) refuse([wrong, 1, a, 1, 1, 1, b, 1]);
    // Products that come round to a small number.
    refuse([2 ** 32, 2 ** 32, 0, 1, 0, 0, 0, 0], 0, 0, [new Float32Array(0), params[1]]);
    refuse([2 ** 62 / a, 4 * a, a, 1, 1, 1, b, 1]);
  });

  it('takes floats and doubles for parameters, and an instruction set that it has', () => {
    const { kept, rows, rowOf, variantOf, sums } = given();
    const prepare = (set: number, ...params: Wrong[]) =>
      addon.prepare(set, params, kept, rows, rowOf, variantOf, sums, allocate, ...noGrids);
    for (const wrong of [Int32Array.of(1), new DataView(new ArrayBuffer(8)), [1], null, 1])
      expect(() => prepare(usable, Float32Array.of(1), wrong)).toThrow(
        'Expected a Float32Array or a Float64Array',
      );
    addon.instructionSets.forEach(({ supported }, set) => {
      if (!supported)
        expect(() => prepare(set, ...given().params)).toThrow('The instruction set is not to be had here');
    });
    for (const wrong of [-1, addon.instructionSets.length, Number.NaN, '0' as Wrong])
      expect(() => prepare(wrong, ...given().params)).toThrow('Index out of range');
  });

  it('tells where an array is, be it one memory in two buffers, and refuses what is none', () => {
    const memory = new SharedArrayBuffer(24);
    const at = addon.address(new Float32Array(memory));
    expect(at).toBeGreaterThan(0);
    expect(addon.address(new Float64Array(structuredClone(memory), 8))).toBe(at + 8);
    for (const wrong of [Int32Array.of(1), new DataView(memory), [1], null, 1])
      expect(() => addon.address(wrong as Wrong)).toThrow('Expected a Float32Array or a Float64Array');
  });

  it('binds an array with the memory of its parameter, or null, for each tensor', () => {
    const { plan, params } = prepared();
    const [g, h] = grads() as [Float32Array, Float64Array];
    const refuse = (list: Wrong, words: string) => {
      addon.bind(plan, 0, null, null);
      if (list.length > 1) expect(() => addon.bind(plan, 0, ...list)).toThrow(words);
      expect(() => addon.move(plan, list, [null, null])).toThrow(words);
      expect(() => addon.move(plan, params, list)).toThrow(words);
    };
    for (const list of [[], [g], [g, h, h]]) refuse(list, 'Expected an array for each tensor');
    expect(() => addon.bind(plan, 1, h, h)).toThrow('Expected an array for each tensor');
    expect(() => addon.bind(plan, 1, g)).toThrow('Expected an array like its parameter');
    for (const wrong of [2, -1, Number.NaN, '0', undefined] as Wrong[])
      expect(() => addon.bind(plan, wrong, h)).toThrow('Index out of range');
    addon.bind(plan, 1, h);
    addon.bind(plan, 0);
    for (const other of [new Float32Array(2), new Float32Array(4)])
      refuse([other, h], 'Expected an array like its parameter');
    for (const other of [undefined, [1, 1, 1], 'ggg'])
      refuse([other, h], 'Expected a Float32Array or a Float64Array');
    // The type is for TypeScript to tell: what is bound has elements and bytes enough, in memory that is shared as well.
    const bytes = new ArrayBuffer(24);
    for (const other of [new Float32Array(2), new Float32Array(bytes, 12, 2)])
      expect(() => addon.bind(plan, 1, other)).toThrow('Expected an array like its parameter');
    for (const other of [new Uint8Array(3), new Int16Array(bytes, 14, 3)] as Wrong[])
      expect(() => addon.bind(plan, 0, other)).toThrow('Expected a Float32Array or a Float64Array');
    addon.bind(plan, 1, new Float64Array(bytes, 8));
    addon.bind(plan, 1, new Float64Array(new SharedArrayBuffer(16)));
    expect(() => addon.bind(plan, 1, new Float32Array(new SharedArrayBuffer(16), 0, 2))).toThrow(
      'Expected an array like its parameter',
    );
  });

  it('moves all or nothing', () => {
    const { plan, params } = prepared();
    const elsewhere = given().params.map(array => array.slice().fill(9));
    addon.bind(plan, 0, ...grads());
    expect(() => addon.move(plan, elsewhere, [null, Int32Array.of(1) as Wrong])).toThrow(TypeError);
    addon.run(plan);
    expect([...params[0], ...params[1]]).toEqual([0, 1, 2, 3, 4]);
    expect(elsewhere.flatMap(array => [...array])).toEqual([9, 9, 9, 9, 9]);
  });

  it('reads and writes stretches of a slot that is there, and no further', () => {
    const { plan } = prepared();
    addon.write(plan, 0, 0, Float32Array.of(7, 8, 9), 0);
    addon.write(plan, 0, 0, Float32Array.of(6), 1);
    const copy = new Float32Array(3);
    addon.read(plan, 0, 0, copy, 0);
    expect([...copy]).toEqual([7, 6, 9]);
    addon.read(plan, 0, 0, copy.subarray(0, 2), 1);
    expect([...copy]).toEqual([6, 9, 9]);
    addon.read(plan, 0, 0, copy.subarray(0, 0), 3);
    for (const touch of [addon.read, addon.write]) {
      const refuse = (tensor: Wrong, slot: Wrong, array: Wrong, from: Wrong, words: string) =>
        expect(() => touch(plan, tensor, slot, array, from)).toThrow(words);
      for (const wrong of [-1, 2, 2 ** 32, Number.NaN, '0']) refuse(wrong, 0, copy, 0, 'Index out of range');
      for (const wrong of [-1, maxSlots, Number.NaN, null]) refuse(0, wrong, copy, 0, 'Index out of range');
      for (const wrong of [-1, 4, 2 ** 53, Number.NaN, null])
        refuse(0, 0, copy.subarray(0, 1), wrong, 'Index out of range');
      const room = 'Expected an array that the slot has room for';
      refuse(0, 1, copy, 0, room);
      refuse(1, 0, new Float64Array(2), 0, room);
      refuse(0, 0, new Float32Array(4), 0, room);
      refuse(0, 0, copy, 1, room);
      refuse(0, 0, copy.subarray(0, 1), 3, room);
      refuse(0, 0, new Float64Array(1), 0, room);
    }
  });

  it('lets nobody near a kernel whose step is under way', async () => {
    const { plan, params } = prepared();
    addon.bind(plan, 0, ...grads());
    const nobody = () => {};
    expect(() => addon.runAsync(plan, undefined as Wrong, nobody)).toThrow('Expected what is to be held');
    expect(() => addon.runAsync(plan, [], undefined as Wrong)).toThrow('who is to be told');
    const under = new Promise(done => addon.runAsync(plan, [], done));
    for (const touch of [
      () => addon.run(plan),
      () => addon.runAsync(plan, [], nobody),
      () => addon.bind(plan, 0, ...grads()),
      () => addon.move(plan, params, [null, null]),
      () => addon.read(plan, 0, 0, new Float32Array(3), 0),
      () => addon.release(plan),
    ])
      expect(touch).toThrow('A step is under way');
    expect(await under).toBe(true);
    expect([...params[0], ...params[1]]).toEqual([0, 1, 2, 3, 4]);
    addon.run(plan);
    expect([...params[0], ...params[1]]).toEqual([-1, 0, 1, 2, 3]);
  });

  it('takes nothing for a plan but one that it made, where it made it', () => {
    const { plan, params } = prepared();
    addon.bind(plan, 0, ...grads());
    const copy = plan.slice(0);
    addon.release(plan);
    // Its memory is given back at once.
    expect(plan.byteLength).toBe(0);
    const others = [
      plan,
      copy,
      new ArrayBuffer(0),
      new ArrayBuffer(4096),
      new SharedArrayBuffer(4096),
      Float32Array.of(1),
    ];
    for (const other of [...others, () => {}, {}, null, undefined, addon.bind] as Wrong[]) {
      for (const touch of [addon.run, addon.release, addon.bind, addon.read, addon.runAsync] as Wrong[])
        expect(() => touch(other, [], () => {})).toThrow('Expected a plan');
    }
    expect([...params[0], ...params[1]]).toEqual([1, 2, 3, 4, 5]);
  });

  it('takes no memory for a plan but what it asked for', () => {
    const { params, kept, rows, rowOf, variantOf, sums } = given();
    const prepare = (make: Wrong) =>
      addon.prepare(usable, params, kept, rows, rowOf, variantOf, sums, make, ...noGrids);
    for (const give of [
      (bytes: number) => new ArrayBuffer(bytes - 1),
      (bytes: number) => new ArrayBuffer(bytes + 1),
      (bytes: number) => new Uint8Array(bytes),
      () => undefined,
    ])
      expect(() => prepare(give)).toThrow('Expected an ArrayBuffer of so many bytes');
    const mine = new RangeError('mine');
    expect(() =>
      prepare(() => {
        throw mine;
      }),
    ).toThrow(mine);
    expect(() => prepare(undefined)).toThrow();
  });
});
