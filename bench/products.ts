/**
 * `node out/bench/products.js [rows columns]`: products of matrices, as Newton and Schulz' iteration of `Muon` takes them, against what the
 * processor can do at most: loops of the same instruction set that only multiply and add, in registers, measured in turns with them. A
 * product and the addition of it are counted as one. Of symmetric products the lower half is counted, which is computed.
 */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { type Backend, extent, maxSlots, newtonSchulz, wholeSlot } from '#lanestep/backends/backend.js';
import { NativeBackend } from '#lanestep/backends/native.js';
import { engine } from '#lanestep/backends/wasm/engine.js';
import { wholeMatrices } from '#lanestep/backends/wasm/whole.js';
import { WasmBackend } from '#lanestep/backends/wasm.js';
import { loadAddon } from '#lanestep/node/addon.js';
import { gridOf } from '#lanestep/shape.js';
import type { Dtype } from '#lanestep/types.js';
import { median } from './statistics.js';

interface Peak {
  multiplyAddOf(set: string, wide: boolean): number;
  multiplyAdd(set: string, wide: boolean, times: number, factor: number, term: number): number;
}

const [rows = 1024, columns = 1024] = process.argv.slice(2).map(Number);
const [m, n] = [Math.min(rows, columns), Math.max(rows, columns)];
// Of one step: X Xᵀ and A A by halves, and the product of them and X.
const pairs = ((m * (m + 1)) / 2) * n + ((m * (m + 1)) / 2) * m + m * n * m;
const arrays = { float32: Float32Array, float64: Float64Array } as const;
const rounds = 7;

/** A function that takes so many steps of the iteration. */
function iteration(backend: Backend, dtype: Dtype): (steps: number) => void {
  const length = rows * columns;
  const grid = gridOf({ matrices: 1, rows, columns });
  const start = new arrays[dtype](length).map((_, i) => Math.sin(i + 0.1 * (i % 7)));
  const kept = Uint8Array.from({ length: maxSlots }, (_, k) => (k === wholeSlot ? extent.full : extent.none));
  const p = new arrays[dtype](length);
  const kernel = backend.prepare([p], kept, [grid], true);
  kernel.bind([p.slice()]);
  kernel.variantOf[0] = backend.variants.indexOf(newtonSchulz);
  return steps => {
    kernel.write(0, wholeSlot, start, 0);
    kernel.rows.set([1, 0, 1, Math.sqrt(length / 2), 3.4445, -4.775, 2.0315, steps]);
    kernel.run();
  };
}

/** Milliseconds of a call. */
function timed(work: () => void): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}

/** Pairs a nanosecond of the iteration and of the loop, round by round. */
function raced(iterate: (steps: number) => void, loop: (times: number) => void, perTime: number) {
  let times = 1000;
  while (timed(() => loop(times)) < 50) times *= 2;
  iterate(1);
  const rates = { products: [] as number[], peak: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    rates.peak.push((times * perTime) / timed(() => loop(times)) / 1e6);
    // What is before the steps and behind them is no product.
    const around = timed(() => iterate(0));
    rates.products.push((2 * pairs) / (timed(() => iterate(2)) - around) / 1e6);
  }
  return {
    products: median(rates.products),
    peak: median(rates.peak),
    share: median(rates.products.map((x, i) => x / rates.peak[i]!)),
  };
}

function show(title: string, { products, peak, share }: ReturnType<typeof raced>, threads = 1): void {
  const part = ((100 * share) / threads).toFixed(0);
  console.log(
    `${title.padEnd(26)} ${products.toFixed(1).padStart(6)} a ns of ${(peak * threads).toFixed(1).padStart(6)}: ${part.padStart(3)} %`,
  );
}

/** The loop of WebAssembly, compiled here: the package has none. */
async function wasmLoop(dtype: Dtype): Promise<{ loop: (times: number) => void; perTime: number }> {
  const lane = dtype === 'float32' ? 'f32' : 'f64';
  // With more of them than these, V8 has too few registers and goes to memory.
  const chains = Array.from({ length: 10 }, (_, k) => k);
  const text = `
    export function loop(times: i32, factor: ${lane}, term: ${lane}): ${lane} {
      const by = v128.splat<${lane}>(factor);
      const more = v128.splat<${lane}>(term);
      ${chains.map(k => `let s${k} = v128.splat<${lane}>(${k});`).join('\n')}
      for (let i = 0; i < times; i++) {
        ${chains.map(k => `s${k} = v128.add<${lane}>(v128.mul<${lane}>(s${k}, by), more);`).join('\n')}
      }
      ${chains.map(k => `s0 = v128.add<${lane}>(s0, s${k});`).join('\n')}
      return v128.extract_lane<${lane}>(s0, 0);
    }`;
  // Not by its name: its types would be everybody's here.
  const compiler = 'assemblyscript/asc';
  const asc = (await import(compiler)) as {
    compileString(
      source: string,
      options: object,
    ): Promise<{ binary: Uint8Array | null; stderr: { toString(): string } }>;
  };
  const { binary, stderr } = await asc.compileString(text, {
    enable: ['simd'],
    optimizeLevel: 3,
    runtime: 'stub',
  });
  if (binary === null) throw new Error(stderr.toString());
  const { Module, Instance } = engine();
  const { loop } = new Instance(new Module(binary), {}).exports as {
    loop(times: number, factor: number, term: number): number;
  };
  return {
    loop: times => void loop(times, 1, 0),
    perTime: chains.length * (dtype === 'float32' ? 4 : 2),
  };
}

const peak = createRequire(import.meta.url)('../../build/Release/roof.node') as Peak;
const addon = loadAddon();
console.log(`${rows} × ${columns}, multiplications with their additions, median of ${rounds} rounds`);
for (const dtype of ['float32', 'float64'] as const) {
  const wide = dtype === 'float64';
  for (const { name, supported } of addon.instructionSets) {
    if (!supported) continue;
    const loop = (times: number) => void peak.multiplyAdd(name, wide, times, 1, 0);
    for (const threads of new Set([1, availableParallelism()])) {
      const backend = new NativeBackend(addon, name);
      backend.setThreads(threads, 0);
      show(
        `${dtype} ${name} x${threads}`,
        raced(iteration(backend, dtype), loop, peak.multiplyAddOf(name, wide)),
        threads,
      );
    }
  }
  const { loop, perTime } = await wasmLoop(dtype);
  show(`${dtype} wasm`, raced(iteration(new WasmBackend([wholeMatrices]), dtype), loop, perTime));
}
