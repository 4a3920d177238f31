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

export const sequences: readonly Sequence[] = [];
