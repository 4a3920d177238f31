// What is made of an addon, a backend or surroundings that are not as they should be: stand-ins take their places.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Kernel, maxSlots, maxSums, row } from '../src/backends/backend.js';
import { type Addon, NativeBackend } from '../src/backends/native.js';
import { provideKernels } from '../src/backends/wasm/modules.js';
import { WasmBackend } from '../src/backends/wasm.js';
import { Choice } from '../src/choice.js';
import { variable } from '../src/environment.js';
import { adamKernels, rpropKernels } from '../src/kernels.generated.js';
import { findAddon, loadAddon } from '../src/node/addon.js';
import { GroupOptions } from '../src/options.js';
import { pinAll, providePinning } from '../src/pins.js';
import { adam } from '../src/rules/adam.js';

describe('an addon', () => {
  it('of another version is not loaded', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lanestep-stand-ins-'));
    try {
      const load = (name: string, rowLength: number, slots: number, sums = maxSums) => {
        const path = join(folder, `${name}.cjs`);
        const numbers = `rowLength: ${rowLength}, maxSlots: ${slots}, maxSums: ${sums}`;
        writeFileSync(path, `module.exports = { ${numbers}, run() {} };`);
        return loadAddon([path]);
      };
      const other = { name: 'BackendError', code: 'ERR_LANESTEP_BACKEND', message: /of another version/ };
      const refused = expect.objectContaining({ ...other, message: expect.stringMatching(other.message) });
      expect(() => load('rows', row.length + 1, maxSlots)).toThrow(refused);
      expect(() => load('slots', row.length, maxSlots - 1)).toThrow(refused);
      expect(() => load('sums', row.length, maxSlots, maxSums + 1)).toThrow(refused);
      expect(load('same', row.length, maxSlots)).toMatchObject({ rowLength: row.length, maxSlots });
      // The next one is, and what was passed over is remembered.
      const paths = ['rows', 'nowhere', 'slots', 'same', 'rows'].map(name => join(folder, `${name}.cjs`));
      const { path, passedOver } = findAddon(paths);
      expect(path).toBe(paths[3]);
      expect(passedOver).toEqual([0, 2].map(i => expect.stringContaining(`${paths[i]} is of another`)));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('that has no memory left says so, and what else it says is a refusal', () => {
    const failing = (message: string) => {
      const addon = {
        instructionSets: [{ name: 'plain', supported: true }],
        variants: [],
        maxThreads: 1,
        setThreads: () => {},
        prepare: () => {
          throw new Error(message);
        },
      } as unknown as Addon;
      return () => new NativeBackend(addon).prepare([Float32Array.of(1)], new Uint8Array(maxSlots));
    };
    const carries = (code: string, ...words: string[]) =>
      expect.objectContaining({ name: 'BackendError', code, message: words.join(': ') });
    for (const message of ['Out of memory', 'std::bad_alloc']) {
      const error = carries('ERR_LANESTEP_MEMORY', "No memory for the optimizer's state", message);
      expect(failing(message)).toThrow(error);
    }
    expect(failing('Expected something else')).toThrow(
      carries('ERR_LANESTEP_BACKEND', 'The native backend refused the parameters', 'Expected something else'),
    );
  });
});

describe('the modules of WebAssembly', () => {
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: {
      Module: new (bytes: Uint8Array) => object;
      Instance: new (module: object, imports: object) => { exports: Record<string, unknown> };
    };
  };
  const refused = (words: string) =>
    expect.objectContaining({ code: 'ERR_LANESTEP_BACKEND', message: expect.stringContaining(words) });

  it.each(['adam', 'rprop', 'decay', 'norm'])(
    'that lack %s are refused before a tensor is touched',
    missing => {
      const { Instance } = WebAssembly;
      WebAssembly.Instance = class {
        exports: Record<string, unknown>;
        constructor(module: object, imports: object) {
          const { [missing]: _, ...rest } = new Instance(module, imports).exports;
          this.exports = rest;
        }
      };
      try {
        const kernels = [...adamKernels, ...rpropKernels];
        const prepare = () =>
          new WasmBackend().prepare([Float32Array.of(1)], new Uint8Array(maxSlots), [], false, kernels);
        expect(prepare).toThrow(refused(`no ${missing}`));
      } finally {
        WebAssembly.Instance = Instance;
      }
    },
  );

  it('that compute in the other type are refused', () => {
    const compiled = readFileSync(new URL('../dist/kernels-f32.wasm', import.meta.url));
    provideKernels({ float64: new WebAssembly.Module(compiled) });
    const backend = new WasmBackend();
    expect(() => backend.kernels('float32')).not.toThrow();
    expect(() => backend.kernels('float64')).toThrow(refused('they are not those for float64'));
  });
});

it('memory is pinned once, where it may be, and only when all of it can be', () => {
  const asked: ArrayBuffer[] = [];
  const [a, b, c] = [Float32Array.of(1), Float32Array.of(2), Float32Array.of(3)];
  const stuck = new Set<unknown>([c.buffer]);
  providePinning({
    missing: null,
    transferable: buffer => !stuck.has(buffer),
    pin: buffer => {
      asked.push(buffer);
      stuck.add(buffer);
    },
  });
  const shared = new Float32Array(new SharedArrayBuffer(4));
  const pinned = expect.objectContaining({ code: 'ERR_LANESTEP_PINNED' });
  expect(() =>
    pinAll(
      [
        [shared, 's'],
        [a, 'a'],
      ],
      false,
    ),
  ).toThrow(pinned);
  expect(() =>
    pinAll(
      [
        [a, 'a'],
        [c, 'c'],
      ],
      true,
    ),
  ).toThrow(pinned);
  expect(asked).toEqual([]);
  pinAll(
    [
      [a, 'a'],
      [shared, 's'],
      [b, 'b'],
      [a.subarray(0, 0), 'a again'],
    ],
    true,
  );
  expect(asked).toEqual([a.buffer, b.buffer]);
  // What was pinned here can be used again, although it can no longer be told from what others have made so.
  pinAll([[a, 'a']], true);
  pinAll(
    [
      [b, 'b'],
      [shared, 's'],
    ],
    false,
  );
  expect(asked).toHaveLength(2);
});

it('a backend that lacks a kernel is refused by its name', () => {
  const { flags } = new GroupOptions(adam, { amsgrad: true }, ['float32']);
  expect(() => new Choice(adam, ['adam', 'adam.amsgrad'], [{ flags }])).not.toThrow();
  expect(() => new Choice(adam, ['adam'], [{ flags }])).toThrow(
    expect.objectContaining({
      code: 'ERR_LANESTEP_BACKEND',
      message: expect.stringContaining('Expected the backend to have adam.amsgrad;'),
    }),
  );
});

it('a rule that runs kernels which it does not name is refused, whatever the backend has', () => {
  const { flags } = new GroupOptions(adam, {}, ['float32']);
  expect(() => new Choice({ ...adam, kernels: rpropKernels }, ['adam', 'rprop'], [{ flags }])).toThrow(
    'Expected adam among the kernels of Adam',
  );
  const choice = new Choice(adam, ['adam', 'rprop', 'norm'], [{ flags }]);
  const kernel = { variantOf: new Uint32Array(1) } as unknown as Kernel;
  expect(() => choice.useAlone(kernel, 'norm')).not.toThrow();
  expect(() => choice.useAlone(kernel, 'rprop')).toThrow('Expected rprop among the kernels of Adam');
});

it('a variable that may not be read is one that is not set', () => {
  const { process } = globalThis;
  const env = new Proxy(
    {},
    {
      get: () => {
        throw new Error('not allowed');
      },
    },
  );
  Object.defineProperty(globalThis, 'process', { value: { env }, configurable: true, writable: true });
  try {
    expect(variable('LANESTEP_ISA')).toBeUndefined();
  } finally {
    Object.defineProperty(globalThis, 'process', { value: process, configurable: true, writable: true });
  }
});
