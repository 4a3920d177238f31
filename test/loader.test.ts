// How the package as users install it finds its backends: copies of dist/, whole and damaged, in processes of their own.
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAddon } from '../src/node/addon.js';
import { nativeMissing } from './backends.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const dist = join(root, 'dist');
const addon = join(root, 'build/Release/lanestep.node');
const missing = ['dist/index.js', 'dist/wasm.js', 'dist/kernels-f32.wasm'].filter(
  file => !existsSync(join(root, file)),
);
const unbuilt = missing.length > 0 ? ` (skipped: no ${missing.join(', ')}; run \`npm run build\`)` : '';
const noAddon = nativeMissing === null ? '' : ` (skipped: ${nativeMissing})`;

let folder = '';

/** Installs a copy of the package, with this for an addon, and gives the folder of the project that uses it. */
function install(name: string, place: (home: string) => void): string {
  const project = join(folder, name);
  const home = join(project, 'node_modules/lanestep');
  mkdirSync(home, { recursive: true });
  cpSync(dist, join(home, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(home, 'package.json'));
  place(home);
  return project;
}

function put(home: string, bytes: Uint8Array, at = 'build/Release/lanestep.node'): void {
  mkdirSync(dirname(join(home, at)), { recursive: true });
  writeFileSync(join(home, at), bytes);
}

const copies: Record<string, (home: string) => void> = {
  whole: home => put(home, readFileSync(addon)),
  prebuilt: home =>
    put(home, readFileSync(addon), `prebuilds/${process.platform}-${process.arch}/lanestep.node`),
  bare: () => {},
  // Copied from another system after `lanestep build`; and with the addon for another C library beside it.
  'built elsewhere': home => {
    put(home, readFileSync(addon), `prebuilds/${process.platform}-${process.arch}/lanestep.node`);
    put(home, Buffer.from('\xcf\xfa\xed\xfe for another system', 'latin1'));
    put(home, Buffer.from('for musl'), `prebuilds/linux-${process.arch}-musl/lanestep.node`);
  },
  'all broken': home => {
    put(home, Buffer.from('this is no library'));
    put(home, Buffer.alloc(0), `prebuilds/${process.platform}-${process.arch}/lanestep.node`);
  },
  // Cut within its header. Cut later, the C library maps what is not there, and the process ends with SIGBUS.
  truncated: home => put(home, readFileSync(addon).subarray(0, 40)),
  garbage: home => put(home, Buffer.from('this is no library')),
  empty: home => put(home, Buffer.alloc(0)),
  'a folder': home => mkdirSync(join(home, 'build/Release/lanestep.node'), { recursive: true }),
};

const ofNode18 =
  /^(crypto\.(createHash|randomBytes|randomUUID)|fs\.(constants|existsSync|readFileSync|readlinkSync)|fs\/promises\.\w+|module\.createRequire|os\.(availableParallelism|hostname)|path\.(basename|dirname|isAbsolute|join|resolve|sep)|timers\/promises\.setTimeout|url\.(fileURLToPath|pathToFileURL)|worker_threads\.markAsUntransferable)$/;

interface Ended {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface How {
  readonly env?: Record<string, string>;
  readonly flags?: readonly string[];
  readonly type?: 'module' | 'commonjs';
}

// Nothing of ours in the surroundings, but for the instruction sets that this run is to do without.
const { PATH, LANESTEP_DISABLE_ISA } = process.env;
const surroundings = { PATH, ...(LANESTEP_DISABLE_ISA && { LANESTEP_DISABLE_ISA }) };

/** Runs code in a project. */
function run(
  copy: string,
  code: string,
  { env = {}, flags = [], type = 'module' }: How = {},
): Promise<Ended> {
  const cwd = join(folder, copy);
  return new Promise(resolve => {
    execFile(
      process.execPath,
      [...flags, `--input-type=${type}`, '-e', code],
      { cwd, env: { ...surroundings, ...env } },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : (error.code ?? error.signal ?? null), stdout, stderr }),
    );
  });
}

