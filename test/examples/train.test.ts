// The example as it is run: the compiled program in a process of its own.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAddon } from '../../src/node/addon.js';

const program = fileURLToPath(new URL('../../out/examples/language/train.js', import.meta.url));
const missing = existsSync(program) ? '' : ' (skipped: out/ is missing, npm run build makes it)';

function nativeMissing(): string {
  try {
    loadAddon();
    return '';
  } catch (error) {
    return ` (skipped: ${(error as Error).message})`;
  }
}
const nativeAbsent = missing || nativeMissing();

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lanestep-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { LANESTEP_BACKEND: _, ...env } = process.env;
  return spawnSync(process.execPath, [program, ...args], { cwd: folder, env, encoding: 'utf8' });
}

/** Trains for a moment, and returns the digest of the parameters. */
function digest(...args: string[]): string {
  const { status, stdout, stderr } = run('--quick', '--steps', '40', ...args);
  expect(status, stderr).toBe(0);
  return /SHA-256 of all [\d,]+ parameters: ([0-9a-f]{64})\n/.exec(stdout)![1]!;
}

describe.skipIf(missing)(`npm run train${missing}`, () => {
  it.skipIf(nativeAbsent)(
    `ends at the same bits on native and WASM with any number of threads${nativeAbsent}`,
    () => {
      const wasm = digest('--backend', 'wasm');
      expect(digest('--backend', 'native', '--threads', '1')).toBe(wasm);
      expect(digest('--backend', 'native', '--threads', '3')).toBe(wasm);
    },
    120_000,
  );

  it('learns, on WASM too, and says why it is not native', () => {
    const { status, stdout } = run('--quick', '--backend', 'wasm', '--text', 'République française');
    expect(status).toBe(0);
    expect(stdout).toContain(
      'WebAssembly (simd128), several times slower than native: WebAssembly was asked for',
    );
    expect(Number(/Single names +[\d,]+ +([\d.]+) %/.exec(stdout)![1])).toBeGreaterThan(60);
    expect(Number(/Three names joined +[\d,]+ +([\d.]+) %/.exec(stdout)![1])).toBeGreaterThan(80);
    expect(stdout).toMatch(/République française.*\n +French [\d.]+ %/);
  });

  it('takes gradients at the look-ahead point, in full batches, and one by one', () => {
    expect(digest('--optimizer', 'nesterov', '--schedule', 'onecycle')).toMatch(/^[0-9a-f]{64}$/);
    expect(digest('--batch', 'batch', '--steps', '2')).toMatch(/^[0-9a-f]{64}$/);
    expect(digest('--batch', 'stochastic', '--warmup', '10')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('writes a report that needs nothing from elsewhere', () => {
    expect(run('--quick', '--steps', '40', '--report', 'r.html', '--text', '<script>"&').status).toBe(0);
    const html = readFileSync(join(folder, 'r.html'), 'utf8');
    expect(html).toContain('<svg');
    expect(html).toContain('prefers-color-scheme: dark');
    expect(html).toContain('&lt;script&gt;&quot;&amp;');
    expect(html).not.toMatch(/<script|<link|<img|src=|href="[^#]|url\(|https?:/);
  });

  it('shows a loss that is no longer a number for what it is', () => {
    const { status, stdout } = run('--quick', '--steps', '60', '--optimizer', 'sgd', '--lr', '1e30');
    expect(stdout).toContain('the loss is no longer a number: try a --lr below');
    expect(status).toBe(1);
  });

  it.each([
    [['--beta2', '1.5'], 'error: Expected a number in [0, 1) for --beta2, got 1.5\n'],
    [
      ['--report', 'nowhere/r.html'],
      'error: Expected a file in a folder that can be written to for --report, got',
    ],
    [['--report', '.'], 'error: Expected a file for --report, got the folder "."\n'],
    [['--epoch', '1'], 'error: Unknown option --epoch (did you mean --epochs?): see --help\n'],
  ])('refuses %j with status 2, before any work', (args, message) => {
    const { status, stdout, stderr } = run(...args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  });
});
