/** Codebook usage: how many of the codes a model may choose from it really chooses, and how evenly. */

export interface Usage {
  /** Choices counted. */
  total: number;
  /** Codes chosen at least once, and their share of all codes. */
  used: number;
  usedShare: number;
  /** exp(−Σ p log p): the number of codes that, chosen evenly, would be as varied. */
  perplexity: number;
  perplexityShare: number;
  entropyBits: number;
  /** The most frequent code, its share of all choices, and the perplexity of all other choices. */
  blank: { code: number; share: number; perplexity: number };
}

/** Entropy in nats of counts, the code `without` left out; 0 log 0 = 0. */
function entropy(counts: ArrayLike<number>, without = -1): number {
  let total = 0;
  for (let k = 0; k < counts.length; k++) if (k !== without) total += counts[k]!;
  let sum = 0;
  for (let k = 0; k < counts.length; k++) {
    const p = k === without || total === 0 ? 0 : counts[k]! / total;
    if (p > 0) sum -= p * Math.log(p);
  }
  return sum;
}

/** counts: how often each code was chosen, [K]. */
export function usageOf(counts: ArrayLike<number>): Usage {
  let total = 0;
  let used = 0;
  let most = 0;
  for (let k = 0; k < counts.length; k++) {
    total += counts[k]!;
    if (counts[k]! > 0) used++;
    if (counts[k]! > counts[most]!) most = k;
  }
  const nats = entropy(counts);
  const perplexity = total === 0 ? 0 : Math.exp(nats);
  return {
    total,
    used,
    usedShare: used / counts.length,
    perplexity,
    perplexityShare: perplexity / counts.length,
    entropyBits: nats / Math.LN2,
    blank: {
      code: most,
      share: total === 0 ? 0 : counts[most]! / total,
      perplexity: used < 2 ? 0 : Math.exp(entropy(counts, most)),
    },
  };
}

/** Adds the codes of some items to `counts` [K]. */
export function countCodes(counts: Float64Array, codes: ArrayLike<number>): void {
  for (let i = 0; i < codes.length; i++) counts[codes[i]!]!++;
}
