// What must work of an installed package, in any runtime: lies in the folder of a project that has it in node_modules.
//
//   node essentials.mjs        every row, each in a process of its own and on both backends, whose results must be the same
//   node essentials.mjs ROW    one of them; what it writes is its result
//
// Nothing here takes time for a measure: what must not be waited for is something that never comes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const file = fileURLToPath(import.meta.url);
const require = createRequire(file);
const home = join(dirname(file), 'node_modules/lanestep');
const wanted = process.env.LANESTEP_BACKEND;

// No sines: their last bits are each engine's own.
const numbers = (n, seed, Type = Float32Array) =>
  Type.from({ length: n }, (_, i) => ((i * seed * 7919) % 2003) / 1024 - 1);
const shared = from => new from.constructor(new SharedArrayBuffer(from.byteLength));
const digest = (...arrays) => {
  const hash = createHash('sha256');
  for (const array of arrays) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return hash.digest('hex').slice(0, 16);
};

/** Three steps of some optimizers on tensors of both types, one of them long enough for a second thread. */
function stepped({ Adam, SGD, Rprop, RMSprop, Nesterov, backend }) {
  assert.equal(backend().name, wanted);
  const params = [numbers(300_000, 1), numbers(7, 2), numbers(33, 3, Float64Array)];
  const grads = [numbers(300_000, 4), numbers(7, 5), numbers(33, 6, Float64Array)];
  const optimizers = [
    new Adam(params, { weightDecay: 0.01 }),
    new SGD(params, { lr: 0.1, momentum: 0.9 }),
    new Rprop(params),
    new RMSprop(params, { centered: true }),
  ];
  for (const optimizer of optimizers) for (let t = 0; t < 3; t++) optimizer.step(grads);
  new Nesterov(params, { lr: 0.1 }).step(() => grads);
  return digest(...params);
}

/** The first optimizer of this process, which must not ask anybody for anything. */
async function first() {
  const { Adam } = await import('lanestep');
  const p = Float32Array.of(1);
  const optimizer = new Adam([p]);
  optimizer.step([Float32Array.of(1)]);
  assert.equal(optimizer.backend().name, wanted);
  return digest(p);
}

/** Whether this runtime is Node, for what only Node has. */
const node = !('Deno' in globalThis) && !('Bun' in globalThis);

