// The package in a browser's bundle: made by vite from what is published, run where there is nothing of Node.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, it } from 'vitest';
import { Adam } from '../../src/wasm.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

const program = (entry: string) => `
  import { Adam, backend } from '${entry}';
  const p = new Float32Array([1, 2, 3]);
  const optimizer = new Adam([p]);
  for (let t = 0; t < 10; t++) optimizer.step([new Float32Array([0.1, -0.2, 0.3])]);
  globalThis.result = { p: Array.from(p), info: backend() };
`;

/** Bundles a program for browsers, and hands over its text. */
async function bundled(program: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lanestep-bundle-'));
  try {
    writeFileSync(join(folder, 'main.js'), program);
    await build({
      root: folder,
      logLevel: 'silent',
      resolve: { alias: { 'lanestep/lean': browserEntry('./lean'), lanestep: browserEntry('.') } },
      build: {
        lib: { entry: 'main.js', formats: ['iife'], name: 'main', fileName: () => 'bundle.js' },
        outDir: folder,
        emptyOutDir: false,
      },
    });
    return readFileSync(join(folder, 'bundle.js'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs it where there is nothing of Node, and hands over what it leaves behind. */
async function ran<Result>(program: string): Promise<Result> {
  const text = await bundled(program);
  expect(text).not.toMatch(/node:|createRequire|\.node["']/);
  const { WebAssembly } = globalThis as { WebAssembly?: unknown };
  const page: Record<string, unknown> = {
    WebAssembly,
    TextEncoder,
    TextDecoder,
    Float32Array,
    Float64Array,
    FinalizationRegistry,
  };
  runInContext(text, createContext(page));
  return page.result as Result;
}

it.each(['lanestep', 'lanestep/lean'])(
  '%s runs on WebAssembly, with the same bits, and knows nothing of Node',
  async entry => {
    const { p, info } = await ran<{ p: number[]; info: { name: string } }>(program(entry));
    expect(info.name).toBe('wasm');

    const own = new Float32Array([1, 2, 3]);
    const optimizer = new Adam([own], { backend: 'wasm' });
    for (let t = 0; t < 10; t++) optimizer.step([new Float32Array([0.1, -0.2, 0.3])]);
    expect(p).toEqual([...own]);
  },
);

it('lanestep/lean says where states and checkpoints are, which lanestep has', async () => {
  const each = (entry: string) => `
    import { Adam, MovingAverage } from '${entry}';
    const p = new Float32Array([1]);
    const said = [new Adam([p]), new MovingAverage([p])].flatMap(state => [
      () => state.stateDict(),
      () => state.loadStateDict(state.stateDict()),
      () => state.deserialize(state.serialize()),
    ]).map(work => { try { work(); } catch ({ code, message }) { return code + ' ' + message; } });
    globalThis.result = JSON.stringify(said);
  `;
  expect(JSON.parse(await ran(each('lanestep')))).toEqual(Array(6).fill(null));
  expect(JSON.parse(await ran(each('lanestep/lean')))).toEqual(
    Array(6).fill(expect.stringMatching(/^ERR_LANESTEP_STATE Expected .*import lanestep\/wasm$/)),
  );
});

it.each([
  { entry: 'lanestep', names: ['Adam'], own: 1, kilobytes: 37.4 },
  { entry: 'lanestep', names: ['Adam', 'AdamW'], own: 1, kilobytes: 37.5 },
  // Whose other tensors go Adam's way.
  { entry: 'lanestep', names: ['SGD', 'Muon'], own: 4, kilobytes: 41.3 },
  { entry: 'lanestep/lean', names: ['Adam'], own: 1, kilobytes: 26.5 },
])(
  '$entry carries the kernels of $names alone, in $kilobytes kB',
  async ({ entry, names, own, kilobytes }) => {
    const list = names.join(', ');
    const made = `globalThis.made = [${list}].map(Made => new Made([]));`;
    const text = await bundled(`import { ${list} } from '${entry}'; ${made}`);
    // A module for each type; and those of what every optimizer may need.
    expect(text.match(/0061736d/g)).toHaveLength(2 * (1 + own));
    expect(gzipSync(text, { level: 9 }).length / 1000).toBeLessThan(kilobytes);
  },
);

/** What the package gives to browsers. */
function browserEntry(name: string): string {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return join(root, exports[name].browser.default);
}
