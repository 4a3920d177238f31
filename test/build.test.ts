// What the build makes: the flags that bits depend on, and its size.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
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

  it('is smaller than 1.5 MB', () => {
    expect(statSync(addon).size).toBeLessThan(1_500_000);
  });
});

describe('the WebAssembly kernels', () => {
  it('are smaller than 120 kB', () => {
    const sizes = ['f32', 'f64'].map(type => statSync(join(root, `dist/kernels-${type}.wasm`)).size);
    expect(sizes[0]! + sizes[1]!).toBeLessThan(120_000);
  });
});