const rows = {
  'steps by import': async () => stepped(await import('lanestep')),

  async 'steps by require'() {
    const lanestep = require('lanestep');
    assert.equal(lanestep.Adam, (await import('lanestep')).Adam, 'one class, whatever way it came');
    return stepped(lanestep);
  },

  // What jest gets.
  'steps by CommonJS': () => stepped(require(join(home, 'dist/cjs/index.cjs'))),

  async stepAsync() {
    const { Adam } = await import('lanestep');
    const [p, g] = [shared(numbers(1000, 1)), shared(numbers(1000, 2))];
    p.set(numbers(1000, 1));
    g.set(numbers(1000, 2));
    const optimizer = new Adam([p]);
    for (let t = 0; t < 3; t++) await optimizer.stepAsync([g]);
    return digest(p.slice());
  },

  async 'save and load'() {
    const { Adam } = await import('lanestep');
    const folder = mkdtempSync(join(tmpdir(), 'lanestep-installed-'));
    try {
      const path = join(folder, 'run.safetensors');
      const [p, g] = [numbers(1000, 1), numbers(1000, 2)];
      const optimizer = new Adam({ p });
      for (let t = 0; t < 3; t++) {
        optimizer.step({ p: g });
        await optimizer.save(path);
      }
      const again = new Float32Array(1000);
      const loaded = new Adam({ p: again });
      await loaded.load(path);
      assert.deepEqual(readdirSync(folder), ['run.safetensors']);
      for (const each of [optimizer, loaded]) each.step({ p: g });
      assert.equal(digest(again), digest(p));
      return digest(p);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },

  async 'lanestep/wasm first'() {
    // As it is without being told anything.
    if (wanted === 'native') delete process.env.LANESTEP_BACKEND;
    const { Adam } = await import('lanestep/wasm');
    assert.equal(new Adam([Float32Array.of(1)]).backend().name, 'wasm');
    return stepped(await import('lanestep'));
  },

  async 'lanestep/wasm after lanestep'() {
    if (wanted === 'native') delete process.env.LANESTEP_BACKEND;
    const { backend } = await import('lanestep');
    assert.equal(backend().name, wanted);
    const { Adam } = await import('lanestep/wasm');
    const p = Float32Array.of(1);
    const optimizer = new Adam([p]);
    optimizer.step([Float32Array.of(1)]);
    assert.equal(optimizer.backend().name, 'wasm');
    return digest(p);
  },

  // A diagnostic report looks up the names of both ends of every connection, and asks every worker for its part.
  async 'the first optimizer asks for no report'() {
    if (process.report) process.report.getReport = () => assert.fail('process.report.getReport was called');
    return first();
  },

  // Which the worker gives when it is back from its native call: here, when the optimizer is there.
  async 'the first optimizer with a worker inside a native call'() {
    const flag = join(mkdtempSync(join(tmpdir(), 'lanestep-installed-')), 'made');
    const waits = `const { existsSync } = require('node:fs'); setInterval(() => existsSync(process.argv[1]) && process.exit(), 20)`;
    const code = `
      const { parentPort, workerData } = require('node:worker_threads');
      parentPort.postMessage('begins');
      require('node:child_process').spawnSync(process.execPath, ['-e', ...workerData], { timeout: 60_000 });
      parentPort.postMessage('done');`;
    const worker = new Worker(code, { eval: true, workerData: [waits, flag] });
    const messages = [];
    worker.on('message', message => messages.push(message));
    const ended = new Promise(resolve => worker.once('exit', resolve));
    await new Promise(resolve => worker.once('message', resolve));
    // It begins to wait right after; a moment too early would only ask less of lanestep.
    await new Promise(resolve => setTimeout(resolve, 300));
    const result = await first();
    await new Promise(resolve => setImmediate(resolve));
    assert.deepEqual(messages, ['begins'], 'the optimizer waited for the worker');
    writeFileSync(flag, '');
    await ended;
    rmSync(dirname(flag), { recursive: true });
    return result;
  },

  // installed.sh runs this where no name server answers, and gives it less time than their names would take.
  async 'the first optimizer with open sockets'() {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise(resolve => server.once('listening', resolve));
    const { port } = server.address();
    const sockets = [1, 2, 3].map(() => connect({ port, host: '127.0.0.1' }));
    await Promise.all(sockets.map(socket => new Promise(resolve => socket.once('connect', resolve))));
    const result = await first();
    for (const socket of sockets) socket.destroy();
    server.close();
    return result;
  },

  // The weights are those of TensorFlow.js itself.
  async tfjs() {
    if (!existsSync(join(dirname(file), 'node_modules/@tensorflow/tfjs-backend-cpu')))
      return 'skipped: no tfjs';
    const tf = await import('@tensorflow/tfjs-core');
    await import('@tensorflow/tfjs-backend-cpu');
    const { adam } = await import('lanestep/tfjs');
    await tf.setBackend('cpu');
    const results = [adam(0.1), tf.train.adam(0.1)].map(optimizer => {
      const variable = tf.variable(tf.tensor1d(numbers(100, 1)));
      for (let t = 1; t <= 3; t++)
        optimizer.applyGradients({ [variable.name]: tf.tensor1d(numbers(100, t)) });
      return digest(variable.dataSync());
    });
    assert.equal(results[0], results[1]);
    return results[0];
  },

  'doctor agrees'() {
    if (!node) return 'skipped: the doctor is for Node';
    const args = [join(home, 'dist/cli/main.js'), 'doctor', '--json'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const { verdict, selfTest } = JSON.parse(stdout);
    assert.equal(verdict, wanted);
    assert.equal(selfTest.agree, true);
    return Object.values(selfTest.digests)[0];
  },
};

/** One row in a process of its own. */
function run(row, backend) {
  const runtime = 'Deno' in globalThis ? ['run', '--allow-all', '--node-modules-dir=manual'] : [];
  const env = { ...process.env, LANESTEP_BACKEND: backend };
  const args = [...runtime, file, row];
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, {
    env,
    encoding: 'utf8',
    timeout: 120_000,
  });
  return status === 0 ? stdout.trim() : `FAILED (${signal ?? status})\n${stderr.trim()}`;
}

async function all() {
  for (const row of Object.keys(rows)) {
    const [native, wasm] = ['native', 'wasm'].map(backend => run(row, backend));
    const well = native === wasm && !native.startsWith('FAILED');
    console.log(`${well ? 'ok    ' : 'FAILED'} ${row}: ${well ? native : `native ${native}, wasm ${wasm}`}`);
    if (!well) process.exitCode = 1;
  }
}

const [row] = process.argv.slice(2);
if (row === undefined) await all();
else console.log(await rows[row]());
