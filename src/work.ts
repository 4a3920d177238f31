/** What takes an optimizer's steps; all of it is made anew where a group was added. */
import { Aims } from './aims.js';
import type { Backend } from './backends/backend.js';
import { type Parts, Phases } from './phases.js';
import { GradientSwitches } from './switches/gradients.js';
import { UpdateSwitches } from './switches/updates.js';

export interface Work<Options extends object> {
  readonly phases: Phases<Options>;
  readonly aims: Aims<Options>;
  readonly gradientSwitches: GradientSwitches<Options>;
  readonly updateSwitches: UpdateSwitches<Options>;
}

export function workOver<Options extends object>(parts: Parts<Options>, backend: Backend): Work<Options> {
  const phases = new Phases(parts);
  return {
    phases,
    aims: new Aims(parts, phases),
    gradientSwitches: new GradientSwitches(parts, phases, backend),
    updateSwitches: new UpdateSwitches(parts, phases, backend),
  };
}
