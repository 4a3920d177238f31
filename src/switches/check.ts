/** Which switches are on, and which cannot be with a rule. */
import { OptionError, show } from '../errors.js';
import type { Numbers } from '../option-table.js';
import type { Rule } from '../rule.js';
import type { Switched } from '../switch-options.js';

/** Whether gradients are changed before the rule, and updates after it. */
export interface SwitchesOn {
  readonly gradients: boolean;
  readonly updates: boolean;
}

const off: SwitchesOn = { gradients: false, updates: false };

function refuse(option: string, label: string, why: string): never {
  throw new OptionError(`Expected no ${option} for ${label}: ${why}`);
}

// Why the decay of a rule cannot be made another; null where it can.
function fixedDecay<Options extends object>(rule: Rule<Options>, options: Numbers<Options>): string | null {
  if (rule.keeps) return null;
  const { weightDecay = 0 } = options as { readonly weightDecay?: number };
  const decay = rule.weightDecay?.(options);
  if (decay?.decoupled && (weightDecay === 0 || decay.rate !== 0)) return null;
  if (decay === undefined && !Object.hasOwn(rule.options, 'weightDecay')) return 'it has no weight decay';
  if (weightDecay === 0) return null;
  return decay && !decay.decoupled && decay.rate !== 0
    ? 'its weight decay is added to the gradient; it needs one that is decoupled'
    : 'its weight decay is a part of its own formula';
}

/**
 * What is on in a group. Asked at every step whose options are functions of it, so most are answered at once.
 *
 * @throws OptionError where switches contradict each other, or what the rule is
 */
export function switchesOn<Options extends object>(
  rule: Rule<Options>,
  options: Numbers<Options>,
): SwitchesOn {
  if (rule.ownOptionsOnly) return off;
  const o = options as unknown as Switched;
  const gradients = o.gradientCentralization || o.agc !== null || o.orthograd;
  const updates = o.cautious || o.updateClip !== null || o.cautiousWeightDecay;
  if (!gradients && !updates && o.maxLr === null && !o.gcConvOnly && o.maskScale === 'mean') return off;
  check(rule, options);
  return { gradients, updates };
}

function check<Options extends object>(rule: Rule<Options>, options: Numbers<Options>): void {
  const o = options as unknown as Switched;
  const { label, unswitched = {} } = rule;
  if (unswitched.gradients !== undefined) {
    for (const name of ['gradientCentralization', 'agc', 'orthograd'] as const)
      if (o[name]) refuse(name, label, unswitched.gradients);
  }
  if (unswitched.updates !== undefined) {
    for (const name of ['updateClip', 'cautious', 'cautiousWeightDecay'] as const)
      if (o[name]) refuse(name, label, unswitched.updates);
  }
  if (o.updateClip !== null && typeof o.lr !== 'number')
    refuse(
      'updateClip',
      label,
      `it is a multiple of lr, which is ${o.lr === null ? 'null' : 'not among its options'}`,
    );
  if (o.cautiousWeightDecay || o.maxLr !== null) {
    const why = fixedDecay(rule, options);
    if (why !== null) refuse(o.cautiousWeightDecay ? 'cautiousWeightDecay' : 'maxLr', label, why);
  }
  if (o.maxLr !== null && rule.weightDecay?.(options).fixed)
    refuse('maxLr', label, 'its weight decay is fixed, and does not go by lr');
  if (o.gcConvOnly && !o.gradientCentralization)
    throw new OptionError('Expected gradientCentralization beside gcConvOnly, got none');
  if (o.maskScale !== 'mean' && !o.cautious)
    throw new OptionError(`Expected cautious: true beside maskScale: ${show(o.maskScale)}, got none`);
}
