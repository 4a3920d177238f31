// The page: whole, escaped, and with pictures whose marks stand where they should.
import { describe, expect, it } from 'vitest';
import { axis, spread } from '../../bench/report/axis.js';
import { htmlReport } from '../../bench/report/html.js';
import { adam, everyone, random, results } from './fixture.js';

const page = htmlReport(results({ seed: 1, noise: 0.03 }));

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

/** Elements that are opened and not closed, or the other way round. */
function unbalanced(html: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, close, name, , empty] of html.matchAll(/<(\/?)([a-z][\w]*)((?:\s[^<>]*?)?)(\/?)>/g)) {
    if (empty || name === 'meta') continue;
    if (!close) open.push(name!);
    else if (open.pop() !== name) wrong.push(name!);
  }
  return [...wrong, ...open];
}

describe('the page', () => {
  it('needs nothing else', () => {
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|href=|url\(|@import|https?:/i);
    expect(page).toMatch(/prefers-color-scheme: dark/);
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
    expect(unbalanced(page)).toEqual([]);
  });

  it('can be read aloud', () => {
    expect(page).toMatch(/<html lang="en">/);
    const pictures = [
      ...page.matchAll(/<svg [^>]*role="img" aria-labelledby="([\w-]+) ([\w-]+)">(.*?)<\/svg>/g),
    ];
    expect(pictures.length).toBeGreaterThan(10);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, title, text, body] of pictures) {
      expect(body).toContain(`<title id="${title}">`);
      expect(body).toMatch(new RegExp(`<desc id="${text}">[^<]{20,}</desc>`));
    }
    expect(count(page, /<svg (?![^>]*(role="img"|aria-hidden="true"))/g)).toBe(0);
    expect(count(page, /<table>/g)).toBe(count(page, /<caption>[^<]+<\/caption><thead>/g));
    expect(count(page, /<th scope="row"/g)).toBeGreaterThan(100);
  });

  it('has room for the names of optimizers, however long', () => {
    const long = { ...adam(1e6), id: 'long', name: 'RMSprop centered momentum' };
    const { cases } = results({ cases: [long, adam(1e6), { ...adam(1e6), id: 'x', name: 'Rprop' }] });
    const html = htmlReport({ ...results(), cases });
    const names = [...html.matchAll(/class="label" x="([\d.]+)"[^>]*text-anchor="end">([^<]+)</g)];
    expect(names.map(([, , name]) => name)).toContain('RMSprop centered momentum');
    // At 12 px hardly a font has wider letters than 7 px on average.
    for (const [, x, name] of names) expect(Number(x) - 7 * name!.length).toBeGreaterThan(0);
  });

  it('tells contestants apart by more than a hue', () => {
    // Of each contestant in the first picture: the element of its marks, and whether its line is dashed.
    const [picture] = /<svg [^>]*role="img".*?<\/svg>/.exec(page)!;
    const looks = [...picture!.matchAll(/<g class="([\w -]+)"><path class="series"[^>]*>(.*?)<\/g>/g)].map(
      ([, names, body]) =>
        `${/hollow/.test(names!)} ${[...body!.matchAll(/<(\w+) class="mark"/g)].map(([, tag]) => tag)[0]} ` +
        `${/points="([^"]*)"/.exec(body!)?.[1]?.split(' ').length}`,
    );
    expect(looks).toHaveLength(11);
    expect(new Set(looks).size).toBe(11);
  });

  it('draws the roof first, with what lies beyond it', () => {
    const [picture] = /<svg [^>]*role="img".*?<\/svg>/.exec(page)!;
    const groups = [...picture!.matchAll(/<g class="([\w -]+)">/g)].map(([, names]) => names);
    expect(groups.slice(0, 2)).toEqual(['is-roof', 'is-roof hollow dashed']);
    expect(picture).toMatch(/class="shade"/);
    expect(picture!.indexOf('class="shade"')).toBeLessThan(picture!.indexOf('<g '));
  });

  it('draws a roof that is known at one size only', () => {
    const run = results({ cases: [1e4, 1e6].map(n => adam(n)), noise: 0 });
    const [small, big] = run.cases;
    const entries = small!.entries.filter(({ contestant }) => contestant !== 'roof x2');
    const html = htmlReport({ ...run, cases: [{ ...small!, entries }, big!] });
    expect(html).toMatch(/<g class="is-roof hollow dashed"><path class="series" d="M[\d.]+,[\d.]+h16"/);
  });

  it('draws whiskers where there is something to show, and none without', () => {
    const cases = [1e2, 1e4, 1e6].map(n => adam(n));
    const drawn = (noise: number): number =>
      count(htmlReport(results({ cases, noise })), /class="whisker" d="M/g);
    expect(drawn(0)).toBe(0);
    expect(drawn(0.4)).toBeGreaterThan(20);
  });

  it('puts time upward and its marks where the axis says', () => {
    const html = htmlReport(results({ cases: [1e2, 1e4, 1e6].map(n => adam(n)), noise: 0 }));
    const [picture] = /<svg [^>]*role="img".*?<\/svg>/.exec(html)!;
    const tick = (label: string): number =>
      Number(new RegExp(`<text x="40" y="([\\d.]+)"[^>]*>${label}</text>`).exec(picture!)![1]);
    // wasm at 100 elements: 780 ns : 100 = 7.8; between 1 and 10 on a scale of logarithms.
    const [, , y] =
      /<rect class="mark" x="([\d.]+)" y="([\d.]+)"[^>]*><title>wasm, 100 elements: 7\.80 ns/.exec(picture!)!;
    const expected = tick('1') + Math.log10(7.8) * (tick('10') - tick('1'));
    expect(Math.abs(Number(y) + 3.6 - expected)).toBeLessThan(0.3);
  });

  it('escapes all text', () => {
    const evil = '<img src=x onerror="alert(1)">&\'';
    const run = results({
      who: everyone.slice(0, 5),
      machine: { cpu: evil, os: evil, virtual: evil, commit: evil, instructionSet: evil },
    });
    const html = htmlReport({
      ...run,
      date: evil,
      absent: [{ contestant: evil, reason: evil }],
      cases: run.cases.map(of => ({
        ...of,
        title: `${evil}${of.title}`,
        entries: of.entries.map(entry => ({ ...entry, contestant: `${evil}${entry.contestant}` })),
      })),
    });
    expect(html).not.toContain('<img');
    expect(html).not.toContain('onerror="');
    expect(unbalanced(html)).toEqual([]);
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;&#39;');
  });

  it('bears runs of which little is left', () => {
    const wasm = everyone.filter(({ kind }) => kind === 'wasm');
    for (const making of [
      { cases: [] },
      { cases: [adam(100)] },
      { who: wasm },
      { who: [] },
      { rounds: 1 },
      { machine: { caches: { l1d: null, l2: null, l3: null } } },
    ]) {
      const html = htmlReport(results(making));
      expect(html).not.toMatch(/NaN|undefined|Infinity|\[object/);
      expect(unbalanced(html)).toEqual([]);
    }
  });
});

