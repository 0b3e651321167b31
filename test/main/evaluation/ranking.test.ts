import { describe, expect, it } from 'vitest';
import { auroc, averagePrecision, bestF1, bootstrap, confusionAt, curveOf, recallAt } from '#main/evaluation/ranking';
import { uniform } from './clusters';

const ranked = (scores: number[], positive: number[]) => ({ scores, positive });

describe('the ROC curve', () => {
  it('is the Mann–Whitney statistic, ties counting half', () => {
    const random = uniform(3);
    const scores = Array.from({ length: 60 }, () => Math.floor(random() * 8)); // many ties
    const positive = scores.map(() => (random() < 0.3 ? 1 : 0));
    let wins = 0;
    let pairs = 0;
    scores.forEach((a, i) => {
      scores.forEach((b, j) => {
        if (!positive[i] || positive[j]) return;
        pairs++;
        wins += a > b ? 1 : a === b ? 0.5 : 0;
      });
    });
    expect(auroc(curveOf(ranked(scores, positive)))).toBeCloseTo(wins / pairs, 12);
  });

  it('is 1 for a perfect score, 0 for its opposite, ½ where all scores are equal', () => {
    expect(auroc(curveOf(ranked([3, 2, 1, 0], [1, 1, 0, 0])))).toBe(1);
    expect(auroc(curveOf(ranked([0, 1, 2, 3], [1, 1, 0, 0])))).toBe(0);
    expect(auroc(curveOf(ranked([1, 1, 1, 1], [1, 1, 0, 0])))).toBe(0.5);
  });

  it('needs both kinds', () => {
    expect(() => curveOf(ranked([1, 2], [1, 1]))).toThrow('there must be positives and negatives');
  });
});

it('average precision of a hand-worked ranking', () => {
  // ranks of the positives: 1, 3, 4 → (1/1 + 2/3 + 3/4) / 3
  const curve = curveOf(ranked([6, 5, 4, 3, 2, 1], [1, 0, 1, 1, 0, 0]));
  expect(averagePrecision(curve)).toBeCloseTo((1 + 2 / 3 + 3 / 4) / 3, 12);
});

it('recall at a rate of false alarms counts what is found before it', () => {
  const scores = Array.from({ length: 110 }, (_, i) => -i);
  const positive = scores.map((_, i) => (i < 5 || (i >= 6 && i < 11) ? 1 : 0)); // one false alarm between them
  const curve = curveOf(ranked(scores, positive));
  expect(recallAt(curve, 0)).toBe(0.5);
  expect(recallAt(curve, 0.01)).toBe(1);
});

it('the best F₁ is that of its threshold', () => {
  const curve = curveOf(ranked([5, 4, 3, 2, 1], [1, 1, 0, 1, 0]));
  const { threshold, f1 } = bestF1(curve);
  expect(threshold).toBe(2);
  expect(f1).toBeCloseTo(6 / 7, 12);
  expect(confusionAt(curve, 3.5)).toMatchObject({ truePositives: 2, falsePositives: 0 });
});

it('the bootstrap interval holds the figure and narrows with more items', () => {
  const make = (n: number) => {
    const random = uniform(1);
    const positive = Array.from({ length: n }, (_, i) => (i % 4 === 0 ? 1 : 0));
    return ranked(
      positive.map((p) => p + 2 * random()),
      positive,
    );
  };
  const width = (n: number) => {
    const data = make(n);
    const { low, high } = bootstrap(data, auroc, uniform(2));
    const whole = auroc(curveOf(data));
    expect(low).toBeLessThan(whole);
    expect(high).toBeGreaterThan(whole);
    return high - low;
  };
  expect(width(1600)).toBeLessThan(width(100) / 2);
});
