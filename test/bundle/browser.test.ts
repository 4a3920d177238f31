// The package in a browser's bundle: made by vite from what is published, run where there is nothing of Node.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'vite';
import { expect, it } from 'vitest';
import { Adam } from '../../src/wasm.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

const program = `
  import { Adam, backend } from 'lanestep';
  const p = new Float32Array([1, 2, 3]);
  const optimizer = new Adam([p]);
  for (let t = 0; t < 10; t++) optimizer.step([new Float32Array([0.1, -0.2, 0.3])]);
  globalThis.result = { p: Array.from(p), info: backend() };
`;

it('runs on WebAssembly, with the same bits, and knows nothing of Node', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanestep-bundle-'));
  try {
    writeFileSync(join(folder, 'main.js'), program);
    await build({
      root: folder,
      logLevel: 'silent',
      resolve: { alias: { lanestep: browserEntry() } },
      build: {
        lib: { entry: 'main.js', formats: ['iife'], name: 'main', fileName: () => 'bundle.js' },
        outDir: folder,
        emptyOutDir: false,
      },
    });
    const text = readFileSync(join(folder, 'bundle.js'), 'utf8');
    expect(text).not.toMatch(/node:|createRequire|\.node["']/);

    const { WebAssembly } = globalThis as { WebAssembly?: unknown };
    const page: Record<string, unknown> = {
      WebAssembly,
      atob,
      Float32Array,
      Float64Array,
      FinalizationRegistry,
    };
    runInContext(text, createContext(page));
    const { p, info } = page.result as { p: number[]; info: { name: string } };
    expect(info.name).toBe('wasm');

    const own = new Float32Array([1, 2, 3]);
    const optimizer = new Adam([own], { backend: 'wasm' });
    for (let t = 0; t < 10; t++) optimizer.step([new Float32Array([0.1, -0.2, 0.3])]);
    expect(p).toEqual([...own]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** What the package gives to browsers. */
function browserEntry(): string {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return join(root, exports['.'].browser.default);
}
