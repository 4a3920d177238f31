/** What a switch knows of the tensors of a step. */
import { row, skipped } from '../backends/backend.js';
import type { Parts } from '../phases.js';
import type { Shape } from '../shape.js';
import type { Switched } from '../switch-options.js';

/** Of tensors by their numbers. */
export interface About {
  /** Whether a tensor takes part. */
  present(tensor: number): boolean;
  options(tensor: number): Switched;
  shape(tensor: number): Shape;
  length(tensor: number): number;
  /** What its gradient is multiplied by in the rule's pass. */
  factor(tensor: number): number;
}

/** The same of an optimizer whose kernel is prepared for a pass: its rows have the factor. */
export function aboutTensors<Options extends object>({ kernel, registry, tensors }: Parts<Options>): About {
  return {
    present: i => kernel.rowOf[i] !== skipped,
    options: i => tensors[i]!.options.numbers as unknown as Switched,
    shape: i => registry.parameters[i]!.shape,
    length: i => tensors[i]!.length,
    factor: i => kernel.rows[kernel.rowOf[i]! * row.length + row.factor]!,
  };
}
