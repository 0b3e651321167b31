import { expect, it } from 'vitest';
import { alarmsOf, healthIn, healthRules } from '#app/records/health';
import { stream } from '#main/engine/random';
import { codeHealth, featureHealth, klHealth, unitHealth } from '#main/evaluation/health';

const rows = (data: Float32Array, n: number) => ({ rows: n, columns: data.length / n, data });
const alarms = (figures: Record<string, number>) => alarmsOf(figures).map(({ rule }) => rule.id);

it('features in one point are a collapse, features on a line a lost rank, a cloud is neither', () => {
  const z = stream(1).normal(200 * 16);
  expect(alarms(featureHealth(rows(z, 200)))).toEqual([]);
  expect(
    alarms(
      featureHealth(
        rows(
          z.map((value) => 5 + 0.01 * value),
          200,
        ),
      ),
    ),
  ).toEqual(['collapse']);
  const line = Float32Array.from(z, (value, at) => z[16 * Math.floor(at / 16)]! + 0.001 * value);
  expect(alarms(featureHealth(rows(line, 200)))).toEqual(['rank']);
});

it('a code of one number has no rank to lose', () => {
  const { effective_rank: rank, effective_rank_share: share } = featureHealth(rows(stream(2).normal(100), 100));
  expect([rank, share]).toEqual([1, 1]);
});

it('KL divergence is told by dimension; the alarm is for a posterior of which nothing is left', () => {
  const nats = (second: number) =>
    rows(
      Float32Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? 0.01 : second)),
      10,
    );
  const figures = klHealth(nats(2), 0.05);
  expect(figures['active_dimensions']).toBe(1);
  expect(figures['kl_nats_2']).toBeCloseTo(2, 6);
  expect(figures['kl_nats']).toBeCloseTo(2.01, 6);
  expect(alarms(figures)).toEqual([]);
  expect(alarms(klHealth(nats(0.02), 0.05))).toEqual(['kl']);
});

it('a code is dead when many choices never fall on it; few choices say nothing', () => {
  expect(
    codeHealth(
      Int32Array.from({ length: 100 }, (_, i) => i % 2),
      10,
    ),
  ).toEqual({ dead_codes_share: 0.8 });
  expect(alarms(codeHealth(new Int32Array(100), 10))).toEqual(['codes']);
  expect(
    alarms(
      codeHealth(
        Int32Array.from({ length: 100 }, (_, i) => i % 8),
        10,
      ),
    ),
  ).toEqual([]);
  expect(codeHealth(new Int32Array(99), 10)).toEqual({});
});

it('a ReLU is dead when no item moves it; limits count value by value', () => {
  const relu = { kind: 'relu', units: 4, values: [0, 1, 0, 0, 0, 0, 0, 2] } as const;
  const limited = { kind: 'limited', units: 2, values: [1, 0, 1, 1] } as const;
  expect(unitHealth([relu])).toEqual({ dead_relu_share: 0.5, dead_relu_worst: 0.5 });
  expect(unitHealth([limited])).toEqual({ saturated_share: 0.75 });
  expect(unitHealth([])).toEqual({});
  expect(alarms(unitHealth([limited]))).toEqual(['saturation']);
  expect(alarms(unitHealth([{ ...relu, values: [0, 0, 0, 3] }]))).toEqual(['relu']);
});

it('each rule says what it means, why its line lies there and what to do', () => {
  for (const { meaning, reason, advice } of healthRules)
    for (const text of [meaning, reason, advice]) expect(text).toMatch(/^[A-Z].{20,}\.$/);
  expect(healthIn({ 'health/spread': 0.5, 'train/loss': 1 })).toEqual({ spread: 0.5 });
});
