/** Whether numbers are the same ones: a race between things that compute different numbers says nothing. */

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/**
 * @param what whose they are, for the message
 * @throws where a bit differs; one NaN is as good as another
 */
export function expectSame(
  seen: readonly Float32Array[],
  expected: readonly Float32Array[],
  what: string,
): void {
  if (seen.length !== expected.length)
    throw new Error(`${what}: ${seen.length} variables, not ${expected.length}`);
  seen.forEach((values, i) => {
    const wanted = expected[i]!;
    if (values.length !== wanted.length)
      throw new Error(`${what}: variable ${i} has ${values.length} elements, not ${wanted.length}`);
    if (Buffer.compare(bytesOf(values), bytesOf(wanted)) === 0) return;
    const k = values.findIndex((x, k) => !Object.is(x, wanted[k]));
    if (k >= 0) throw new Error(`${what}: element ${k} of variable ${i} is ${values[k]}, not ${wanted[k]}`);
  });
}

/**
 * @param from what they were before the steps
 * @throws unless all are numbers still and every variable has moved: what is NaN, or stands still, agrees with anything
 */
export function expectAlive(
  values: readonly Float32Array[],
  from: readonly Float32Array[],
  what: string,
): void {
  values.forEach((array, i) => {
    const k = array.findIndex(x => !Number.isFinite(x));
    if (k >= 0) throw new Error(`${what}: element ${k} of variable ${i} is ${array[k]}`);
    if (array.every((x, k) => x === from[i]![k])) throw new Error(`${what}: variable ${i} did not move`);
  });
}
