/** How two numbers of parts become one, of the parts together: of sums, and of largest numbers. */

export const added = (a: number, b: number): number => a + b;

/** A NaN in `b` is passed over. */
export const larger = (a: number, b: number): number => (b > a ? b : a);
