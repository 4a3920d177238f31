/**
 * Text as numbers: every run of one to four characters, hashed to a row of the embedding. A space stands at both ends
 * of every word, so that endings differ from middles. Case counts: it tells German nouns from French ones.
 */

/** Many texts: text `i` has the features `indices[offsets[i]]` up to, and without, `indices[offsets[i + 1]]`. */
export interface Bags {
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
}

const longest = 4;

function codePoints(text: string): number[] {
  const spaced = ` ${text.normalize('NFC').trim()} `.replace(/\s+/gu, ' ');
  return Array.from(spaced, character => character.codePointAt(0)!);
}

/** Hashes texts to `buckets` rows, a power of two. Done once, so that training itself never sees a string. */
export function bagTexts(texts: readonly string[], buckets: number): Bags {
  const lines = texts.map(codePoints);
  const offsets = new Int32Array(texts.length + 1);
  for (const [i, line] of lines.entries()) {
    let count = 0;
    for (let n = 1; n <= longest; n++) count += Math.max(0, line.length - n + 1);
    offsets[i + 1] = offsets[i]! + count;
  }
  const indices = new Int32Array(offsets[texts.length]!);
  let at = 0;
  for (const line of lines) {
    for (let start = 0; start < line.length; start++) {
      const end = Math.min(line.length, start + longest);
      let hash = 0x811c9dc5;
      for (let i = start; i < end; i++) {
        // FNV-1a, then a mix, for a mask keeps the low bits only.
        hash = Math.imul(hash ^ line[i]!, 0x01000193);
        const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
        indices[at++] = (mixed ^ (mixed >>> 13)) & (buckets - 1);
      }
    }
  }
  return { offsets, indices };
}
