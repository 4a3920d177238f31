// A process that trains for long stays as large as it was. dist/ is run as it is, in a process that can be told to collect.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { nativeMissing } from '../backends.js';
import { root, unbuilt } from '../cli/installed.js';

const program = (tfjs: string, backend: string): string => `
  import { createRequire } from 'node:module';
  import { dirname, sep } from 'node:path';
  import '@tensorflow/tfjs-backend-cpu';
  import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
  import { enableProdMode, memory, setBackend, tensor1d, variable } from '@tensorflow/tfjs-core';
  import { adam, nadam } from 'lanestep/tfjs';

  enableProdMode();
  const require = createRequire(process.cwd() + sep);
  setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm')) + sep);
  await setBackend('${tfjs}');
  const settings = { backend: '${backend}' };
  const optimizers = [adam(0.1, 0.9, 0.999, null, settings), nadam({ ...settings, inPlace: false })];
  const variables = ['a', 'b'].map(name => variable(tensor1d(new Float32Array(2000)), true, name));
  const settled = async () => {
    for (let i = 0; i < 3; i++) { gc(); await new Promise(done => setTimeout(done, 5)); }
    return process.memoryUsage.rss();
  };
  const seen = [];
  for (let t = 1; t <= 10_000; t++) {
    const gradient = tensor1d(new Float32Array(2000).fill(t % 3));
    // One of them sits out now and then; state is taken out and put back.
    for (const optimizer of optimizers) {
      optimizer.applyGradients(t % 5 ? { a: gradient, b: gradient } : { b: gradient });
      if (t % 500 === 0) await optimizer.setWeights(await optimizer.getWeights());
    }
    gradient.dispose();
    if (t % 500 === 0) seen.push([await settled(), memory().numTensors]);
  }
  console.log(JSON.stringify(seen));
`;

const cases = ['cpu', 'wasm'].flatMap(tfjs => ['native', 'wasm'].map(backend => [tfjs, backend] as const));

describe.skipIf(unbuilt !== '')(`10,000 steps${unbuilt}`, () => {
  for (const [tfjs, backend] of cases) {
    const missing = backend === 'native' && nativeMissing !== null ? ` (skipped: ${nativeMissing})` : '';
    test.skipIf(missing !== '')(`tfjs ${tfjs}, lanestep ${backend}${missing}`, async () => {
      const args = ['--expose-gc', '--input-type=module', '-e', program(tfjs, backend)];
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
      const seen = JSON.parse(stdout) as [rss: number, tensors: number][];
      expect(seen).toHaveLength(20);
      // Of an array of a variable that was kept at every step there would be 96 MB from the one to the other.
      const [from, to] = [seen.slice(4, 8), seen.slice(-4)].map(list =>
        Math.min(...list.map(([rss]) => rss)),
      );
      expect(to! - from!).toBeLessThan(24e6);
      expect(new Set(seen.map(([, tensors]) => tensors)).size).toBe(1);
    });
  }
});
