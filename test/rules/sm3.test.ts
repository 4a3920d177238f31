import { SM3 } from '../../src/index.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

// The file has a momentum buffer without a momentum, too.
followsGolden('sm3', SM3, { theirs: ({ momentum }) => (momentum ? [] : ['momentum_buffer']) });
keepsStages(SM3, 'none', { lr: 0.1, momentum: 0.9, beta: 0.5 });
