import { backend } from '@tensorflow/tfjs-core';
import { OptionError, show } from '../../errors.js';
import { readOptions } from '../../options.js';
import { stepOptions } from '../../step-options.js';
import type { Hyper } from '../../types.js';
import type { Settings } from '../optimizer.js';

/** TensorFlow.js' epsilon where none is given: that of its backend, 1e-7 in float32. */
export const epsilonOr = (epsilon: Hyper | null | undefined): Hyper => epsilon ?? backend().epsilon();

const settingNames = [...Object.keys(stepOptions), 'backend', 'inPlace'];

/**
 * Settings, or an OptionError where they are no object: a number, say, of one argument too many; or where they have something
 * that is an argument.
 */
export const checked = (settings: Settings): Settings =>
  readOptions(settings, 'the settings after the arguments', settingNames) as Settings;

/** A learning rate that must be given. */
export function required(learningRate: Hyper): Hyper {
  if (learningRate == null) {
    throw new OptionError(
      `Expected a number or a function of the step for learningRate, got ${show(learningRate)}`,
    );
  }
  return learningRate;
}
