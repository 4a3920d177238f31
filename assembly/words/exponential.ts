// e to the power of x, for x from -40 to 0, to within two units of the last place; below it is that of -40, which is nothing
// beside 1. `rounder` is 1.5 · 2^23 in float32, 1.5 · 2^52 in float64: added and taken away, it rounds to a whole number. x = r -
// n ln 2, e^r by its series, then n halvings, by the digits of n. ln 2 is in two parts, the first of which has exact products
// with n.
import { add, constant, max, mul, select, sub } from "../vec";

const ROUNDER: Lane = sizeof<Lane>() == 4 ? <Lane>12582912.0 : <Lane>6755399441055744.0;

// @ts-ignore: decorator
@inline
export function exponential(x: v128): v128 {
  const rounder = constant(ROUNDER);
  const least = max(constant(-40), x);
  let n = sub(add(mul(least, constant(-277.0 / 192)), rounder), rounder);
  const r = add(add(least, mul(n, constant(0.693359375))), mul(n, constant(-2.1219444005469057e-4)));
  let e = add(mul(constant(1.0 / 6227020800), r), constant(1.0 / 479001600));
  e = add(mul(e, r), constant(1.0 / 39916800));
  e = add(mul(e, r), constant(1.0 / 3628800));
  e = add(mul(e, r), constant(1.0 / 362880));
  e = add(mul(e, r), constant(1.0 / 40320));
  e = add(mul(e, r), constant(1.0 / 5040));
  e = add(mul(e, r), constant(1.0 / 720));
  e = add(mul(e, r), constant(1.0 / 120));
  e = add(mul(e, r), constant(1.0 / 24));
  e = add(mul(e, r), constant(1.0 / 6));
  e = add(mul(e, r), constant(1.0 / 2));
  e = add(mul(e, r), constant(1));
  e = add(mul(e, r), constant(1));
  let over = sub(n, constant(31.5));
  e = select(over, mul(e, constant(1.0 / 4294967296)), e);
  n = select(over, sub(n, constant(32)), n);
  over = sub(n, constant(15.5));
  e = select(over, mul(e, constant(1.0 / 65536)), e);
  n = select(over, sub(n, constant(16)), n);
  over = sub(n, constant(7.5));
  e = select(over, mul(e, constant(1.0 / 256)), e);
  n = select(over, sub(n, constant(8)), n);
  over = sub(n, constant(3.5));
  e = select(over, mul(e, constant(1.0 / 16)), e);
  n = select(over, sub(n, constant(4)), n);
  over = sub(n, constant(1.5));
  e = select(over, mul(e, constant(1.0 / 4)), e);
  n = select(over, sub(n, constant(2)), n);
  over = sub(n, constant(0.5));
  e = select(over, mul(e, constant(1.0 / 2)), e);
  return e;
}
