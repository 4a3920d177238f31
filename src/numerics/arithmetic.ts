/** How this thread computes. JavaScript cannot set it, but any native library of the process may have. */

// Out of memory, so that no compiler computes it beforehand.
const [least, one, half, more] = new Float64Array([2 ** -1074, 1, 2 ** -53, 3 * 2 ** -54]) as unknown as [
  number,
  number,
  number,
  number,
];

/** What is not as IEEE 754 has it by default; null where all is. It costs nanoseconds. */
export function oddArithmetic(): string | null {
  if (least * one === 0) return 'takes denormal numbers for zero';
  if (one + half !== 1 || -one - half !== -1 || one + more === 1) return 'does not round to the nearest';
  return null;
}
