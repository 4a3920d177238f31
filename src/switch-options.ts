/** Switches: what other libraries have on one optimizer each, and here every optimizer takes. Of their work `src/switches/` has all. */
import { choice, flag, hyper, type Numbers, optional } from './option-table.js';
import { nonNegative, positiveOrNull } from './ranges.js';
import type { Hyper } from './types.js';

/** What changes gradients before a rule sees them, and updates after it; all of it is off by default, and costs nothing then. */
export interface SwitchOptions {
  /**
   * Gradient centralization: of each matrix or filter, a row of the gradient, that is all that has the same first index, loses its mean.
   * Vectors stay as they are, so give `shapes`. Default false. (Yong et al. 2020.)
   */
  gradientCentralization?: boolean;
  /** Whether that is for filters of a convolution alone, which have four dimensions or more. Default false. */
  gcConvOnly?: boolean;
  /**
   * Adaptive gradient clipping: where the norm of a row of the gradient is larger than agc times that of the same row of the parameter
   * (which counts as `agcEps` at least), the row is scaled down to it. A row is all that has the same first index; a vector is one row.
   * A number > 0, 0.01 in the paper. Default null: off. (Brock et al. 2021, `clipping`; optax' `adaptive_grad_clip` for weights
   * that have the output last.) It comes before weight decay and sees the gradient as `gradientScale` and `clipNorm` leave it.
   */
  agc?: Hyper | null;
  /** The least norm that a row of the parameter counts as, >= 0. Default 1e-3. */
  agcEps?: Hyper;
  /**
   * OrthoGrad: the gradient of a tensor loses its part along the tensor, and is then as long as before. It keeps weights from growing in
   * the direction in which they only scale the output. Default false. (Prieto et al. 2025.)
   */
  orthograd?: boolean;
  /**
   * The largest root mean square that the update of a tensor may have, as a multiple of lr: a larger one is scaled down to it. A number
   * > 0. Default null: off. What decays by itself is no part of the update. (Shazeer and Stern 2018 clip Adafactor's so, at 1.)
   */
  updateClip?: Hyper | null;
  /**
   * A cautious update: an element moves only where the rule moves it against its present gradient, which is as given, without weight
   * decay; what is left of a tensor's update is scaled as `maskScale` says. State goes on as without it. Default false. (Liang et al.
   * 2024.) An element that the update was too small to move counts as one that rests.
   */
  cautious?: boolean;
  /**
   * By what a cautious update is multiplied, of a tensor of n elements of which k move: `mean`, n / k, but 1000 at most (the authors'
   * AdamW, timm); `sumPlusOne`, n / (k + 1) (the paper, and the authors where updates are signs; pytorch_optimizer). Default `mean`.
   */
  maskScale?: 'mean' | 'sumPlusOne';
  /**
   * Cautious weight decay: an element decays only where its update does not lead it away from zero. For decay that is decoupled.
   * Default false. (Chen et al. 2025.) With `cautious` that is the update which the mask has left.
   */
  cautiousWeightDecay?: boolean;
  /**
   * Corrected weight decay: the largest lr of the run, > 0. Decoupled weight decay is then multiplied by lr / maxLr, so that norms do not
   * grow while lr falls. Default null: off. (Defazio 2025, `AdamC`.)
   */
  maxLr?: Hyper | null;
}

/** Options as a switch reads them; `lr` is there for most rules. */
export type Switched = Numbers<SwitchOptions> & { readonly lr?: number | null };

/** Their table. */
export const switchOptions = {
  gradientCentralization: flag(false),
  gcConvOnly: flag(false),
  agc: optional(positiveOrNull),
  agcEps: hyper(1e-3, nonNegative),
  orthograd: flag(false),
  updateClip: optional(positiveOrNull),
  cautious: flag(false),
  maskScale: choice('mean', 'sumPlusOne'),
  cautiousWeightDecay: flag(false),
  maxLr: optional(positiveOrNull),
} as const;
