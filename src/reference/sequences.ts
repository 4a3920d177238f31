// Passes that no rule's numbers are written for by `coefficients`: kernels that belong to no rule, and rules of several passes.

/** Kernels that are run one after another over the same tensors. */
export interface Sequence {
  readonly title: string;
  /** The kernel that it is told by in tables: its last. */
  readonly kernel: string;
  /** How many slots the tensors have. */
  readonly slots: number;
  /** One step: its kernels with their coefficients. */
  readonly passes: readonly { readonly kernel: string; readonly coefficients: readonly number[] }[];
}

export const sequences: readonly Sequence[] = [
  { title: 'norm', kernel: 'norm', slots: 0, passes: [{ kernel: 'norm', coefficients: [] }] },
  {
    title: 'lamb',
    kernel: 'lamb',
    slots: 2,
    passes: [
      { kernel: 'lamb.moments', coefficients: [0.9, 0.1, 0.999, 0.001, 0.3, 1e-7, 0.01] },
      { kernel: 'lamb', coefficients: [0.3, 1e-7, 0.01, 1e-3] },
    ],
  },
];
