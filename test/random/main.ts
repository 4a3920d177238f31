/** `main.js [cases]`: agreement at random (scripts/agreement.sh). SEED and FROM repeat cases that it showed. */
import { agree } from './agreement.js';
import { configurations } from './configurations.js';

const whole = (text: string | undefined, otherwise: number): number => {
  const value = Number(text || otherwise);
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`Expected a whole number, got ${text}`);
  return value;
};

const cases = whole(process.argv[2], 100_000);
const seed = whole(process.env.SEED, 1);
const from = whole(process.env.FROM, 0);
const { list, missing } = configurations();
if (missing !== null) console.log(`agreement: native is skipped, ${missing}`);

const began = Date.now();
const { failure, digest, steps, elements } = agree({ seed, from, cases }, list, done => {
  if (done % 100_000 === 0) console.log(`agreement: ${done} of ${cases}`);
});
if (failure !== null) {
  console.log(`agreement: ${failure}`);
  console.log('Repeat it by SEED and FROM: SEED=… FROM=… scripts/agreement.sh 1');
  process.exitCode = 1;
} else {
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  const on = list.map(({ title }) => title).join(', ');
  console.log(
    `agreement: ${cases} cases of seed ${seed} (${steps} steps, ${elements} elements) on ${on}, on 1 to 3 threads: ` +
      `0 bits differ (Node ${process.versions.node}, ${seconds} s)`,
  );
  console.log(`digest ${digest}`);
}
