// `lanestep optimizers` and the page that it makes: whole, true, and what the doc comments say.
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { commandLine } from '../../src/cli/command-line.js';
import { costsOf } from '../../src/cli/optimizers/costs.js';
import { declarations, documentIn } from '../../src/cli/optimizers/documents.js';
import { families, names } from '../../src/cli/optimizers/families.js';
import * as lanestep from '../../src/index.js';
import { Optimizer } from '../../src/optimizer.js';
import { optionsOf } from '../../src/rule.js';
import { everyOptimizer } from '../every-optimizer.js';
import { captured } from './captured.js';
import { unbuilt } from './installed.js';

const printed = async (...argv: string[]) => captured(output => commandLine(['optimizers', ...argv], output));

describe.skipIf(unbuilt !== '')(`lanestep optimizers${unbuilt}`, () => {
  const text = unbuilt === '' ? declarations() : '';

  it('has every optimizer once', () => {
    const classes = Object.entries(lanestep).filter(
      ([, value]) => typeof value === 'function' && value.prototype instanceof Optimizer,
    );
    expect([...names].sort()).toEqual(
      [...classes.map(([name]) => name), 'MovingAverage', 'StochasticWeightAverage'].sort(),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('prints a line for each, below its family', async () => {
    const { code, out, err } = await printed();
    expect([code, err]).toEqual([0, '']);
    for (const { title, names: members } of families) {
      const [, part] = out.split(`${title}. `);
      const listed = part!.split('\n\n')[0]!.split('\n').slice(1);
      expect(listed.map(line => line.trim().split(' ')[0])).toEqual(members);
    }
    expect(out).toMatch(/^ {2}Adam +2 +28 +1 +the average of the gradients divided/m);
  });

  it('counts what is kept and what is moved', () => {
    // Read p, g, m, v; write p, m, v.
    expect(costsOf('Adam')).toEqual({ state: '2', bytes: 28, passes: 1 });
    expect(costsOf('SGD')).toEqual({ state: '0', bytes: 12, passes: 1 });
    // p, g, m, v to m, v; then p, m, v to p.
    expect(costsOf('LAMB')).toEqual({ state: '2', bytes: 40, passes: 2 });
    expect(costsOf('SM3')!.state).toBe('1; of a matrix one a row, one a column');
    expect(costsOf('SAM')).toBeNull();
  });

  it('is the page OPTIMIZERS.md', async () => {
    const page = readFileSync(new URL('../../OPTIMIZERS.md', import.meta.url), 'utf8');
    expect((await printed('--markdown')).out, 'npx lanestep optimizers --markdown > OPTIMIZERS.md').toBe(
      page,
    );
  });

  it('are listed in README', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8').replace(/\n {2}/g, ' ');
    for (const { title, names: members } of families)
      expect(readme).toContain(`\n- **${title}**: ${members.map(name => `\`${name}\``).join(', ')}.\n`);
  });

  it('shows one with its formula and options', async () => {
    const { out } = await printed('adamax');
    expect(out).toMatch(/^Adamax: Adam with the infinity norm/);
    expect(out).toContain('\n    m = beta1 m + (1 - beta1) g ');
    expect(out).toMatch(/^ {2}maximize$/m);
  });

  it('refuses a name that there is not', async () => {
    expect(await printed('Admax')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/did you mean Adamax\?\n$/),
    });
  });

  describe.each(everyOptimizer.filter(({ tfjs }) => !tfjs))('the doc comments of $name', ({ name, rule }) => {
    const found = documentIn(text, name)!;
    const documented = new Map(found.options.map(option => [option.name, option.text]));

    test('name what it is, and have every option', () => {
      expect(found.summary).toMatch(/\w/);
      expect(found.about).toMatch(/\b(19|20)\d\d\b|torch/);
      expect([...documented.keys()].sort()).toEqual(Object.keys(optionsOf(rule)).sort());
    });

    test('say the defaults that it has', () => {
      for (const [key, { default: value }] of Object.entries(optionsOf(rule))) {
        const said = /\bdefault (\[[^\]]*\]|'\w+'|`'?\w+'?`|[\w.+-]*\w)/i.exec(documented.get(key)!)?.[1];
        if (key === 'nonFinite') continue;
        expect(JSON.parse(said!.replace(/^[`']+(\w+)[`']+$/, '"$1"')), `${key}: ${said}`).toEqual(value);
      }
    });
  });
});