describe('an axis', () => {
  it('is logarithmic, and its ticks are round', () => {
    const x = axis([100, 1e7], 0, 500, 0);
    expect(x.at(100)).toBeCloseTo(0);
    expect(x.at(1e7)).toBeCloseTo(500);
    expect(x.at(1e4) - x.at(1e3)).toBeCloseTo(100);
    expect(x.ticks).toEqual([100, 1e3, 1e4, 1e5, 1e6, 1e7]);
    expect(axis([0.3, 4], 0, 1, 0).ticks).toEqual([0.5, 1, 2]);
    expect(axis([5, 5], 0, 1, 0).at(5)).toBeCloseTo(0);
  });

  it('labels keep their distance, their order and their frame', () => {
    const chance = random(1);
    for (let i = 0; i < 200; i++) {
      const wanted = Array.from({ length: 11 }, () => 20 + 300 * chance() ** 3);
      const places = spread(wanted, 14, 20, 330);
      const order = wanted.map((_, k) => k).sort((a, b) => wanted[a]! - wanted[b]!);
      order.forEach((k, j) => {
        expect(places[k]).toBeGreaterThanOrEqual(20 - 1e-9);
        expect(places[k]).toBeLessThanOrEqual(330 + 1e-9);
        if (j > 0) expect(places[k]! - places[order[j - 1]!]!).toBeGreaterThanOrEqual(14 - 1e-6);
      });
    }
    expect(spread([50, 100, 200], 14, 0, 300)).toEqual([50, 100, 200]);
  });
});
