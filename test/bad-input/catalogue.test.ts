// The catalogue of bad input: what is refused, with which error and in which words; that nothing is changed by it, and that
// the next step has the bits of a twin to which nothing ever happened.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nativeMissing } from '../backends.js';
import { befall, pairOf } from './befall.js';
import type { Backend } from './case.js';
import { elsewhere, themes } from './themes.js';

const inherited = Object.getOwnPropertyNames(Object.prototype);

const title = (backend: Backend) =>
  backend === 'native' && nativeMissing !== null ? `native (skipped: ${nativeMissing})` : backend;

for (const backend of ['native', 'wasm'] as const) {
  describe.skipIf(backend === 'native' && nativeMissing !== null)(title(backend), () => {
    const chapters =
      backend === 'native' && nativeMissing !== null
        ? []
        : themes.flatMap(of => of(backend)).filter(({ cases }) => cases.length > 0);

    for (const { title, begin, cases, together } of chapters) {
      if (together) {
        it(`${title}: ${cases.length} cases`, async () => {
          let pair = await pairOf(begin);
          for (const one of cases) {
            try {
              pair = await befall(pair, one);
            } catch (error) {
              (error as Error).message = `${one.title}: ${(error as Error).message}`;
              throw error;
            }
          }
        });
        continue;
      }
      describe(title, () => {
        for (const one of cases) it(one.title, async () => void (await befall(await pairOf(begin), one)));
      });
    }

    const all = chapters.flatMap(({ title, cases }) => cases.map(one => ({ ...one, chapter: title })));

    it('has many cases, no two of which are the same', () => {
      expect(all.length).toBeGreaterThan(150);
      const titles = all.map(({ chapter, title }) => `${chapter}: ${title}`);
      const seen = new Set<string>();
      expect(titles.filter(title => seen.size === seen.add(title).size)).toEqual([]);
    });

    it('has a case for every code that an error can have', () => {
      const source = readFileSync(new URL('../../src/errors.ts', import.meta.url), 'utf8');
      const codes = [...source.matchAll(/^ {2}\| 'ERR_LANESTEP_(\w+)'/gm)].map(([, code]) => code!);
      expect(codes.length).toBeGreaterThan(10);
      const met = new Set<string>([...all.map(({ outcome }) => outcome), ...Object.keys(elsewhere[backend])]);
      expect(codes.filter(code => !met.has(code))).toEqual([]);
      // An exception is none any more once there is a case.
      const excused = Object.keys(elsewhere[backend]);
      expect(all.filter(({ outcome }) => excused.includes(outcome)).map(one => one.title)).toEqual([]);
    });

    it('says in each case what is wrong', () => {
      const silent = all.filter(
        ({ outcome, says }) => outcome !== 'mine' && outcome !== 'TypeError' && !says[0],
      );
      expect(silent.map(({ chapter, title }) => `${chapter}: ${title}`)).toEqual([]);
    });
  });
}

it('leaves nothing behind that every object inherits', () => {
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(inherited);
});
