// The command, as it is called: a small race in real processes, what it writes, and how it ends.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseResults, serialise } from '../../bench/report/json.js';
import { adam, type Making, results } from './fixture.js';

const script = fileURLToPath(new URL('../../out/bench/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lanestep-'));
const file = (name: string): string => join(folder, name);

const bench = (...args: string[]) =>
  spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', maxBuffer: 2 ** 26 });

afterAll(() => rmSync(folder, { recursive: true }));

describe('a race of WASM and the loop', () => {
  let run: ReturnType<typeof bench>;

  beforeAll(() => {
    writeFileSync(
      file('page.md'),
      'before\n<!-- bench: begin -->\nyesterday’s tables\n<!-- bench: end -->\nafter\n',
    );
    run = bench(
      ...['--quick', '--filter', 'Adam/float32/1e', '--contestant', 'wasm', '--contestant', 'loop'],
      ...['--json', file('run.json'), '--html', file('run.html'), '--readme', file('page.md')],
    );
  });

  it('ends well and reports', () => {
    expect(run.stderr).toMatch(/^1\/\d+ {2}\d+ s {2}Adam, float32, one tensor of 100\n/);
    expect(run.status).toBe(0);
    expect(run.stdout).toContain('Adam, float32, one tensor of 100');
    expect(run.stdout).toMatch(/\bwasm\b.*✓/);
  });

  it('leaves results with all samples, that can be read again', () => {
    const results = parseResults(readFileSync(file('run.json'), 'utf8'));
    const { entries } = results.cases.find(({ id }) => id === 'Adam/float32/1e2')!;
    const names = entries.map(({ contestant }) => contestant);
    expect(names.filter(name => !name.startsWith('roof'))).toEqual(['wasm', 'loop']);
    for (const { samples } of entries) expect(samples).toHaveLength(9);
    expect(entries[0]).toMatchObject({ checked: 'bits' });
    const again = bench('--from', file('run.json'), '--md');
    expect(again.status).toBe(0);
    expect(again.stdout).toContain('|');
  });

  it('writes a page of its own, and the tables between the marks', () => {
    const page = readFileSync(file('run.html'), 'utf8');
    expect(page).toContain('<svg');
    expect(page).not.toMatch(/<script|src="http|href="http/);
    const text = readFileSync(file('page.md'), 'utf8');
    expect(text).toMatch(
      /^before\n<!-- bench: begin -->\n[\s\S]*\| 100 [\s\S]*\n<!-- bench: end -->\nafter\n$/,
    );
    expect(text).not.toContain('yesterday’s');
  });
});

// Of results that were made up: what a real race gives depends on what else the machine does meanwhile.
describe('the comparison with a baseline', () => {
  const written = (name: string, making: Making): string => {
    writeFileSync(file(name), serialise(results({ cases: [adam(1e2), adam(1e4)], ...making })));
    return file(name);
  };
  const now = () => ['--from', written('now.json', {}), '--baseline'];
  const past = (factor: number) =>
    written('past.json', { seed: 2, slowdown: (_, who) => (who === 'wasm' ? factor : 1) });

  it('itself is no slower, a slower past is no fault, a faster one is', () => {
    expect(bench(...now(), file('now.json')).status).toBe(0);
    expect(bench(...now(), past(3)).status).toBe(0);
    const slower = bench(...now(), past(1 / 3), '--fail-above', '5%');
    expect(slower.status).toBe(1);
    expect(slower.stdout).toContain('Adam/float32/1e2');
    expect(bench(...now(), past(1 / 3), '--fail-above', '500%').status).toBe(0);
  });

  it('refuses the baseline of another processor, unless it is told to', () => {
    const other = written('other.json', { machine: { cpu: 'Another One' } });
    const refused = bench(...now(), other);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('Another One');
    expect(bench(...now(), other, '--force').status).toBe(0);
  });
});

describe('what cannot be written', () => {
  const unmarked = file('unmarked.md');
  const other = file('another-machine.json');
  const race = ['--quick', '--filter', 'Adam/float32/1e2', '--contestant', 'loop'];

  // Only what is raced by mistake would write progress to stderr.
  it.each([
    ['json', file('nowhere/run.json')],
    ['json', folder],
    ['html', file('nowhere/run.html')],
    ['readme', file('nowhere.md')],
    ['readme', unmarked],
    ['baseline', file('nowhere.json')],
    ['baseline', unmarked],
    ['baseline', other],
  ])('--%s %s is found before the race, in one line', (option, path) => {
    writeFileSync(unmarked, 'no marks');
    const results = JSON.parse(readFileSync(file('run.json'), 'utf8'));
    results.machine.cpu = 'Another One';
    writeFileSync(other, JSON.stringify(results));
    const { status, stdout, stderr } = bench(...race, `--${option}`, path);
    expect(stderr).toMatch(/^lanestep bench: .+\n$/);
    expect([status, stdout]).toEqual([2, '']);
  });

  it.each([[[]], [['--tfjs']]])('nothing is left where it was only looked at: %j', args => {
    const { status } = bench(
      ...race.slice(0, args.length === 0 ? 5 : 1),
      ...args,
      '--json',
      file('left.json'),
      '--readme',
      unmarked,
    );
    expect([status, existsSync(file('left.json'))]).toEqual([2, false]);
  });

  it.skipIf(!existsSync('/dev/full'))(
    'a full disk costs a line, and neither the report nor the other files',
    () => {
      const args = ['--from', file('run.json'), '--json', '/dev/full', '--html', file('all-the-same.html')];
      const { status, stdout, stderr } = bench(...args);
      expect(stderr).toMatch(/^lanestep bench: --json \/dev\/full was not written: ENOSPC.*\n$/);
      expect(stdout).toContain('Adam, float32, one tensor of 100');
      expect([status, existsSync(file('all-the-same.html'))]).toEqual([1, true]);
    },
  );

  it('is called through a link as well', () => {
    symlinkSync(join(script, '..'), file('linked'), 'junction');
    const { stdout } = spawnSync(process.execPath, [join(file('linked'), 'main.js'), '--help'], {
      encoding: 'utf8',
    });
    expect(stdout).toContain('--fail-above');
  });
});

describe('the arguments', () => {
  it.each([
    [['--quik'], '--quik'],
    [['--fail-above', 'much'], 'much'],
    [['--filter', 'no such case'], 'no such case'],
    [['--from', '/nowhere.json'], '/nowhere.json'],
    [['stray'], 'stray'],
  ])('%j end with 2 and one line', (args, text) => {
    const { status, stderr } = bench(...args);
    expect(stderr).toContain(text);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(status).toBe(2);
  });

  it('--help and --list', () => {
    expect(bench('--help').stdout).toContain('--fail-above');
    const { stdout, status } = bench('--list', '--filter', 'Rprop/float64');
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(6);
  });
});
