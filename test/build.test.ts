// What the build makes: the flags that bits and lives depend on, its size, and the same bytes every time.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const addon = join(root, 'build/Release/lanestep.node');
const has = (tool: string): boolean => spawnSync(tool, ['--version']).status === 0;
const elf = process.platform === 'linux' && existsSync(addon) && has('objdump') && has('readelf');
const why = elf ? '' : ' (skipped: no addon for Linux here, or no objdump)';

const output = (tool: string, ...args: string[]): string =>
  execFileSync(tool, args, { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: ['ignore', 'pipe', 'ignore'] });

describe.skipIf(!elf)(`the addon${why}`, () => {
  it('has no fused multiply-add', () => {
    const code = output('objdump', '-d', '--no-show-raw-insn', addon);
    expect(code).toMatch(/\b(vdivps|fdiv)\b/);
    expect(code).not.toMatch(/\b(v?fn?m(add|sub)\w*|fml[as])\b/);
  });

  it('takes roots by instruction, not by a call that sets errno', () => {
    expect(output('objdump', '-T', addon)).not.toMatch(/ sqrtf?\b/);
  });

  it('stays mapped when the worker that loaded it ends', () => {
    expect(output('readelf', '-d', addon)).toContain('NODELETE');
  });

  it('exports its registration and nothing else', () => {
    const defined = output('objdump', '-T', addon)
      .split('\n')
      .filter(line => / g {4}D[FO] \.\w+/.test(line))
      .map(line => line.trim().split(/\s+/).at(-1));
    expect(defined.sort()).toEqual(['napi_register_module_v1', 'node_api_module_get_api_version_v1']);
  });

  it('is smaller than 300 kB', () => {
    expect(statSync(addon).size).toBeLessThan(300_000);
  });
});

describe('the WebAssembly kernels', () => {
  it('are smaller than 40 kB', () => {
    const sizes = ['f32', 'f64'].map(type => statSync(join(root, `dist/kernels-${type}.wasm`)).size);
    expect(sizes[0]! + sizes[1]!).toBeLessThan(40_000);
  });

  it('are the same bytes every time that they are built', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lanestep-wasm-'));
    try {
      for (const type of ['f32', 'f64']) {
        const file = join(folder, `${type}.wasm`);
        const asc = join(root, 'node_modules/assemblyscript/bin/asc.js');
        execFileSync(
          process.execPath,
          [asc, '--config', 'asconfig.json', '--target', type, '--outFile', file],
          { cwd: root },
        );
        expect(readFileSync(file).equals(readFileSync(join(root, `dist/kernels-${type}.wasm`)))).toBe(true);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are what the package carries in base64', async () => {
    const { bytes } = await import('../src/backends/kernels.generated.js');
    expect(
      Buffer.from(bytes.float32, 'base64').equals(readFileSync(join(root, 'dist/kernels-f32.wasm'))),
    ).toBe(true);
    expect(
      Buffer.from(bytes.float64, 'base64').equals(readFileSync(join(root, 'dist/kernels-f64.wasm'))),
    ).toBe(true);
  });
});
