// What of the package needs TensorFlow.js, and what does not: installed copies of dist/, with it and without.
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, root, run, unbuilt } from '../cli/installed.js';

let folder = '';
const without = () => join(folder, 'without');
const beside = () => join(folder, 'beside');

beforeAll(() => {
  if (unbuilt !== '') return;
  folder = mkdtempSync(join(tmpdir(), 'lanestep-tfjs-'));
  install(without(), null);
  install(beside(), null);
  symlinkSync(join(root, 'node_modules/@tensorflow'), join(beside(), 'node_modules/@tensorflow'), 'dir');
});
afterAll(() => {
  if (folder !== '') rmSync(folder, { recursive: true });
});

const node = (cwd: string, code: string, ...flags: string[]) =>
  run(cwd, [process.execPath, ...flags, '--input-type=module', '-e', code]);

/** What of TensorFlow.js is loaded. */
const loaded = `
  import { createRequire } from 'node:module';
  const require = createRequire(process.cwd() + '/');
  const loaded = () => Object.keys(require.cache).filter(file => file.includes('tensorflow')).length;
`;

describe.skipIf(unbuilt !== '')(`installed${unbuilt}`, () => {
  test.each(['lanestep', 'lanestep/wasm'])('%s does not load TensorFlow.js', async entry => {
    const code = `${loaded}
      const { SGD } = await import('${entry}');
      const p = Float32Array.of(1);
      new SGD([p], { lr: 0.5, backend: 'wasm' }).step([Float32Array.of(1)]);
      console.log(p[0], loaded());
      await import('lanestep/tfjs');
      console.log(loaded() > 0);
    `;
    expect(await node(beside(), code)).toMatchObject({ code: 0, stdout: '0.5 0\ntrue\n', stderr: '' });
  });

  test.each(['lanestep', 'lanestep/wasm'])('%s works where TensorFlow.js is not installed', async entry => {
    const code = `
      const { SGD } = await import('${entry}');
      const p = Float32Array.of(1);
      new SGD([p], { lr: 0.5, backend: 'wasm' }).step([Float32Array.of(1)]);
      console.log(p[0]);
    `;
    expect(await node(without(), code)).toMatchObject({ code: 0, stdout: '0.5\n' });
  });

  test.each([[[]], [['--conditions=browser']]])('lanestep/tfjs says what is missing, %j', async flags => {
    const code = `
      await import('lanestep/tfjs').catch(error => console.log(error.code, error.message));
    `;
    const { stdout } = await node(without(), code, ...flags);
    expect(stdout).toMatch(/^ERR_MODULE_NOT_FOUND .*'@tensorflow\/tfjs-core'/);
  });

  const step = (entry: string) => `
    import { setBackend, tensor1d, variable } from '@tensorflow/tfjs-core';
    import '@tensorflow/tfjs-backend-cpu';
    ${entry}
    await setBackend('cpu');
    const w = variable(tensor1d([1, 2]), true, 'w');
    const optimizer = sgd(0.5);
    optimizer.applyGradients({ w: tensor1d([1, -1]) });
    console.log(w.dataSync().join(), optimizer.backend().name, optimizer.backend().reason);
  `;

  test('lanestep/tfjs in Node takes native where it loads, and here says why not', async () => {
    const { stdout } = await node(beside(), step("import { sgd } from 'lanestep/tfjs';"));
    expect(stdout).toMatch(/^0\.5,2\.5 wasm no native addon/m);
  });

  test('lanestep/tfjs elsewhere knows of nothing native', async () => {
    const { stdout } = await node(
      beside(),
      step("import { sgd } from 'lanestep/tfjs';"),
      '--conditions=browser',
    );
    expect(stdout).toMatch(/^0\.5,2\.5 wasm this entry of the package has WebAssembly only/m);
  });

  test('lanestep/tfjs can be required', async () => {
    const entry = `
      import { createRequire } from 'node:module';
      const { sgd } = createRequire(process.cwd() + '/')('lanestep/tfjs');
    `;
    const { stdout } = await node(beside(), step(entry));
    expect(stdout).toMatch(/^0\.5,2\.5 wasm/m);
  });

  test('what both entries export is the same', async () => {
    const code = `
      const [one, other] = await Promise.all(['index', 'wasm'].map(name =>
        import('./node_modules/lanestep/dist/tfjs/' + name + '.js')));
      console.log(Object.keys(one).every(name => one[name] === other[name]), Object.keys(one).length);
      console.log(Object.keys(other).join() === Object.keys(one).join());
    `;
    const { stdout } = await node(beside(), code);
    expect(stdout).toMatch(/^true \d\d\ntrue\n$/);
  });
});
