import { expect, it } from 'vitest';
import { optimizerNames, optimizerOf } from '#main/recipes/optimizers';
import { trainingFields, trainingOf } from '#main/recipes/training';

const config = { weightDecay: 0.1, momentum: 0.9 };
const reasons = { default: 10, reason: 'a test' };
const fields = trainingFields({ batchSize: reasons, steps: reasons, learningRate: { ...reasons, default: 1 } });

it('every name that a recipe offers makes an optimizer of its own, AdamW unless another is chosen', () => {
  const made = optimizerNames.map((optimizer) => optimizerOf({ ...config, optimizer }).name);
  expect(made).toEqual(['adamW', 'bertAdam', 'sgdMomentum', 'rmsProp', 'lars', 'lamb', 'adafactor']);
  expect(fields.optimizer.parse(undefined)).toBe('adamw');
});

it('only the cosine ends at the floor: the field is shown beside it alone', () => {
  const about = { batchSize: 1, steps: 1000, learningRate: 1, warmup: 0, weightDecay: 0, validations: 1, floor: 0.5 };
  const lastOf = (schedule: 'cosine' | 'linear') =>
    trainingOf({ ...about, optimizer: 'adamw', momentum: 0.9, schedule }).learningRate(1000);
  expect(lastOf('cosine')).toBeGreaterThan(0.49);
  expect(lastOf('linear')).toBeLessThan(0.01);
});
