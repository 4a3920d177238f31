// What SECURITY.md promises is held by something that is there, and what takes too long for every push runs every night.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './cli/installed.js';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const there = (file: string): boolean => existsSync(join(root, file));
const named = (text: string): string[] =>
  [...text.matchAll(/`((?:test|scripts|src|native|assembly|\.github)\/[\w./-]*)`/g)].map(([, file]) => file!);

describe('SECURITY.md', () => {
  const text = read('SECURITY.md');

  it('names files that are there', () => {
    expect(named(text).length).toBeGreaterThan(20);
    expect(named(text).filter(file => !there(file))).toEqual([]);
  });

  it('names for each promise what holds it', () => {
    const promises = text
      .slice(text.indexOf('\n## Promises'), text.indexOf('\n## Not promised'))
      .split(/\n- /);
    expect(promises.length).toBeGreaterThan(15);
    const unheld = promises
      .slice(1)
      .filter(promise => !named(promise).some(file => /^(test|scripts)\//.test(file)));
    expect(unheld).toEqual([]);
  });
});

describe('the scripts', () => {
  const nightly = [...read('.github/workflows/nightly.yml').matchAll(/^ {10}- .*?(scripts\/\S+)/gm)].map(
    ([, script]) => script!,
  );

  it('that run every night are there', () => {
    expect(nightly.length).toBeGreaterThan(8);
    expect(nightly.filter(script => !there(script))).toEqual([]);
  });

  it('run every night or on every push, and can be run', () => {
    const all = readdirSync(join(root, 'scripts')).filter(name => name.endsWith('.sh'));
    const scripts = all.map(name => `scripts/${name}`);
    const sourced = scripts.filter(script =>
      all.some(name => read(`scripts/${name}`).includes(`\n. ${script}\n`)),
    );
    const often = read('.ci/run');
    const never = scripts.filter(script => !sourced.includes(script) && !nightly.includes(script));
    expect(never.filter(script => !often.includes(script))).toEqual([]);
    if (process.platform === 'win32') return;
    const run = scripts.filter(script => !sourced.includes(script));
    expect(run.filter(script => (statSync(join(root, script)).mode & 0o111) === 0)).toEqual([]);
  });
});
