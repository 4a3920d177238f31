/** An estimate of the Hessian's diagonal, out of products of the Hessian with random vectors. */
import { isGroup } from '../entries.js';
import { OptionError, ShapeError, show } from '../errors.js';
import { newArray } from '../memory.js';
import type { Grads, ParamsLike } from '../params.js';
import { Registry } from '../registry.js';
import { checkInteger } from '../schedules/checks.js';
import type { FloatArray } from '../types.js';
import { Random } from './random.js';

// Each is +1 or -1, by one bit: 32 of a word, the lowest first, and for each array a new word.
function drawInto(array: FloatArray, random: Random): void {
  let word = 0;
  for (let i = 0; i < array.length; i++) {
    if (i % 32 === 0) word = random.next();
    array[i] = (word >>> (i % 32)) & 1 ? 1 : -1;
  }
}

/** Arrays in the order of the parameters, in the shape of the gradients. */
function shaped({ groups }: Registry, grouped: boolean, arrays: readonly FloatArray[]): unknown {
  let at = 0;
  const of = groups.map(({ named, parameters }) => {
    const own = parameters.map(({ name }) => [name, arrays[at++]!] as const);
    return named ? Object.fromEntries(own) : own.map(([, array]) => array);
  });
  return grouped ? of : of[0];
}

/**
 * Hutchinson's estimate of the Hessian's diagonal, for `AdaHessian` and `Sophia`: the mean of v ⊙ (H v) over random vectors v whose
 * elements are +1 or -1. On average it is the diagonal; where H is diagonal it is exact.
 *
 *     const random = new Random(1);
 *     const hessian = hutchinson(params, v => hessianTimes(v), random);
 *     optimizer.step(grads, { hessian });
 *
 * Hutchinson 1990; Bekas, Kokiopoulou and Saad 2007 for the diagonal. The vectors are the same on every machine, and `random.state` says
 * where to go on.
 *
 * @param params what the optimizer was constructed with: a list, a record, or groups
 * @param hessianVector gives H v, the product of the Hessian at the parameters as they are with a vector in the shape of the
 * gradients, in the same shape. One way is the gradient of the inner product of the gradient with v.
 * @param random the generator that the vectors are drawn from; it moves on
 * @param samples over how many vectors the mean is taken, an integer from 1 on. Default 1, as in AdaHessian and Sophia.
 * @returns new arrays in the shape of the gradients
 * @throws ShapeError where the parameters are none or a product does not fit them, OptionError, and what `hessianVector` throws
 */
export function hutchinson<const P extends ParamsLike<P>>(
  params: P,
  hessianVector: (v: Grads<P>) => Grads<P>,
  random: Random,
  samples = 1,
): Grads<P> {
  if (typeof hessianVector !== 'function')
    throw new OptionError(`Expected a function of a vector for hessianVector, got ${show(hessianVector)}`);
  if (!(random instanceof Random)) throw new OptionError(`Expected a Random for random, got ${show(random)}`);
  checkInteger('samples', samples, 1);
  const registry = new Registry(params);
  const grouped = Array.isArray(params) && params.length > 0 && params.every(isGroup);
  const fresh = () => registry.parameters.map(({ dtype, length }) => newArray(dtype, length));
  const estimate = fresh();
  for (let k = 0; k < samples; k++) {
    const signs = fresh();
    for (const array of signs) drawInto(array, random);
    // The caller may write to what it is given.
    const lent = signs.map(array => array.slice());
    const given: (FloatArray | null)[] = registry.parameters.map(() => null);
    registry.gather(hessianVector(shaped(registry, grouped, lent) as Grads<P>), given, 'hessianVector(v)');
    registry.parameters.forEach((parameter, i) => {
      const product = given[i]!;
      if (product === null)
        throw new ShapeError(
          'ERR_LANESTEP_SHAPE',
          `Expected hessianVector(v)${parameter.path} to be an array, got none`,
        );
      registry.checkGradient(product, parameter, 'hessianVector(v)');
      const [sum, own] = [estimate[i]!, signs[i]!];
      for (let j = 0; j < own.length; j++) sum[j] = sum[j]! + own[j]! * product[j]!;
    });
  }
  if (samples > 1)
    for (const array of estimate) for (let j = 0; j < array.length; j++) array[j] = array[j]! / samples;
  return shaped(registry, grouped, estimate) as Grads<P>;
}
