// What a step costs in memory and in traffic, told by the rules and their kernels themselves.
import { movesOf, passesOf } from '../../reference/streams.js';
import { variants } from '../../reference/variants.js';
import { defaultsOf, type Rule } from '../../rule.js';
import { factored, isScratch, slotsOf } from '../../slots.js';

/** With the default options. */
export interface Costs {
  /** Numbers of state for each of the parameter's, in words: `2`, or `1; of a matrix one a row, one a column`. */
  readonly state: string;
  /** Bytes that a step moves for each number of a parameter in float32, of a vector. */
  readonly bytes: number;
  /** How often a step walks over memory. */
  readonly passes: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a table over rules of many option types
function stateOf(rule: Rule<any>, flags: readonly string[]): string {
  const kept = (more: readonly string[]) => {
    const names = slotsOf(rule, [...flags, ...more]);
    return rule.slots.filter(({ name }, k) => names[k] !== null && !isScratch(rule, name));
  };
  const own = String(kept([]).length);
  if (rule.grid === undefined) return own;
  const ofMatrix = kept([factored]);
  const squares = ofMatrix.filter(({ apart }) => apart !== undefined).length;
  const full = ofMatrix.filter(({ along, apart }) => along === undefined && apart === undefined).length;
  const sides = ofMatrix.flatMap(({ along }) => (along === undefined ? [] : [`one a ${along}`]));
  if (squares > 0) sides.push(`${squares} squares of sides in float64`);
  return `${own}; of a matrix ${[...(full === 0 ? [] : [full]), ...sides].join(', ')}`;
}

/** Those of a class; null of one that takes another's steps. */
export function costsOf(name: string): Costs | null {
  const rule = variants.find(variant => variant.rule.label === name)?.rule;
  if (rule === undefined) return null;
  const options = defaultsOf(rule);
  const flags = rule.flags?.(options) ?? [];
  const passes = passesOf(rule, options, slotsOf(rule, flags));
  return { state: stateOf(rule, flags), bytes: 4 * movesOf(passes), passes: passes.length };
}
