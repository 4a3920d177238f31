import type { Tfjs } from '../contestants/tfjs.js';
import type { Train } from './optimizers.js';

/** The two that race, and what they run in. */
export interface Contest {
  readonly tf: Tfjs;
  readonly stock: Train;
  readonly dropIn: Train;
}
