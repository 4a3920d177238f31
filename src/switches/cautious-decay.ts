/** Cautious weight decay (Chen et al. 2025): an element decays only where its update does not lead away from zero. */
import type { Sweeping } from './sweeps.js';

/** @param rates by tensor: what decays, 0 where nothing does */
export function* cautiousDecay(rates: readonly number[]): Sweeping {
  yield { kernel: 'cautious-decay', moves: true, numbers: i => (rates[i] === 0 ? null : [0, rates[i]!]) };
}
