// Where the operating system gives no more threads, a step is taken by those that there are, and is the same step.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { nativeMissing } from './backends.js';

const dist = new URL('../dist/index.js', import.meta.url);

const reason = (() => {
  if (nativeMissing !== null) return nativeMissing;
  if (!existsSync(fileURLToPath(dist))) return 'no dist/; run `npm run build`';
  if (spawnSync('prlimit', ['--version']).status !== 0) return 'no prlimit (Debian: util-linux)';
  return null;
})();

// A limit of threads does not hold root. A thread's stack takes 8 MiB of addresses, so that is what there must not be; and
// only for the length of a step, for Node cannot do without for long.
const program = `
  import { spawnSync } from 'node:child_process';
  import { readFileSync } from 'node:fs';
  const { Adam, setThreads } = await import(process.argv[1]);
  const { loadAddon } = await import(new URL('node/addon.js', process.argv[1]));
  const status = name => Number(new RegExp(name + ':\\\\s*(\\\\d+)').exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  const limit = bytes => {
    const { status, stderr } = spawnSync('prlimit', ['--pid', String(process.pid), '--as=' + bytes + ':'], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  };
  const start = new Float32Array(600_001).map((_, i) => Math.fround(i / 7));
  const grads = [start.map(x => Math.fround(1 - x))];
  const [alone, many] = [[start.slice()], [start.slice()]];
  const optimizers = [alone, many].map(params => new Adam(params, { backend: 'native', lr: 0.1 }));
  setThreads(1);
  for (let t = 0; t < 2; t++) optimizers[0].step(grads);

  setThreads(4);
  // They are woken whatever the step takes.
  loadAddon().setThreads(4, 0);
  limit('unlimited');
  const threads = [status('Threads')];
  limit(status('VmSize') * 1024 + 4 * 2 ** 20);
  optimizers[1].step(grads);
  limit('unlimited');
  threads.push(status('Threads'));
  // They are asked for again when there are some to be had.
  optimizers[1].step(grads);
  threads.push(status('Threads'));
  const same = Buffer.compare(...[alone, many].map(([p]) => Buffer.from(p.buffer))) === 0;
  console.log(JSON.stringify({ started: threads.map(n => n - threads[0]), same, moved: alone[0][5] !== start[5] }));
`;

it.skipIf(reason)(
  `a step does without threads that are refused${reason ? ` (skipped: ${reason})` : ''}`,
  () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', program, dist.href],
      { encoding: 'utf8' },
    );
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ started: [0, 0, 3], same: true, moved: true });
  },
);
