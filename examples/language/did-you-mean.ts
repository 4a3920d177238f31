/** The word that takes the fewest changes to get to, unless there is nothing like it. */
export function didYouMean(word: string, known: readonly string[], dashes = ''): string {
  const distances = known.map(other => editDistance(word, other));
  const least = Math.min(...distances);
  return least > word.length / 2 ? '' : ` (did you mean ${dashes}${known[distances.indexOf(least)]}?)`;
}

function editDistance(a: string, b: string): number {
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
