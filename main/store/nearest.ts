/** "Did you mean …": the words closest to one that was not found. */

/** Least number of single-letter insertions, deletions and substitutions from a to b (Levenshtein 1966). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + change));
    }
    row = next;
  }
  return row[b.length]!;
}

/** Share of the longer word's letters that differ. */
const apart = (a: string, b: string): number => editDistance(a, b) / Math.max(a.length, b.length, 1);

/** At most `limit` of `words`, nearest first; those that share nothing with `word` are left out. */
export function nearest(word: string, words: readonly string[], limit = 3): string[] {
  const wanted = word.toLowerCase();
  return [...new Set(words)]
    .map((candidate) => {
      const lower = candidate.toLowerCase();
      const inside = wanted !== '' && (lower.includes(wanted) || wanted.includes(lower));
      return {
        candidate,
        distance: inside ? Math.min(0.5, apart(wanted, lower)) : apart(wanted, lower),
      };
    })
    .filter(({ distance }) => distance <= 0.6)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}
