// Kernels that all rules have in common: no options lead to them.
import { extent, maxSlots } from '../backends/backend.js';

/** Kernels that are run one after another over the same tensors. */
export interface Sequence {
  readonly title: string;
  /** The kernel that it is told by in tables: its last. */
  readonly kernel: string;
  /** How many slots the tensors have. */
  readonly slots: number;
  /** Where its tensors are walked row by row: the `extent` of each of these. */
  readonly extents?: readonly number[];
  /** One step: its kernels with their coefficients. */
  readonly passes: readonly { readonly kernel: string; readonly coefficients: readonly number[] }[];
}

// A number for each row, and nothing else.
const rowFirst = Array.from({ length: maxSlots }, (_, k) => (k === 0 ? extent.row : extent.none));

export const sequences: readonly Sequence[] = [
  { title: 'norm', kernel: 'norm', slots: 0, passes: [{ kernel: 'norm', coefficients: [] }] },
  {
    title: 'sam',
    kernel: 'origin.back',
    slots: maxSlots,
    passes: [
      { kernel: 'sam.ascend', coefficients: [0.05] },
      { kernel: 'origin.back', coefficients: [] },
    ],
  },
  {
    title: 'asam',
    kernel: 'asam.ascend',
    slots: maxSlots,
    passes: [
      { kernel: 'asam.size', coefficients: [1, 0.01] },
      { kernel: 'asam.ascend', coefficients: [1, 0.01, 0.5] },
      { kernel: 'origin.back', coefficients: [] },
    ],
  },
  {
    title: 'centralize',
    kernel: 'centralize',
    slots: 1,
    extents: rowFirst,
    passes: [
      { kernel: 'centralize.total', coefficients: [1] },
      { kernel: 'centralize', coefficients: [] },
    ],
  },
  {
    title: 'agc',
    kernel: 'agc',
    slots: 1,
    extents: rowFirst,
    passes: [
      { kernel: 'agc.norms', coefficients: [] },
      { kernel: 'agc', coefficients: [] },
    ],
  },
  {
    title: 'orthograd',
    kernel: 'orthograd',
    slots: 0,
    passes: [
      { kernel: 'orthograd.products', coefficients: [] },
      { kernel: 'orthograd', coefficients: [0.3] },
      { kernel: 'orthograd.scale', coefficients: [1.7] },
    ],
  },
  {
    title: 'an update that is clipped',
    kernel: 'update-clip',
    slots: maxSlots,
    passes: [
      { kernel: 'origin', coefficients: [] },
      { kernel: 'sgd', coefficients: [0.1] },
      { kernel: 'update-clip.size', coefficients: [] },
      { kernel: 'update-clip', coefficients: [0.6] },
    ],
  },
  {
    title: 'a cautious update, and decay',
    kernel: 'cautious',
    slots: maxSlots,
    // What was before has nothing to do with the gradient, so some elements agree with it and some do not.
    passes: [
      { kernel: 'cautious.count', coefficients: [0] },
      { kernel: 'cautious', coefficients: [0, 1.3] },
      { kernel: 'cautious-decay', coefficients: [0, 0.01] },
      { kernel: 'origin', coefficients: [] },
      { kernel: 'sgd', coefficients: [0.1] },
      { kernel: 'cautious-decay', coefficients: [0, 0.01] },
    ],
  },
  {
    title: 'lbfgs, the first direction',
    kernel: 'lbfgs.first',
    slots: maxSlots,
    passes: [
      { kernel: 'origin', coefficients: [] },
      { kernel: 'lbfgs.take', coefficients: [] },
      { kernel: 'lbfgs.first', coefficients: [] },
      { kernel: 'lbfgs.start', coefficients: [] },
      { kernel: 'lbfgs.at', coefficients: [0.3] },
      { kernel: 'origin.back', coefficients: [] },
    ],
  },
  {
    title: 'lbfgs, a direction out of the history',
    kernel: 'lbfgs.pair',
    slots: maxSlots,
    passes: [
      { kernel: 'lbfgs.take', coefficients: [] },
      { kernel: 'lbfgs.pair', coefficients: [0.7] },
      { kernel: 'lbfgs.curve', coefficients: [] },
      { kernel: 'lbfgs.dot', coefficients: [] },
      { kernel: 'lbfgs.add', coefficients: [-0.4] },
      { kernel: 'lbfgs.scale', coefficients: [1.3] },
    ],
  },
  {
    title: 'lookahead',
    kernel: 'lookahead.sync',
    slots: maxSlots,
    passes: [{ kernel: 'lookahead.sync', coefficients: [0.8, 1 - 0.8] }],
  },
  {
    title: 'lookahead, the momentum pulled back',
    kernel: 'lookahead.lower',
    slots: maxSlots,
    passes: [
      { kernel: 'lookahead.lift', coefficients: [] },
      { kernel: 'lookahead.pull', coefficients: [0.3, 1 - 0.3] },
      { kernel: 'lookahead.lower', coefficients: [] },
      { kernel: 'origin.back', coefficients: [] },
    ],
  },
  {
    title: 'lookahead, the momentum reset',
    kernel: 'lookahead.reset',
    slots: 1,
    passes: [{ kernel: 'lookahead.reset', coefficients: [0] }],
  },
  {
    title: 'mechanic',
    kernel: 'mechanic.move',
    slots: maxSlots,
    passes: [
      { kernel: 'origin', coefficients: [] },
      { kernel: 'mechanic.sums', coefficients: [3] },
      { kernel: 'mechanic.move', coefficients: [3, 0.7] },
    ],
  },
  {
    title: 'mechanic, the sum of the updates stored',
    kernel: 'mechanic.stored.move',
    slots: maxSlots,
    passes: [
      { kernel: 'mechanic.stored.sums', coefficients: [] },
      { kernel: 'mechanic.stored.move', coefficients: [0.7] },
    ],
  },
];
