// The command line by itself: what it knows, and how it refuses what it does not.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commandLine } from '../../src/cli/command-line.js';
import { captured } from './captured.js';

const manifest = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'),
);
const lanestep = (...argv: string[]) => captured(output => commandLine(argv, output));

describe('lanestep', () => {
  it.each(['--help', '-h', 'help'])('%s names every command', async word => {
    const { code, out, err } = await lanestep(word);
    expect([code, err]).toEqual([0, '']);
    for (const command of ['doctor', 'optimizers', 'build', 'bench'])
      expect(out).toMatch(new RegExp(`^ {2}${command} `, 'm'));
  });

  it.each(['--version', '-v'])('%s is the version and nothing else', async word => {
    expect(await lanestep(word)).toEqual({ code: 0, out: `${manifest.version}\n`, err: '' });
  });

  it('shows its help as an error where nothing is asked for', async () => {
    const { code, out, err } = await lanestep();
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('Usage: lanestep');
  });

  it.each([
    [['bogus'], "Unknown command 'bogus'", ''],
    [['docter'], "Unknown command 'docter'", '; did you mean doctor?'],
    [['Doctor'], "Unknown command 'Doctor'", '; did you mean doctor?'],
    [['constructor'], "Unknown command 'constructor'", ''],
    [['--bogus'], "Unknown option '--bogus'", ''],
  ])('refuses %j and names what is known', async (argv, message, hint) => {
    const { code, out, err } = await lanestep(...argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toBe(
      `lanestep: ${message}. Known: doctor, optimizers, build, bench, --help, --version${hint}\n`,
    );
  });

  it.each([
    ['doctor', ['--jsn'], "Unknown option '--jsn'", '--json, --help'],
    ['doctor', ['now'], "Unexpected argument 'now'", '--json, --help'],
    ['doctor', ['--json=yes'], "Option '--json' does not take an argument", '--json, --help'],
    ['build', ['--fast'], "Unknown option '--fast'", '--help'],
    ['build', ['here'], "Unexpected argument 'here'", '--help'],
    ['optimizers', ['--all'], "Unknown option '--all'", '--markdown, --help'],
    ['optimizers', ['Adam', 'SGD'], "Unexpected argument 'SGD'", '--markdown, --help'],
  ])('%s refuses %j and names what is known', async (command, argv, message, known) => {
    const { code, out, err } = await lanestep(command, ...argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`lanestep: ${command}: ${message}`);
    expect(err).toContain(`Known: ${known}\n`);
  });

  it.each(['doctor', 'optimizers', 'build'])(
    '%s --help says how it is used, and does nothing',
    async command => {
      const { code, out, err } = await lanestep(command, '--help');
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(new RegExp(`^Usage: lanestep ${command}`));
    },
  );
});

it('is what package.json calls lanestep, and says to the system what runs it', () => {
  expect(manifest.bin).toEqual({ lanestep: './dist/cli/main.js' });
  const text = readFileSync(fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url)), 'utf8');
  expect(text.startsWith('#!/usr/bin/env node\n')).toBe(true);
});