const attempt = `
  const attempt = work => {
    try { return work(); } catch ({ name, code, message }) { return { name, code, message }; }
  };
  // Two optimizers of one step each, and what runs them.
  const report = ({ Adam, backend }, choice) => ({
    used: attempt(() => {
      const w = [1, 2].map(() => new Float32Array([1, 2, 3]));
      for (const p of w) {
        const optimizer = new Adam([p], choice && { backend: choice });
        optimizer.step([new Float32Array([1, -1, 1])]);
      }
      return { values: [...w[0], ...w[1]].map(Math.fround), ...new Adam([new Float32Array(1)], choice && { backend: choice }).backend() };
    }),
    told: attempt(() => backend(choice)),
  });
  const libraries = () => process.report.getReport().sharedObjects.filter(path => path.endsWith('lanestep.node'));
`;

// biome-ignore lint/suspicious/noExplicitAny: whatever the process printed
async function ask(copy: string, code: string, how: How = {}): Promise<any> {
  const ended = await run(copy, `${attempt}\n${code}`, how);
  expect(ended.code, ended.stderr).toBe(0);
  return { ...JSON.parse(ended.stdout), stderr: ended.stderr };
}

const reported = (entry = 'lanestep', choice = '') => `
  const lanestep = await import('${entry}');
  console.log(JSON.stringify({ ...report(lanestep${choice && `, '${choice}'`}), libraries: libraries() }));
`;

/** The three elements of both optimizers after one step of Adam at its defaults. */
const stepped = [1 - 1e-3, 2 + 1e-3, 3 - 1e-3].map(x => expect.closeTo(x, 6));
const values = [...stepped, ...stepped];
const warnings = (stderr: string) => stderr.split('\n').filter(line => line.includes('LANESTEP_WASM'));

