// Every switch over rules of every class: the bits of the plain optimizer between the reference's own steps, on each backend, at once
// and on another thread.
import { describe, it } from 'vitest';
import { maxSums } from '../../src/backends/backend.js';
import type { StepOptions } from '../../src/index.js';
import { referenceStep } from '../../src/reference/update.js';
import { bandsOf, fold, gridOf, type Shape } from '../../src/shape.js';
import { nativeMissing } from '../backends.js';
import { everyOptimizer, given, step } from '../every-optimizer.js';
import { type FloatArray, noise, sameBits } from '../walk.js';

const backends = (['native', 'wasm'] as const).filter(name => name === 'wasm' || !nativeMissing);

const shapes: readonly Shape[] = [[5, 3], [6], [3, 2, 2, 2], [70, 90], [0], [1, 5000], [9001], []];
const lengthOf = (shape: Shape) => shape.reduce((all, n) => all * n, 1);
const arrayOf = (i: number): FloatArray => {
  const length = lengthOf(shapes[i]!);
  return i % 2 ? new Float64Array(length) : new Float32Array(length);
};
const params = () => shapes.map((_, i) => noise(arrayOf(i), i + 1));
const gradients = (t: number) =>
  shapes.map((_, i) => {
    const g = noise(arrayOf(i), 100 * t + i);
    // Zeros, which agree with nothing.
    return g.map((x, k) => (k % 11 === 3 ? 0 : x * 10 ** ((k % 5) - 2))) as FloatArray;
  });

type Own = { -readonly [K in keyof StepOptions]?: Exclude<StepOptions[K], (t: number) => number> };

// A walk of the reference over one tensor: what it writes for p, and its sums, added up as the engine does.
function walk(
  kernel: string,
  { p, g, slot, shape }: { p: FloatArray; g: FloatArray; slot?: FloatArray; shape?: Shape },
  row: readonly number[],
): { sums: number[]; rows: number[][] } {
  const grid = shape ? gridOf({ matrices: 1, ...fold(shape, 'first') }) : null;
  const parts = grid ? bandsOf(grid) : Math.ceil(p.length / 4096);
  const sums = new Float64Array(parts * maxSums);
  const rows = grid?.rows ?? 0;
  const rowSums = new Float64Array(maxSums * rows);
  // A number for each row stands first, an origin last.
  const slots = [shape ? (slot ?? null) : null, null, null, null, null, shape ? null : (slot ?? null)];
  const tensor = { p, g, slots, rows: grid && { grid, extents: [2, 0, 0, 0, 0, 0] } };
  const columnSums = new Float64Array(grid ? bandsOf(grid) * grid.columns : 0);
  referenceStep(kernel, row, tensor, sums, { rowSums, columnSums });
  return {
    sums: Array.from({ length: maxSums }, (_, k) => {
      let sum = 0;
      for (let part = 0; part < parts; part++) sum += sums[part * maxSums + k]!;
      return sum;
    }),
    rows: Array.from({ length: maxSums }, (_, k) => [...rowSums.subarray(k * rows, (k + 1) * rows)]),
  };
}

const plain = [1, 0, 1] as const;
const like = (p: FloatArray, numbers: readonly number[]): FloatArray =>
  p instanceof Float32Array ? Float32Array.from(numbers) : Float64Array.from(numbers);

// What becomes of a gradient, in the switches' order.
function changed(p: FloatArray, g: FloatArray, shape: Shape, o: Own, factor: number): FloatArray {
  let now = g.slice() as FloatArray;
  const rows = () => fold(shape, 'first');
  if (o.gradientCentralization && shape.length >= (o.gcConvOnly ? 4 : 2)) {
    const { rows: totals } = walk('centralize.total', { p, g: now, shape }, [...plain, 1]);
    const means = like(
      p,
      totals[0]!.map(total => total / rows().columns),
    );
    const next = now.slice() as FloatArray;
    walk('centralize', { p: next, g: now, slot: means, shape }, plain);
    now = next;
  }
  if (o.agc) {
    const { rows: norms } = walk('agc.norms', { p, g: now, shape }, plain);
    const factors = norms[0]!.map((weight, r) => {
      const most = Math.max(Math.sqrt(weight), o.agcEps ?? 1e-3) * (o.agc as number);
      const norm = Math.sqrt(norms[1]![r]!) * Math.abs(factor);
      return norm > most ? most / Math.max(norm, 1e-6) : 1;
    });
    const next = now.slice() as FloatArray;
    walk('agc', { p: next, g: now, slot: like(p, factors), shape }, plain);
    now = next;
  }
  if (o.orthograd) {
    // Row by row where the switches before it are: its sums then go by bands.
    const way =
      o.agc || (o.gradientCentralization && shape.length >= (o.gcConvOnly ? 4 : 2)) ? { shape } : {};
    const { sums } = walk('orthograd.products', { p, g: now, ...way }, plain);
    const next = p.slice() as FloatArray;
    const rest = walk('orthograd', { p: next, g: now, ...way }, [...plain, sums[1]! / (sums[0]! + 1e-30)]);
    const scaled = p.slice() as FloatArray;
    const length = Math.sqrt(sums[2]!) / (Math.sqrt(rest.sums[0]!) + 1e-30);
    walk('orthograd.scale', { p: scaled, g: next, ...way }, [...plain, length]);
    now = scaled;
  }
  return now;
}

