import { AdafactorPaper } from '../../src/index.js';
import { keepsStages } from './stages.js';
import { followsGolden } from './trajectory.js';

followsGolden('adafactor-paper', AdafactorPaper);
keepsStages(AdafactorPaper, 'own', { lr: 0.1, relativeStep: false, beta1: 0.9, weightDecay: 0.1 });
