import { serialization } from '@tensorflow/tfjs-core';
import { LanestepAdadelta } from './train/adadelta.js';
import { LanestepAdagrad } from './train/adagrad.js';
import { LanestepAdam } from './train/adam.js';
import { LanestepAdamax } from './train/adamax.js';
import { LanestepMomentum } from './train/momentum.js';
import { LanestepRMSProp } from './train/rmsprop.js';
import { LanestepSGD } from './train/sgd.js';
import { wrapped } from './wrap.js';

/**
 * Makes the classes known to TensorFlow.js, so that `tf.loadLayersModel` can load a model that was saved with one of these
 * optimizers and `includeOptimizer`. Their names are their own (`LanestepAdam`, `Lanestep.AdamW`): `Adam` stays what it was.
 * May be called more than once.
 */
export function register(): void {
  const classes = [
    LanestepAdadelta,
    LanestepAdagrad,
    LanestepAdam,
    LanestepAdamax,
    LanestepMomentum,
    LanestepRMSProp,
    LanestepSGD,
    ...wrapped,
  ];
  for (const Class of classes) {
    serialization.registerClass(
      Class as unknown as Parameters<typeof serialization.registerClass>[0],
      'lanestep',
    );
  }
}