// What becomes of an update from `origin` to p.
function updated(
  origin: FloatArray,
  p: FloatArray,
  g: FloatArray,
  o: Own & { lr: number },
  factor: number,
  rate: number,
): void {
  const slot = origin;
  const n = p.length;
  if (o.updateClip) {
    const rms = Math.sqrt(walk('update-clip.size', { p, g, slot }, plain).sums[0]! / n);
    const most = o.lr * (o.updateClip as number);
    if (rms > most) walk('update-clip', { p, g, slot }, [...plain, most / rms]);
  }
  if (o.cautious) {
    const { sums } = walk('cautious.count', { p, g, slot }, [factor, 0, 1, 0]);
    const scale = o.maskScale === 'sumPlusOne' ? n / (sums[0]! + 1) : 1 / Math.max(sums[0]! / n, 1e-3);
    walk('cautious', { p, g, slot }, [factor, 0, 1, 0, scale]);
  }
  if (o.cautiousWeightDecay) walk('cautious-decay', { p, g, slot }, [...plain, 0, rate]);
}

const switches: Record<string, Own> = {
  centralization: { gradientCentralization: true },
  'of filters': { gradientCentralization: true, gcConvOnly: true },
  agc: { agc: 0.05 },
  'agc behind a factor': { agc: 0.3, agcEps: 0.5, gradientScale: 7, maximize: true },
  orthograd: { orthograd: true },
  'all of a gradient': { gradientCentralization: true, agc: 0.2, orthograd: true, gradientScale: 0.5 },
  'update clip': { updateClip: 0.3 },
  cautious: { cautious: true },
  'cautious, scaled as in the paper': { cautious: true, maskScale: 'sumPlusOne', maximize: true },
  'cautious decay': { cautiousWeightDecay: true },
  'all of an update': { updateClip: 0.5, cautious: true, cautiousWeightDecay: true },
  everything: { orthograd: true, agc: 0.4, updateClip: 0.5, cautious: true, cautiousWeightDecay: true },
};
const onUpdates = (o: Own): boolean => Boolean(o.cautious || o.updateClip || o.cautiousWeightDecay);

const lr = 0.03;
const weightDecay = 0.25;
const classes: Record<string, object> = {
  AdamW: {},
  SGD: { momentum: 0.9, nesterov: true, decoupledWeightDecay: true },
  Yogi: {},
  SignSGD: {},
  Adagrad: { decoupledWeightDecay: true },
  AdamMini: {},
  LAMB: {},
  Adafactor: {},
  CAME: {},
  AdamP: {},
  Muon: { weightDecay: 0, adamWeightDecay: 0 },
  NorMuon: { nsSteps: 2 },
  NoisySGD: { momentum: 0.5 },
  Prodigy: {},
  MoMo: {},
  Rprop: {},
};

// A copy over memory that another thread may use.
function shared(array: FloatArray): FloatArray {
  const memory = new SharedArrayBuffer(array.byteLength);
  const copy = array instanceof Float32Array ? new Float32Array(memory) : new Float64Array(memory);
  copy.set(array);
  return copy;
}

describe.each(backends)('%s', backend => {
  it.each(Object.entries(classes))('%s', async (name, own) => {
    const entry = everyOptimizer.find(other => other.name === name)!;
    const decays =
      entry.rule.weightDecay !== undefined && ['AdamW', 'SGD', 'SignSGD', 'Adagrad'].includes(name);
    for (const [title, o] of Object.entries(switches)) {
      if (o.cautiousWeightDecay && !decays) continue;
      const where = `${name}, ${title}`;
      const [mine, shares, twins] = [params(), params().map(shared), params()];
      const common = { ...own, lr, shapes, backend, ...(decays && { weightDecay }) };
      const stages = { gradientScale: o.gradientScale ?? 1, maximize: o.maximize ?? false };
      const one = entry.make(mine, { ...common, ...o });
      const other = entry.make(shares, { ...common, ...o });
      const twin = entry.make(twins, {
        ...common,
        ...stages,
        ...(o.cautiousWeightDecay && { weightDecay: 0 }),
      });
      const factor = (stages.maximize ? -1 : 1) * stages.gradientScale;
      const keep = decays && !o.cautiousWeightDecay ? 1 - lr * weightDecay : 1;
      for (let t = 1; t <= 4; t++) {
        const g: (FloatArray | null)[] = gradients(t);
        if (t === 3) g[0] = null;
        step(one, g.map(x => x?.slice() ?? null) as never);
        await other.stepAsync(
          given(
            other,
            g.map(x => x && shared(x)),
          ),
        );
        const seen = g.map((x, i) => x && changed(twins[i]!, x, shapes[i]!, o, factor));
        const origin = twins.map(p => {
          const before = p.slice() as FloatArray;
          walk('origin', { p: p.slice() as FloatArray, g: p, slot: before }, [1, 0, keep]);
          return before;
        });
        step(twin, seen as never);
        if (onUpdates(o))
          twins.forEach((p, i) => {
            if (seen[i]) updated(origin[i]!, p, seen[i]!, { ...o, lr }, factor, 1 - (1 - lr * weightDecay));
          });
        mine.forEach((p, i) => {
          sameBits(p, twins[i]!, `${where}, step ${t}, ${i}`);
          sameBits(shares[i]!, twins[i]!, `${where}, step ${t}, ${i}, on another thread`);
        });
      }
      for (const optimizer of [one, other, twin]) optimizer.dispose();
    }
  });
});
