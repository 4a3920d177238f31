// The package in a bundle for Node: it has no addon there, runs on WebAssembly, and says what would help. That helps, too.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nativeMissing } from '../backends.js';
import { addon, install, root, run, unbuilt } from '../cli/installed.js';
import { type Bundler, bundlers, type Command, lacking, tools } from './bundlers.js';

const program = (tfjs: boolean) => `
  import { mkdtempSync } from 'node:fs';
  import { tmpdir } from 'node:os';
  import { join } from 'node:path';
  import { Adam, MovingAverage, backend, setThreads } from 'lanestep';
  import { Adam as OnWasm } from 'lanestep/wasm';
  ${
    tfjs
      ? `import { tensor1d, variable } from '@tensorflow/tfjs-core';
         import '@tensorflow/tfjs-backend-cpu';
         import { sgd } from 'lanestep/tfjs';`
      : ''
  }

  const attempt = work => { try { return work(); } catch ({ name, code, message }) { return { name, code, message }; } };
  const used = (Class, options) => attempt(() => {
    const p = Float32Array.of(1);
    const optimizer = new Class([p], options);
    optimizer.step([Float32Array.of(1)]);
    return optimizer.backend().name + ' ' + p[0].toFixed(3);
  });

  async function main() {
    const said = [];
    process.emitWarning = text => said.push(text);
    const out = {
      auto: used(Adam),
      wasm: used(Adam, { backend: 'wasm' }),
      entry: used(OnWasm),
      native: used(Adam, { backend: 'native' }),
      average: attempt(() => new MovingAverage([Float32Array.of(1)]).backend().name),
      told: attempt(() => backend()),
      threads: attempt(() => setThreads(1)),
    };
    const path = join(mkdtempSync(join(tmpdir(), 'lanestep-bundled-')), 'state');
    const from = new Adam([Float32Array.of(3)]);
    from.step([Float32Array.of(1)]);
    await from.save(path);
    const to = new Adam([Float32Array.of(1)]);
    await to.load(path);
    out.steps = to.steps;
    ${
      tfjs
        ? `const w = variable(tensor1d([1]));
           const optimizer = sgd(0.5);
           optimizer.applyGradients({ [w.name]: tensor1d([1]) });
           out.tfjs = optimizer.backend().name + ' ' + w.dataSync()[0];`
        : ''
    }
    console.log(JSON.stringify({ ...out, said }));
  }
  main();
`;

const needed = unbuilt || (nativeMissing === null ? '' : ` (skipped: ${nativeMissing})`);

/** Bundles the program in a project that has lanestep with its addon, and gives what it prints when it is run. */
async function bundled(bundler: Bundler, external: boolean) {
  // Below the tools, whose plugins are looked for from there.
  const project = mkdtempSync(join(tools === root ? tmpdir() : tools, 'lanestep-bundle-'));
  const go = async ([name, ...args]: Command) => {
    const file =
      name === 'node'
        ? process.execPath
        : name.startsWith('.')
          ? name
          : join(tools, 'node_modules/.bin', name);
    const ended = await run(project, [file, ...args], { NODE_ENV: 'production' });
    expect(ended.code, `${name} ${args.join(' ')}\n${ended.stdout}${ended.stderr}`).toBe(0);
    return ended;
  };
  try {
    install(project, readFileSync(addon));
    symlinkSync(join(root, 'node_modules/@tensorflow'), join(project, 'node_modules/@tensorflow'), 'dir');
    const files = { 'main.mjs': program(bundler.tfjs === true), ...bundler.files?.(external) };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
    mkdirSync(join(project, 'out'));
    for (const command of bundler.commands(external)) await go(command);
    const { stdout, stderr } = await go(bundler.made);
    expect(stderr.replace(/=+\nHi, looks like[^=]*=+/, '').trim()).toBe('');
    return JSON.parse(stdout);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

describe.skipIf(needed !== '')(`bundled${needed}`, () => {
  for (const bundler of bundlers) {
    const reason = lacking(bundler);
    it.skipIf(reason !== '')(`by ${bundler.title}${reason}`, async () => {
      const got = await bundled(bundler, false);
      const words = expect.stringMatching(/bundled: mark lanestep external/);
      expect(got).toEqual({
        ...Object.fromEntries(['auto', 'wasm', 'entry'].map(name => [name, 'wasm 0.999'])),
        native: { name: expect.any(String), code: 'ERR_LANESTEP_BACKEND', message: words },
        average: 'wasm',
        told: { name: 'wasm', instructionSet: 'simd128', threads: 1, reason: words },
        steps: 1,
        ...(bundler.tfjs && { tfjs: 'wasm 0.5' }),
        said: [words],
      });
      // What to do, where lanestep is in the package: nothing of building it.
      expect(got.told.reason).not.toContain('lanestep build');
    });

    it.skipIf(reason !== '' || bundler.closed)(`left out by ${bundler.title}${reason}`, async () => {
      const got = await bundled(bundler, true);
      expect(got).toMatchObject({ auto: 'native 0.999', entry: 'wasm 0.999', steps: 1, said: [] });
      if (bundler.tfjs) expect(got.tfjs).toBe('native 0.5');
    });
  }
});
