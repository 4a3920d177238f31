// The WebAssembly kernels are the same bytes wherever and however often they are built, and those that are recorded in
// assembly/kernels.sha256: what is published can be made again out of its sources, and a changed compiler shows.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const { assembly } = await import(new URL('../scripts/assembly.mjs', import.meta.url).href);
const { partsOf } = (await import(new URL('../scripts/kernels.mjs', import.meta.url).href)) as {
  partsOf(bytes: Uint8Array): Promise<{ constant: string; kernels: string[]; bytes: Uint8Array }[]>;
};
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Module: { new (bytes: Uint8Array): object; exports(module: object): { readonly name: string }[] };
  };
};
const modules = { f32: 'float32', f64: 'float64' } as const;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

// Elsewhere than where `npm run build` has built those in dist/: a longer path, with a space in it.
let copy = '';

describe('the WebAssembly kernels', () => {
  beforeAll(async () => {
    copy = mkdtempSync(join(tmpdir(), 'lanestep a folder elsewhere-'));
    cpSync(join(root, 'assembly'), join(copy, 'assembly'), { recursive: true });
    cpSync(join(root, 'asconfig.json'), join(copy, 'asconfig.json'));
    const build = (type: string) =>
      promisify(execFile)(process.execPath, assembly(copy, type), { cwd: copy });
    await Promise.all(Object.keys(modules).map(build));
  });

  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  describe.each(Object.entries(modules))('%s', (type, dtype) => {
    const name = `dist/kernels-${type}.wasm`;

    it('are the same bytes when they are built again, in another folder', () => {
      const bytes = readFileSync(join(root, name));
      expect(readFileSync(join(copy, name)).equals(bytes)).toBe(true);
    });

    it('are what the package carries in hexadecimal, each file of rules by itself', async () => {
      const carried = await import('../src/kernels.generated.js');
      const parts = await partsOf(readFileSync(join(root, name)));
      expect(Object.keys(carried)).toEqual(parts.map(({ constant }) => constant));
      for (const { constant, kernels, bytes } of parts) {
        const [modules] = carried[constant as keyof typeof carried];
        expect(modules!.names, constant).toEqual(kernels);
        expect(Buffer.from(modules![dtype], 'hex').equals(bytes), constant).toBe(true);
      }
    });

    it('are each in one of these, under the same names', async () => {
      const exported = (bytes: Uint8Array) =>
        WebAssembly.Module.exports(new WebAssembly.Module(bytes)).map(({ name }) => name);
      const carried = Object.values(await import('../src/kernels.generated.js')).flat();
      const own = carried.flatMap(modules => exported(Buffer.from(modules[dtype], 'hex')));
      expect(own.sort()).toEqual(exported(readFileSync(join(root, name))).sort());
      const all = carried.reduce((sum, modules) => sum + modules[dtype].length / 2, 0);
      expect(all).toBeLessThan(60_000);
    });

    it('are those whose hash is recorded', () => {
      const recorded = readFileSync(join(root, 'assembly/kernels.sha256'), 'utf8').trim().split('\n');
      expect(recorded).toHaveLength(Object.keys(modules).length);
      // If this is a new kernel or a new compiler: `sha256sum dist/kernels-*.wasm >assembly/kernels.sha256`.
      expect(recorded).toContain(`${sha256(readFileSync(join(root, name)))}  ${name}`);
    });
  });
});
