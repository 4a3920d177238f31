/** Numbers and digests that are the same on every engine: made of whole numbers and powers of two. */

/** Float32 numbers in [-0.5, 0.5) of 24 bits, by Marsaglia's xorshift. */
export function numbers(count: number, seed: number): Float32Array {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return Float32Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 8) / 2 ** 24 - 0.5;
  });
}

/** SHA-256 of the bytes of arrays, which must hold numbers: everything that diverged would be alike. */
export async function digest(arrays: readonly Float32Array[]): Promise<string> {
  const all = new Float32Array(arrays.reduce((length, array) => length + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  if (!all.every(Number.isFinite)) throw new Error('There are numbers that are not finite');
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
  return Array.from(hash, byte => byte.toString(16).padStart(2, '0')).join('');
}
