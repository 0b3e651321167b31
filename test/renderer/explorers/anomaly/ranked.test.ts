import { describe, expect, it } from 'vitest';
import { groupsOf, scaleOf } from '#renderer/explorers/anomaly/histogram';
import { sectionsOf, tabsOf } from '#renderer/explorers/anomaly/lists';
import {
  aucOf,
  averagePrecisionOf,
  countsAt,
  figuresOf,
  isJudged,
  lineForAlarms,
  lineForCost,
  lineForF1,
  quantileOf,
  rank,
} from '#renderer/explorers/anomaly/ranked';
import { anomaliesRecord } from '#test/dom/fake-anomalies';

/** Six normal items and three anomalies, with a tie across the kinds at 5. */
const small = {
  scores: Float32Array.from([1, 2, 3, 4, 5, 6, 5, 8, 9]),
  labels: Int32Array.from([0, 0, 0, 0, 0, 0, 1, 1, 1]),
  normal: [0],
};
const ranked = rank(small);

describe('what a line gives', () => {
  it('items at the line are flagged, and all counts add up', () => {
    expect(countsAt(ranked, 5)).toEqual({ found: 3, missed: 0, alarms: 2, left: 4, flagged: 5 });
    expect(countsAt(ranked, 5.5)).toEqual({ found: 2, missed: 1, alarms: 1, left: 5, flagged: 3 });
    expect(countsAt(ranked, 100)).toEqual({ found: 0, missed: 3, alarms: 0, left: 6, flagged: 0 });
    expect(countsAt(ranked, 0)).toEqual({ found: 3, missed: 0, alarms: 6, left: 0, flagged: 9 });
  });
  it('precision is unknown where nothing is flagged', () => {
    expect(figuresOf(countsAt(ranked, 100))).toEqual({ precision: undefined, recall: 0, f1: 0 });
    expect(figuresOf(countsAt(ranked, 5))).toEqual({ precision: 0.6, recall: 1, f1: 0.75 });
  });
});

describe('curves', () => {
  it('the area is the share of pairs in the right order, a tie counting half', () => {
    // 18 pairs: 9 and 8 beat all six; 5 beats four, ties with one, loses to one.
    expect(aucOf(ranked)).toBeCloseTo((6 + 6 + 4.5) / 18, 12);
  });
  it('average precision weighs each step by what it finds', () => {
    expect(averagePrecisionOf(ranked)).toBeCloseTo(2 / 3 + (1 / 3) * (3 / 5), 12);
  });
});

describe('where the line is put', () => {
  it('by false alarms: as low as the share allows, never over it', () => {
    expect(lineForAlarms(ranked, 0)).toBe(8);
    expect(lineForAlarms(ranked, 1 / 6)).toBe(6);
    expect(lineForAlarms(ranked, 1)).toBe(1);
    const over = rank({ ...small, scores: Float32Array.from([1, 2, 3, 4, 5, 9, 5, 6, 7]) });
    expect(countsAt(over, lineForAlarms(over, 0)).flagged).toBe(0);
  });
  it('by F1: no other line has a larger one', () => {
    const best = figuresOf(countsAt(ranked, lineForF1(ranked))).f1;
    for (const line of small.scores) expect(figuresOf(countsAt(ranked, line)).f1).toBeLessThanOrEqual(best);
  });
  it('by cost: dear misses pull it down, cheap ones let it rise', () => {
    expect(lineForCost(ranked, 100)).toBe(5);
    expect(lineForCost(ranked, 1)).toBe(8);
    expect(countsAt(ranked, lineForCost(ranked, 0.01)).flagged).toBe(2);
  });
  it('by a quantile: so many of the normal items do not exceed it', () => {
    const sorted = Float32Array.from([1, 2, 3, 4]);
    expect([0, 0.25, 0.5, 0.51, 1].map((q) => quantileOf(sorted, q))).toEqual([1, 1, 2, 3, 4]);
  });
});

describe('histogram', () => {
  const open = anomaliesRecord(10);
  it('shares of each group add up to one, on a log scale from there and back', () => {
    const scale = scaleOf(open.scores);
    expect(scale.log).toBe(true);
    for (const { shares } of groupsOf(open, scale)) expect(shares.reduce((sum, one) => sum + one)).toBeCloseTo(1, 9);
    for (const score of [0.06, 0.4, 3]) expect(scale.score(scale.at(score))).toBeCloseTo(score, 6);
  });
  it('is linear where scores may be negative, and stands where all are equal', () => {
    expect(scaleOf(Float32Array.from([-3, 2, 9])).log).toBe(false);
    expect(scaleOf(Float32Array.from([2, 2, 2])).at(2)).toBe(0);
    expect(Number.isFinite(scaleOf(new Float32Array()).at(1))).toBe(true);
  });
});

describe('lists', () => {
  const open = anomaliesRecord(10);
  const whole = rank(open);
  it('missed are the lowest anomalies below the line, false alarms the highest normal items above it', () => {
    const line = open.threshold;
    const [missed] = sectionsOf('missed', whole, open, line);
    const [alarms] = sectionsOf('alarms', whole, open, line);
    const counts = countsAt(whole, line);
    expect(missed!.rows).toHaveLength(Math.min(100, counts.missed));
    expect(alarms!.rows).toHaveLength(Math.min(100, counts.alarms));
    for (const { place } of alarms!.rows) expect(open.scores[place]!).toBeGreaterThanOrEqual(line);
  });
  it('without labels there is nothing to miss', () => {
    const blind = { ...open, labels: open.labels.map(() => -1) };
    const unlabelled = rank(blind);
    expect(isJudged(unlabelled)).toBe(false);
    expect(tabsOf(unlabelled, countsAt(unlabelled, 1)).map(({ value }) => value)).toEqual(['highest', 'near']);
    expect(groupsOf(blind, scaleOf(blind.scores)).map(({ kind }) => kind)).toEqual(['unknown']);
  });
});
