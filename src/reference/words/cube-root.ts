// The cube root of a number at or above 0, denormals included, to within four units of the last place. The roots whose product
// is nearly that of 1/3 are a beginning; then four steps towards 1/z³ = a, by the first terms of the series, none of which
// leaves the range. Of 0 and infinity the series makes NaN, in whose place a part of the beginning stands.
import type { Basic } from './basic.js';

export const cubeRoot =
  ({ add, constant, div, max, mul, sqrt, sub }: Basic) =>
  (a: number): number => {
    const t = sqrt(sqrt(a));
    const u = sqrt(sqrt(t));
    const w = sqrt(sqrt(u));
    const x = sqrt(sqrt(w));
    const near = mul(mul(mul(mul(t, u), w), x), sqrt(sqrt(x)));
    let z = div(constant(1), near);
    let h = sub(constant(1), mul(mul(mul(a, z), z), z));
    z = add(z, mul(z, mul(h, add(constant(1 / 3), mul(h, constant(2 / 9))))));
    h = sub(constant(1), mul(mul(mul(a, z), z), z));
    z = add(z, mul(z, mul(h, add(constant(1 / 3), mul(h, constant(2 / 9))))));
    h = sub(constant(1), mul(mul(mul(a, z), z), z));
    z = add(z, mul(z, mul(h, add(constant(1 / 3), mul(h, constant(2 / 9))))));
    h = sub(constant(1), mul(mul(mul(a, z), z), z));
    z = add(z, mul(z, mul(h, add(constant(1 / 3), mul(h, constant(2 / 9))))));
    return max(div(constant(1), z), mul(near, constant(0.25)));
  };