describe.skipIf(unbuilt !== '')(`the package${unbuilt}`, () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lanestep-loader-'));
    for (const [name, place] of Object.entries(copies)) {
      if (existsSync(addon) || name === 'bare' || name === 'garbage') install(name, place);
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe.skipIf(noAddon !== '')(`with its addon${noAddon}`, () => {
    it('runs native, and says nothing', async () => {
      const { used, told, libraries, stderr } = await ask('whole', reported());
      expect(used).toEqual({
        values,
        name: 'native',
        instructionSet: expect.any(String),
        threads: expect.any(Number),
      });
      expect(told).toEqual({ name: 'native', instructionSet: used.instructionSet, threads: used.threads });
      expect(used.threads).toBe(Math.min(256, availableParallelism()));
      expect(libraries).toHaveLength(1);
      expect(stderr).toBe('');
    });

    it.each([
      ['18.20.8', false],
      ['20.10.0', false],
      ['20.18.3', false],
      ['20.19.0', true],
      ['21.7.3', false],
      ['22.11.0', false],
      ['22.12.0', true],
      ['26.0.0', true],
      // They say that they are some Node, too.
      ['18.18.0 of Deno', true],
    ])('says what it needs where Node is too old: %s', async (says, goes) => {
      const [node, , other] = says.split(' ');
      const versions = { ...process.versions, node, ...(other && { [other.toLowerCase()]: '1.0.0' }) };
      const { name, message } = await ask(
        'whole',
        `Object.defineProperty(process, 'versions', { value: ${JSON.stringify(versions)} });
         const got = await import('lanestep').then(({ backend }) => backend(), ({ name, message }) => ({ name, message }));
         console.log(JSON.stringify(got));`,
      );
      expect(name).toBe(goes ? 'native' : 'BackendError');
      expect(message).toBe(
        goes ? undefined : `lanestep needs Node 20.19, 22.12 or newer, and this is Node ${node}`,
      );
    });

    it('finds the binary of a release too', async () => {
      const { used, libraries } = await ask('prebuilt', reported());
      expect(used.name).toBe('native');
      expect(libraries[0]).toContain('prebuilds');
    });

    it('tries one addon after the other until one loads', async () => {
      const { used, libraries, stderr } = await ask('built elsewhere', reported());
      expect(used).toMatchObject({ values, name: 'native' });
      expect(libraries[0]).toContain('prebuilds');
      expect(stderr).toBe('');
    });

    it('keeps the reasons of all where none loads', async () => {
      const { told } = await ask('all broken', reported());
      expect(told.reason).toMatch(/did not load: .*build\/Release.*; .*prebuilds/);
    });

    // A report waits for the names of all connections' hosts, and for every other thread.
    it('asks for no report on the way to the first step', async () => {
      const { name, asked } = await ask(
        'prebuilt',
        `const asked = [];
         for (const name of ['getReport', 'writeReport']) process.report[name] = () => { asked.push(name); return {}; };
         const { Adam } = await import('lanestep');
         const optimizer = new Adam([Float32Array.of(1)]);
         optimizer.step([Float32Array.of(1)]);
         console.log(JSON.stringify({ ...optimizer.backend(), asked }));`,
      );
      expect([name, asked]).toEqual(['native', []]);
    });

    it('loads nothing before it is needed', async () => {
      const { before, after } = await ask(
        'whole',
        `const { Adam } = await import('lanestep');
         const before = libraries();
         new Adam([new Float32Array(1)]);
         console.log(JSON.stringify({ before, after: libraries() }));`,
        { env: {} },
      );
      expect([before.length, after.length]).toEqual([0, 1]);
    });

    it('runs without a compiler for WebAssembly', async () => {
      const { native, wasm } = await ask(
        'whole',
        `const lanestep = await import('lanestep');
         console.log(JSON.stringify({ native: report(lanestep).used, wasm: report(lanestep, 'wasm').used }));`,
        { flags: ['--jitless'] },
      );
      expect(native).toMatchObject({ values, name: 'native' });
      expect(wasm).toMatchObject({
        name: 'BackendError',
        code: 'ERR_LANESTEP_BACKEND',
        message: expect.stringContaining('--jitless'),
      });
    });

    describe('LANESTEP_BACKEND', () => {
      it.each([
        ['native', 'native'],
        ['auto', 'native'],
        ['', 'native'],
        ['wasm', 'wasm'],
      ])('%j runs %s', async (value, name) => {
        const { used, told, libraries, stderr } = await ask('whole', reported(), {
          env: { LANESTEP_BACKEND: value },
        });
        expect(used).toMatchObject({ values, name });
        expect(told.name).toBe(name);
        expect(libraries).toHaveLength(name === 'native' ? 1 : 0);
        if (name === 'wasm') expect(told.reason).toBe('LANESTEP_BACKEND is wasm');
        expect(stderr).toBe('');
      });

      it.each(['bogus', 'Native', 'WASM', ' wasm', '1', 'js'])('%j is refused', async value => {
        const { used, told } = await ask('whole', reported(), { env: { LANESTEP_BACKEND: value } });
        for (const error of [used, told]) {
          expect(error).toEqual({
            name: 'BackendError',
            code: 'ERR_LANESTEP_ENVIRONMENT',
            message: `Expected auto, native or wasm for LANESTEP_BACKEND, got ${JSON.stringify(value)}`,
          });
        }
      });

      it('gives way to the option of an optimizer', async () => {
        const { used } = await ask('whole', reported('lanestep', 'wasm'), {
          env: { LANESTEP_BACKEND: 'native' },
        });
        expect(used).toMatchObject({ values, name: 'wasm' });
      });
    });

    describe('LANESTEP_ISA', () => {
      const sets = nativeMissing === null ? loadAddon().instructionSets : [];

      it('has sets to choose from', () => {
        expect(sets.map(({ name }) => name)).toEqual(
          process.arch === 'arm64' ? ['neon'] : ['avx512', 'avx2', 'sse2'],
        );
        expect(sets.some(({ supported }) => supported)).toBe(true);
      });

      for (const { name, supported } of sets) {
        it(`${name} is ${supported ? 'used' : 'refused: it is not on this processor'}`, async () => {
          const { used, told } = await ask('whole', reported(), { env: { LANESTEP_ISA: name } });
          if (supported) {
            expect(used).toMatchObject({ values, name: 'native', instructionSet: name });
            expect(told.instructionSet).toBe(name);
          } else {
            for (const error of [used, told]) {
              expect(error).toMatchObject({ name: 'BackendError', code: 'ERR_LANESTEP_ENVIRONMENT' });
              expect(error.message).toMatch(new RegExp(`${name} \\((not on this processor|disabled by)`));
            }
          }
        });
      }

      it.each(['bogus', 'AVX2', 'avx', 'simd128', '0'])('%j is refused', async value => {
        const { used, told } = await ask('whole', reported(), { env: { LANESTEP_ISA: value } });
        for (const error of [used, told]) {
          expect(error).toMatchObject({ name: 'BackendError', code: 'ERR_LANESTEP_ENVIRONMENT' });
          expect(error.message).toContain('LANESTEP_ISA');
          expect(error.message).toContain(`got ${JSON.stringify(value)}`);
          for (const { name } of sets) expect(error.message).toContain(name);
        }
      });

      it('is refused where there is no addon to have it', async () => {
        const { used, told } = await ask('bare', reported(), { env: { LANESTEP_ISA: 'sse2' } });
        for (const error of [used, told]) {
          expect(error).toMatchObject({ name: 'BackendError', code: 'ERR_LANESTEP_ENVIRONMENT' });
          expect(error.message).toContain('LANESTEP_ISA');
          expect(error.message).toContain('no native addon');
        }
      });
    });

    describe('LANESTEP_DISABLE_ISA', () => {
      const sets = nativeMissing === null ? loadAddon().instructionSets : [];
      const names = sets.map(({ name }) => name);
      const usable = sets.filter(({ supported }) => supported).map(({ name }) => name);

      for (const [i, name] of usable.entries()) {
        it(`${usable.slice(0, i).join() || 'nothing'}: ${name} is used, and no other by its name`, async () => {
          const disabled = names.slice(0, names.indexOf(name)).join();
          const env = { LANESTEP_DISABLE_ISA: disabled };
          const { used } = await ask('whole', reported(), { env });
          expect(used).toMatchObject({ values, name: 'native', instructionSet: name });
          if (i === 0) return;
          const { told } = await ask('whole', reported(), { env: { ...env, LANESTEP_ISA: usable[0]! } });
          expect(told).toMatchObject({ code: 'ERR_LANESTEP_ENVIRONMENT' });
          expect(told.message).toContain(`${usable[0]} (disabled by LANESTEP_DISABLE_ISA)`);
        });
      }

      it('all: WebAssembly is used, and the reason says why', async () => {
        const { used, told } = await ask('whole', reported(), {
          env: { LANESTEP_DISABLE_ISA: names.join() },
        });
        expect(used).toMatchObject({ values, name: 'wasm' });
        expect(told.reason).toContain('disabled by LANESTEP_DISABLE_ISA');
      });

      it.each(['bogus', 'AVX2', 'avx512,', 'avx512 avx2'])('%j is refused', async value => {
        const { used, told } = await ask('whole', reported(), { env: { LANESTEP_DISABLE_ISA: value } });
        for (const error of [used, told])
          expect(error).toMatchObject({
            code: 'ERR_LANESTEP_ENVIRONMENT',
            message: `Expected names out of avx512, avx2, sse2, neon, between commas, for LANESTEP_DISABLE_ISA, got "${value}"`,
          });
      });
    });

    it('LANESTEP_ISA is refused with LANESTEP_BACKEND=wasm, which it cannot be had with', async () => {
      const { used, told } = await ask('whole', reported(), {
        env: { LANESTEP_ISA: 'sse2', LANESTEP_BACKEND: 'wasm' },
      });
      for (const error of [used, told]) {
        expect(error).toMatchObject({ name: 'BackendError', code: 'ERR_LANESTEP_ENVIRONMENT' });
        expect(error.message).toContain('LANESTEP_ISA');
      }
    });

    describe('LANESTEP_NUM_THREADS', () => {
      it.each(['1', '2', '003', '256'])('%j is used', async value => {
        const { used, told } = await ask('whole', reported(), { env: { LANESTEP_NUM_THREADS: value } });
        expect(used).toMatchObject({ values, name: 'native', threads: Number(value) });
        expect(told.threads).toBe(Number(value));
      });

      it.each(['0', 'x', '1e3', '-1', '257', '1.5', '0x2', ' 2', 'Infinity', '000'])(
        '%j is refused',
        async value => {
          const { used, told } = await ask('whole', reported(), { env: { LANESTEP_NUM_THREADS: value } });
          for (const error of [used, told]) {
            expect(error).toEqual({
              name: 'BackendError',
              code: 'ERR_LANESTEP_ENVIRONMENT',
              message: `Expected a whole number from 1 to 256 for LANESTEP_NUM_THREADS, got ${JSON.stringify(value)}`,
            });
          }
        },
      );
    });

    describe('in worker threads', () => {
      // Each worker of the first kind ends by itself; each of the second is ended in the middle of its steps, some of
      // which are large enough for the pool, and some of which throw.
      const workers = `
        import { Worker } from 'node:worker_threads';
        const body = endless => \`
          import { parentPort } from 'node:worker_threads';
          import('lanestep').then(({ Adam, setThreads, backend }) => {
            setThreads(3);
            const n = \${endless ? 500_000 : 1000};
            const params = [new Float32Array(n), new Float64Array(7)];
            const optimizer = new Adam(params);
            const grads = [new Float32Array(n).fill(1), new Float64Array(7).fill(1)];
            const go = () => {
              optimizer.step(grads);
              try { optimizer.step([grads[1], grads[0]]); } catch {}
              optimizer.step([grads[0].slice(), null]);
              new Adam([new Float32Array(1000)]).step([grads[0].subarray(0, 1000)]);
            };
            for (let t = 0; t < 5; t++) go();
            parentPort.postMessage([backend().name, params[0][n - 1], params[1][6]]);
            while (\${endless}) go();
          });
        \`;
        const start = (endless, stop) => new Promise((resolve, reject) => {
          const worker = new Worker(body(endless), { eval: true });
          let seen = null;
          worker.on('message', async message => {
            seen = message;
            if (stop >= 0) { await new Promise(done => setTimeout(done, stop)); await worker.terminate(); }
          });
          worker.on('error', reject);
          worker.on('exit', () => resolve(seen));
        });
      `;

      it('loads in each, and survives their ends', async () => {
        const { all, again, libraries } = await ask(
          'whole',
          `${workers}
           const all = [];
           for (let round = 0; round < 3; round++) {
             all.push(...await Promise.all(Array.from({ length: 8 }, (_, i) => start(i % 2 === 1, i % 2 === 1 ? i : -1))));
           }
           // The pool that they leave behind serves on.
           const { Adam, setThreads } = await import('lanestep');
           setThreads(3);
           const p = new Float32Array(500_000);
           const optimizer = new Adam([p]);
           for (let t = 0; t < 10; t++) optimizer.step([new Float32Array(500_000).fill(1)]);
           console.log(JSON.stringify({ all, again: [p[0], p.every(x => x === p[0])], libraries: libraries() }));`,
        );
        expect(all).toHaveLength(24);
        for (const seen of all)
          expect(seen).toEqual(['native', expect.closeTo(-0.01, 5), expect.closeTo(-0.005, 5)]);
        expect(again).toEqual([expect.closeTo(-0.01, 5), true]);
        expect(libraries).toHaveLength(1);
      });

      it('leaves the process with exit code 0 while workers step', async () => {
        for (const end of ['process.exit(0)', 'for (const worker of living) worker.terminate();']) {
          const ended = await run(
            'whole',
            `${workers.replace('const worker = new Worker', 'const worker = living[living.length] = new Worker')}
             const living = [];
             let ready = 0;
             for (let i = 0; i < 6; i++) start(true, -1);
             for (const worker of living) worker.on('message', () => { if (++ready === 6) { ${end} } });`,
          );
          expect(ended, ended.stderr).toMatchObject({ code: 0, stderr: '' });
        }
      });

      it('works on WebAssembly in many at once', async () => {
        const { all } = await ask(
          'whole',
          `${workers}
           console.log(JSON.stringify({ all: await Promise.all(Array.from({ length: 20 }, () => start(false, -1))) }));`,
          { env: { LANESTEP_BACKEND: 'wasm' } },
        );
        expect(all).toHaveLength(20);
        for (const seen of all)
          expect(seen).toEqual(['wasm', expect.closeTo(-0.01, 5), expect.closeTo(-0.005, 5)]);
      });
    });
  });

  describe('whose addon does not load', () => {
    const reasons: Record<string, string> = {
      bare: `no native addon for ${process.platform}-${process.arch}`,
      truncated: 'the native addon did not load: ',
      garbage: 'the native addon did not load: ',
      empty: 'the native addon did not load: ',
      'a folder': 'the native addon did not load: ',
    };

    for (const [copy, reason] of Object.entries(reasons)) {
      const absent = existsSync(addon) || copy === 'bare' || copy === 'garbage' ? '' : noAddon;
      it.skipIf(absent !== '')(`runs WebAssembly, and says why, once: ${copy}${absent}`, async () => {
        const { used, told, stderr } = await ask(copy, reported());
        expect(used).toEqual({
          values,
          name: 'wasm',
          instructionSet: 'simd128',
          threads: 1,
          reason: expect.stringContaining(reason),
        });
        expect(told.reason).toBe(used.reason);
        expect(told.reason.length).toBeGreaterThan(reason.length + 5);
        expect(warnings(stderr)).toHaveLength(1);
        expect(stderr).toContain('LanestepWarning');
        expect(stderr).toContain(reason);
      });

      it.skipIf(absent !== '')(`throws the reason where native is asked for: ${copy}${absent}`, async () => {
        const asked = [
          [reported(), { LANESTEP_BACKEND: 'native' }],
          [reported('lanestep', 'native'), {}],
        ] as const;
        for (const [code, env] of asked) {
          const { used, told, stderr } = await ask(copy, code, { env });
          for (const error of [used, told]) {
            expect(error).toMatchObject({ name: 'BackendError', code: 'ERR_LANESTEP_BACKEND' });
            expect(error.message).toContain('The native backend was asked for');
            expect(error.message).toContain(reason);
          }
          expect(stderr).toBe('');
        }
      });

      it.skipIf(absent !== '')(`says nothing where WebAssembly is asked for: ${copy}${absent}`, async () => {
        const { used, stderr } = await ask(copy, reported(), { env: { LANESTEP_BACKEND: 'wasm' } });
        expect(used).toMatchObject({ values, name: 'wasm', reason: 'LANESTEP_BACKEND is wasm' });
        expect(stderr).toBe('');
      });
    }

    it.skipIf(noAddon !== '')(`runs WebAssembly under --no-addons${noAddon}`, async () => {
      const { used, libraries, stderr } = await ask('whole', reported(), { flags: ['--no-addons'] });
      expect(used).toMatchObject({
        values,
        name: 'wasm',
        reason: expect.stringMatching(/did not load: .*addon.*disabled/i),
      });
      expect(libraries).toEqual([]);
      expect(warnings(stderr)).toHaveLength(1);
    });
  });

  describe('without anything native', () => {
    const copy = existsSync(addon) ? 'whole' : 'bare';

    it('lanestep/wasm never loads the addon', async () => {
      for (const env of [{}, { LANESTEP_BACKEND: 'auto' }]) {
        const { used, libraries, stderr } = await ask(copy, reported('lanestep/wasm'), { env });
        expect(used).toMatchObject({
          values,
          name: 'wasm',
          reason: 'WebAssembly was asked for',
        });
        expect(libraries).toEqual([]);
        expect(stderr).toBe('');
      }
      const { used } = await ask(copy, reported('lanestep/wasm', 'native'));
      expect(used).toMatchObject({
        name: 'BackendError',
        code: 'ERR_LANESTEP_BACKEND',
        message: expect.stringContaining('WebAssembly only'),
      });
    });

    it.each(['browser', 'workerd', 'edge-light'])('%s gets the entry for WebAssembly', async condition => {
      const { resolved, used, libraries } = await ask(
        copy,
        `const lanestep = await import('lanestep');
         console.log(JSON.stringify({ resolved: import.meta.resolve('lanestep'), ...report(lanestep), libraries: libraries() }));`,
        { flags: [`--conditions=${condition}`] },
      );
      expect(resolved).toMatch(/\/node_modules\/lanestep\/dist\/wasm\.js$/);
      expect(used).toMatchObject({ values, name: 'wasm' });
      expect(libraries).toEqual([]);
    });

    it('node gets the entry for both', async () => {
      const { resolved } = await ask(
        copy,
        `console.log(JSON.stringify({ resolved: import.meta.resolve('lanestep') }));`,
      );
      expect(resolved).toMatch(/\/node_modules\/lanestep\/dist\/index\.js$/);
    });

    it('gives out its WebAssembly as files', async () => {
      const { sizes, manifest } = await ask(
        copy,
        `import { readFileSync } from 'node:fs';
         import { fileURLToPath } from 'node:url';
         const sizes = ['f32', 'f64'].map(type => {
           const bytes = readFileSync(fileURLToPath(import.meta.resolve('lanestep/kernels-' + type + '.wasm')));
           return WebAssembly.Module.exports(new WebAssembly.Module(bytes)).length;
         });
         console.log(JSON.stringify({ sizes, manifest: import.meta.resolve('lanestep/package.json') }));`,
      );
      expect(sizes[0]).toBeGreaterThan(10);
      expect(sizes[1]).toBe(sizes[0]);
      expect(manifest).toMatch(/package\.json$/);
    });

    it('runs where there is no process and nothing to warn', async () => {
      const { used, told } = await ask(
        copy,
        `const { stdout } = process;
         const kept = globalThis.process;
         const lanestep = await import('lanestep/wasm');
         delete globalThis.process;
         delete globalThis.Buffer;
         delete globalThis.SharedArrayBuffer;
         const out = JSON.stringify(report(lanestep));
         globalThis.process = kept;
         stdout.write(out);`,
      );
      expect(used).toMatchObject({ values, name: 'wasm' });
      expect(told.name).toBe('wasm');
    });
  });

  describe('for CommonJS', () => {
    const copy = existsSync(addon) ? 'whole' : 'bare';

    it.each(['lanestep', 'lanestep/wasm'])('require(%j) works', async entry => {
      const { used, names } = await ask(
        copy,
        `const lanestep = require('${entry}');
         console.log(JSON.stringify({ ...report(lanestep), names: Object.keys(lanestep) }));`,
        { type: 'commonjs' },
      );
      expect(used).toMatchObject({
        values,
        name: entry === 'lanestep' && noAddon === '' ? 'native' : 'wasm',
      });
      expect(names).toContain('MovingAverage');
    });
  });

  describe('the code of dist/', () => {
    const files = unbuilt
      ? []
      : readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.js'));
    const parse = (file: string) =>
      ts.createSourceFile(file, readFileSync(join(dist, file), 'utf8'), ts.ScriptTarget.Latest, true);

    function visit(node: ts.Node, see: (node: ts.Node) => boolean | undefined): void {
      if (see(node) !== false) ts.forEachChild(node, child => visit(child, see));
    }

    it('has no await at the top level: it could not be required', () => {
      expect(files.length).toBeGreaterThan(30);
      const found: string[] = [];
      for (const file of files) {
        visit(parse(file), node => {
          if (ts.isFunctionLike(node)) return false;
          if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier))
            found.push(file);
          return undefined;
        });
      }
      expect(found).toEqual([]);
    });

    /** What a file imports, statically or not. */
    function importsOf(file: string): string[] {
      const found: string[] = [];
      visit(parse(file), node => {
        if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
          found.push((node.moduleSpecifier as ts.StringLiteral).text);
        }
        if (
          ts.isCallExpression(node) &&
          (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require')
        ) {
          found.push(node.arguments[0]?.getText() ?? '');
        }
        return undefined;
      });
      return found;
    }

    it('of lanestep/wasm imports nothing but its own files', () => {
      const seen = new Set<string>();
      const outside: string[] = [];
      const walk = (file: string): void => {
        if (seen.has(file)) return;
        seen.add(file);
        for (const specifier of importsOf(file)) {
          const target = specifier.startsWith('.')
            ? fileURLToPath(new URL(specifier, pathToFileURL(join(dist, file))))
            : null;
          if (target === null || !existsSync(target)) outside.push(`${file}: ${specifier}`);
          else walk(target.slice(dist.length + 1));
        }
      };
      walk('wasm.js');
      expect(outside).toEqual([]);
      expect([...seen].map(file => file.replaceAll('\\', '/'))).toContain('backends/wasm.js');
      expect(
        [...seen].filter(file => /native|index/.test(file) && !/^(schedules|sampling|rules)/.test(file)),
      ).toEqual([]);
      expect(importsOf('node/addon.js')).toContain('node:module');
    });

    it('of lanestep asks no module of Node for a name that an old one lacks, which would link nothing and not say why', () => {
      const names = files
        .filter(file => !file.startsWith(join('cli', '/')))
        .flatMap(file => {
          const found: string[] = [];
          visit(parse(file), node => {
            if (!ts.isImportDeclaration(node)) return undefined;
            const module = (node.moduleSpecifier as ts.StringLiteral).text;
            const named = node.importClause?.namedBindings;
            if (module.startsWith('node:') && named && ts.isNamedImports(named))
              found.push(...named.elements.map(e => `${module.slice(5)}.${(e.propertyName ?? e.name).text}`));
            return undefined;
          });
          return found;
        });
      // Of Node 18. Whoever adds one looks it up there, or imports the module whole.
      expect(names).toContain('worker_threads.markAsUntransferable');
      expect(names.filter(name => !ofNode18.test(name))).toEqual([]);
    });

    it('names Node only in node/, in the native backend and in the command', () => {
      const engine = files.filter(
        file => ![join('cli', '/'), join('node', '/')].some(room => file.startsWith(room)),
      );
      expect(engine.length).toBeLessThan(files.length);
      expect(engine.filter(file => importsOf(file).some(specifier => specifier.includes('node:')))).toEqual([
        join('backends', 'native.js'),
      ]);
    });
  });
});
