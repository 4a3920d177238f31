/**
 * An epsilon times a root of at most 1 that was folded into it. It must not be lost on the way: where the option is above zero, so is
 * this in the tensors' type, of which `least` is the least number above zero.
 */
export function folded(eps: number, root: number, least: number): number {
  const product = eps * root;
  return product < least && eps > 0 ? least : product;
}
