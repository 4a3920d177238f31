// What is made of an addon, a backend or surroundings that are not as they should be: stand-ins take their places.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { maxSlots, row } from '../src/backends/backend.js';
import { type Addon, loadAddon, NativeBackend } from '../src/backends/native.js';
import { Choice } from '../src/choice.js';
import { variable } from '../src/environment.js';
import { GroupOptions } from '../src/options.js';
import { adam } from '../src/rules/adam.js';

describe('an addon', () => {
  it('of another version is not loaded', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lanestep-stand-ins-'));
    try {
      const load = (name: string, rowLength: number, slots: number) => {
        const path = join(folder, `${name}.cjs`);
        writeFileSync(path, `module.exports = { rowLength: ${rowLength}, maxSlots: ${slots} };`);
        return loadAddon([path]);
      };
      const other = { name: 'BackendError', code: 'ERR_LANESTEP_BACKEND', message: /of another version/ };
      const refused = expect.objectContaining({ ...other, message: expect.stringMatching(other.message) });
      expect(() => load('rows', row.length + 1, maxSlots)).toThrow(refused);
      expect(() => load('slots', row.length, maxSlots - 1)).toThrow(refused);
      expect(load('same', row.length, maxSlots)).toEqual({ rowLength: row.length, maxSlots });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('that has no memory left says so, and what else it says is a refusal', () => {
    const failing = (message: string) => {
      const addon = {
        instructionSets: [{ name: 'plain', supported: true }],
        rules: [],
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

it('a backend that lacks a kernel is refused by its name', () => {
  const options = new GroupOptions(adam, { amsgrad: true }, ['float32']);
  expect(() => new Choice(adam, ['adam', 'adam.amsgrad'], [{ options }])).not.toThrow();
  expect(() => new Choice(adam, ['adam'], [{ options }])).toThrow(
    expect.objectContaining({
      code: 'ERR_LANESTEP_BACKEND',
      message: expect.stringContaining('Expected the backend to have adam.amsgrad;'),
    }),
  );
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
