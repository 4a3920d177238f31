// Which threads work, watch and sleep: the pool by itself, compiled with a clock that stands still until a law moves it.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('pool.cc', import.meta.url));
const laws = [...readFileSync(source, 'utf8').matchAll(/\{"(.+)",\s*\w+\}/g)].map(([, law]) => law!);
const compiler = process.env.CXX?.split(' ')[0] ?? 'g++';
const missing = process.platform === 'win32' || spawnSync(compiler, ['--version']).status !== 0;
// One that does not hold may wait without end.
const timeout = 60_000;

describe.skipIf(missing)(`threads${missing ? ' (skipped: no C++ compiler here)' : ''}`, () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lanestep-pool-'));
    execFileSync(compiler, ['-std=c++17', '-O2', '-pthread', source, '-o', join(folder, 'pool')]);
  }, timeout);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has laws', () => {
    expect(laws.length).toBeGreaterThan(9);
  });

  it.each(laws)('%s', { timeout: 2 * timeout }, law => {
    const { status, signal, stderr } = spawnSync(join(folder, 'pool'), [law], { timeout, encoding: 'utf8' });
    expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
  });
});
