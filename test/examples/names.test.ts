// The data of the example: what is learnt and what is tested have nothing in common.
import { describe, expect, it } from 'vitest';
import { readNames, splitByConcept } from '../../examples/language/names.js';

const { languages, names } = readNames();

describe('the names', () => {
  it('are in more than seventy languages, with some hundred in each', () => {
    expect(languages.length).toBeGreaterThan(70);
    const counts = languages.map((_, language) => names.filter(name => name.language === language).length);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(700);
    expect(new Set(languages.map(({ code }) => code)).size).toBe(languages.length);
  });

  it('are there once for each language', () => {
    expect(new Set(names.map(({ text, language }) => `${language} ${text}`)).size).toBe(names.length);
  });

  it('are names and not codes', () => {
    const codes = names.filter(({ text, concept }) => concept.endsWith(`:${text}`));
    expect(codes).toEqual([]);
  });

  it('leave out languages that are another one under a second code', () => {
    const codes = languages.map(({ code }) => code);
    expect(codes).toContain('nb');
    expect(codes).not.toContain('no');
    expect(codes).not.toContain('nn');
  });
});

describe('the split', () => {
  const { train, test } = splitByConcept(names, 1);

  it('has no concept on both sides', () => {
    const learnt = new Set(train.map(({ concept }) => concept));
    expect(test.filter(({ concept }) => learnt.has(concept))).toEqual([]);
  });

  it('has no text of a language on both sides', () => {
    const learnt = new Set(train.map(({ text, language }) => `${language} ${text}`));
    expect(test.filter(({ text, language }) => learnt.has(`${language} ${text}`))).toEqual([]);
  });

  it('keeps every name, and holds about a fifth back in every language', () => {
    expect(train.length + test.length).toBe(names.length);
    for (const language of languages.keys()) {
      const held = test.filter(name => name.language === language).length;
      const all = names.filter(name => name.language === language).length;
      expect(held / all).toBeGreaterThan(0.1);
      expect(held / all).toBeLessThan(0.3);
    }
  });

  it('follows the seed', () => {
    expect(splitByConcept(names, 1).test).toEqual(test);
    expect(splitByConcept(names, 2).test).not.toEqual(test);
  });
});
