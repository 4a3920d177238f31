/** Which of the machine's memories a case lives in. */
import type { CaseResult, Machine } from '../results.js';

/**
 * The bytes that must be near: of all arrays only the gradient is read and not written, so of what a step moves, plus the
 * gradient once more, half is what it is moved in. Steps of several passes need less at a time than that.
 */
export const workingSet = ({ bytes, elements, dtype }: CaseResult): number =>
  (bytes + elements * (dtype === 'float32' ? 4 : 8)) / 2;

/** `in L2`, `in memory`; null where the system does not tell the sizes of the caches. */
export function home(of: CaseResult, { caches: { l1d, l2, l3 } }: Machine): string | null {
  const known = [
    ['in L1', l1d],
    ['in L2', l2],
    ['in L3', l3],
  ] as const;
  if (known.every(([, size]) => size === null)) return null;
  return known.find(([, size]) => size !== null && workingSet(of) <= size)?.[0] ?? 'in memory';
}

/** `in L1`, or `in L1 or L2` where the cases differ; empty where nothing is known. */
export function homes(cases: readonly CaseResult[], machine: Machine): string {
  const found = new Set(cases.map(of => home(of, machine)).filter(name => name !== null));
  const order = ['in L1', 'in L2', 'in L3', 'in memory'].filter(name => found.has(name));
  return order.map((name, i) => (i === 0 ? name : name.replace('in ', ''))).join(' or ');
}
