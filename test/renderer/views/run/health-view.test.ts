import { expect, it } from 'vitest';
import { healthLines, healthView } from '#renderer/views/run/health-view';
import { chartSpecs } from '#renderer/views/run/run-charts';

const collapsed = { 'health/spread': 0.02, 'health/mean_cosine': 0.999, 'health/gradient_peak': 3, 'train/loss': 1 };

it('a card for each figure that the run has, the alarm on the one that is crossed', () => {
  const { cards, alarms } = healthView(collapsed);
  expect(cards.map(({ rule, alarm }) => [rule.id, alarm !== undefined])).toEqual([
    ['collapse', true],
    ['gradient', false],
  ]);
  expect(alarms.map(({ text }) => text).join()).toContain('2 %');
  expect(healthView({ ...collapsed, 'health/spread': 0.8 }).alarms).toEqual([]);
  expect(healthView({ 'train/loss': 1 })).toEqual({ cards: [], alarms: [], nats: [] });
});

it('KL divergence by dimension, in order', () => {
  expect(healthView({ 'health/kl_nats_2': 2, 'health/kl_nats_1': 1, 'health/kl_nats': 3 }).nats).toEqual([1, 2]);
});

it('the line of the alarm crosses the whole axis', () => {
  const [card] = healthView(collapsed).cards;
  const lines = healthLines(card!, { steps: Float64Array.of(5), values: Float64Array.of(0.02) }, [0, 100]);
  expect(lines.map(({ points }) => [points.count, points.y[0]])).toEqual([
    [1, 0.02],
    [2, 0.1],
  ]);
});

it('figures of health are not among the curves of training', () => {
  expect(chartSpecs(['train/loss', 'health/spread', 'validation/mse']).map(({ figure }) => figure)).toEqual([
    'loss',
    'mse',
  ]);
});
