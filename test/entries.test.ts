// The entries of the package side by side in one process: each does what it says, whichever was loaded first.
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Averages } from '../src/averages.js';
import * as lean from '../src/lean.js';
import * as onNode from '../src/node/wasm.js';
import { Optimizer } from '../src/optimizer.js';
import * as everywhere from '../src/wasm.js';
import { nativeMissing } from './backends.js';
import { addon, install, root, run, unbuilt } from './cli/installed.js';

it('lanestep/lean has all of lanestep/wasm but checkpoints', () => {
  const left = Object.keys(everywhere).filter(name => !Object.hasOwn(lean, name));
  expect(left.sort()).toEqual(['deserializeAll', 'loadAll', 'readSafetensors', 'saveAll', 'serializeAll']);
  for (const [name, value] of Object.entries(lean)) expect(everywhere).toHaveProperty(name, value);
});

describe('lanestep/wasm on Node', () => {
  const runs = (value: unknown) =>
    typeof value === 'function' &&
    (value.prototype instanceof Optimizer || value.prototype instanceof Averages);

  it('has every class that runs rules to itself, under its name, and shares the rest', () => {
    expect(Object.keys(onNode).sort()).toEqual(Object.keys(everywhere).sort());
    const free = new Map<string, unknown>(Object.entries(everywhere));
    const own = Object.entries(onNode).filter(([name, value]) => value !== free.get(name));
    expect(own.map(([name]) => name).sort()).toEqual(
      Object.entries(everywhere)
        .filter(([name, value]) => runs(value) || name === 'backend' || name === 'setThreads')
        .map(([name]) => name)
        .sort(),
    );
    for (const [name, value] of own) expect(value.name).toBe(name);
  });

  it('is one kind of what lanestep has: of its class, and not the other way round', () => {
    const params = [Float32Array.of(1)];
    expect(new onNode.Adam(params)).toBeInstanceOf(everywhere.Adam);
    expect(new everywhere.Adam(params, { backend: 'wasm' })).not.toBeInstanceOf(onNode.Adam);
  });
});

const reason = unbuilt || (nativeMissing === null ? '' : ` (skipped: ${nativeMissing})`);

describe.skipIf(reason !== '')(`in one process${reason}`, () => {
  let project = '';
  beforeAll(() => {
    project = install(mkdtempSync(join(tmpdir(), 'lanestep-entries-')), readFileSync(addon));
    symlinkSync(join(root, 'node_modules/@tensorflow'), join(project, 'node_modules/@tensorflow'), 'dir');
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  // What each entry runs on, while those loaded before it are in use; all once more when all are.
  const program = (entries: readonly string[]) => `
    import { mkdtempSync } from 'node:fs';
    import { tensor1d, variable } from '@tensorflow/tfjs-core';
    import '@tensorflow/tfjs-backend-cpu';
    const code = work => { try { return work(); } catch (error) { return error.code; } };
    const living = [];
    const tried = {
      'lanestep/tfjs': async ({ sgd, wrap }) => {
        const [all, wasm] = [await import('lanestep'), await import('lanestep/wasm')];
        const w = variable(tensor1d([1]));
        const optimizer = sgd(0.5);
        optimizer.applyGradients({ [w.name]: tensor1d([1]) });
        return [w.dataSync()[0], ...[optimizer, wrap(all.NAdam), wrap(wasm.NAdam)].map(x => x.backend().name)];
      },
      lanestep: ({ SGD, MovingAverage, backend, setThreads }, name) => {
        const p = Float32Array.of(1);
        setThreads(2);
        const made = [new SGD([p], { lr: 0.5 }), new MovingAverage([p])];
        made.push(new (class Own extends SGD {})([Float32Array.of(1)]));
        living.push([made[0], made.map(x => x.backend().name)]);
        made[0].step([Float32Array.of(1)]);
        return [
          p[0],
          ...new Set([backend().name, ...made.map(x => x.backend().name)]),
          code(() => new SGD([p], { backend: 'native' }).backend().name),
          code(() => new MovingAverage([p], { backend: 'native' }).backend().name),
          code(() => backend('native').name),
          code(() => new SGD([p], { backend: 'wasm' }).backend().name),
          code(() => { setThreads(0); }),
        ];
      },
    };
    tried['lanestep/wasm'] = tried.lanestep;
    const out = [];
    for (const name of ${JSON.stringify([...entries, ...entries])}) out.push(await tried[name](await import(name)));
    const path = mkdtempSync('saved-') + '/state';
    for (const [optimizer] of living) { await optimizer.save(path); await optimizer.load(path); }
    console.log(JSON.stringify([out, living.every(([optimizer, names]) => optimizer.backend().name === names[0])]));
  `;

  const expected: Record<string, unknown> = {
    lanestep: [0.5, 'native', 'native', 'native', 'native', 'wasm', 'ERR_LANESTEP_OPTION'],
    'lanestep/wasm': [0.5, 'wasm', ...Array(3).fill('ERR_LANESTEP_BACKEND'), 'wasm', 'ERR_LANESTEP_OPTION'],
    'lanestep/tfjs': [0.5, 'native', 'native', 'wasm'],
  };

  it.each([
    [['lanestep', 'lanestep/wasm']],
    [['lanestep/wasm', 'lanestep']],
    [['lanestep/wasm']],
    [['lanestep/tfjs', 'lanestep/wasm', 'lanestep']],
    [['lanestep/wasm', 'lanestep/tfjs']],
  ])('%j', async entries => {
    const { stdout, stderr } = await run(project, [
      process.execPath,
      '--input-type=module',
      '-e',
      program(entries),
    ]);
    expect(JSON.parse(stdout || `"${stderr}"`)).toEqual([
      [...entries, ...entries].map(entry => expected[entry]),
      true,
    ]);
    expect(stderr).not.toContain('Lanestep');
  });

  it('LANESTEP_BACKEND=native is refused by lanestep/wasm, and heard by lanestep beside it', async () => {
    const code = `
      const [wasm, all] = [await import('lanestep/wasm'), await import('lanestep')];
      const p = [Float32Array.of(1)];
      try { new wasm.Adam(p); } catch (error) { console.log(error.code, error.message); }
      console.log(new all.Adam(p).backend().name, new wasm.Adam(p, { backend: 'wasm' }).backend().name);
    `;
    const { stdout } = await run(project, [process.execPath, '--input-type=module', '-e', code], {
      LANESTEP_BACKEND: 'native',
    });
    expect(stdout).toBe(
      'ERR_LANESTEP_BACKEND The native backend was asked for: lanestep/wasm has WebAssembly only\nnative wasm\n',
    );
  });
});
