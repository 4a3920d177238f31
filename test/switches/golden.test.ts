// The switches against recorded trajectories: of their authors' code, run over the rules that it has them on.

import { Adam, AdamW, Lion, SGD } from '../../src/index.js';
import { followsGolden, type Hypers } from '../rules/trajectory.js';

const without =
  (...names: readonly string[]) =>
  (hyper: Hypers): Hypers =>
    Object.fromEntries(Object.entries(hyper).filter(([name]) => !names.includes(name)));

followsGolden('agc', SGD, {
  options: ({ clipping, ...rest }) => ({ ...rest, agc: clipping }),
  theirs: ({ momentum }) => (momentum === 0 ? ['momentum_buffer'] : []),
});

followsGolden('gradient-centralization', Adam, {
  options: ({ decoupled, gcConvOnly, ...rest }) => ({
    ...rest,
    gcConvOnly,
    gradientCentralization: true,
    decoupledWeightDecay: decoupled,
  }),
});

followsGolden('cautious-adamw', AdamW, {
  // Its single-tensor path adds eps to another root; so no optimizer of PyTorch's does.
  only: ({ variant }) => variant === 'corrected',
  options: hyper => ({ ...without('epsForm')(hyper), cautious: true }),
});

followsGolden('cautious-lion', Lion, {
  options: ({ maskScale, ...rest }) => ({
    ...rest,
    cautious: true,
    maskScale: maskScale === 'mean' ? 'mean' : 'sumPlusOne',
  }),
});
