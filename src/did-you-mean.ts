/** Suggestions for a word that is not known: other libraries' names, other spellings, slips of the hand. */

// What others call it, without capitals and signs; the first that is known here is meant.
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  learningrate: ['lr', 'maxLr', 'baseLr'],
  rate: ['lr'],
  eta: ['lr'],
  alpha: ['lr', 'rho'],
  stepsize: ['lr'],
  initiallearningrate: ['lr'],
  initlr: ['lr'],
  decay: ['weightDecay', 'lrDecay', 'alpha', 'rho', 'gamma'],
  wd: ['weightDecay'],
  l2: ['weightDecay'],
  beta: ['betas', 'decay', 'momentum'],
  beta1: ['betas'],
  beta2: ['betas'],
  b1: ['betas'],
  b2: ['betas'],
  momentum: ['betas'],
  rho: ['alpha', 'decay'],
  epsilon: ['eps'],
  gradscale: ['gradientScale'],
  lossscale: ['gradientScale'],
  clipgradnorm: ['clipNorm'],
  maxnorm: ['clipNorm'],
  maxgradnorm: ['clipNorm'],
  globalclipnorm: ['clipNorm'],
  clipbyglobalnorm: ['clipNorm'],
  clipthreshold: ['d', 'updateClip'],
  clipping: ['agc'],
  adaptivegradclip: ['agc'],
  usegc: ['gradientCentralization'],
  centralize: ['gradientCentralization'],
  useorthograd: ['orthograd'],
  caution: ['cautious'],
  minimize: ['maximize'],
  device: ['backend'],
  decaysteps: ['tMax', 'totalIters', 'stepSize'],
  steps: ['totalIters', 'tMax', 'totalSteps'],
  minlr: ['etaMin'],
  decayrate: ['gamma'],
  n: ['size'],
  length: ['size'],
};

const bare = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, '');

/** How many letters have to be put in, left out or replaced to make one word of the other. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The known word that is probably meant, or null. Looks at no more than some hundred words, and at no long ones. */
export function meant(word: unknown, known: readonly string[]): string | null {
  if (typeof word !== 'string' || word.length > 60) return null;
  const plain = bare(word);
  const among = known.slice(0, 500);
  const same = among.find(other => bare(other) === plain && plain !== '');
  if (same !== undefined) return same;
  const named = Object.hasOwn(elsewhere, plain)
    ? elsewhere[plain]!.find(name => known.includes(name))
    : undefined;
  if (named !== undefined) return named;
  let [closest, least] = [null as string | null, Math.min(3, Math.ceil(word.length / 3)) + 1];
  for (const other of among) {
    if (Math.abs(other.length - word.length) >= least) continue;
    const distance = editDistance(word, other);
    if (distance < least && distance < other.length) [closest, least] = [other, distance];
  }
  return closest;
}

/** What stands at the end of a message about an unknown word: `; did you mean lr?`, or nothing. */
export function didYouMean(word: unknown, known: readonly string[]): string {
  const other = meant(word, known);
  return other === null ? '' : `; did you mean ${other}?`;
}
