import { expect, it } from 'vitest';
import { runningAverages } from '#main/nn';

it('running averages are the pairs of mean and variance, and nothing else that is called so', () => {
  const states = ['a.norm.mean', 'a.norm.variance', 'code.mean', 'sums', 'b.variance', 'c.0.mean', 'c.0.variance'];
  expect(runningAverages(states)).toEqual(['a.norm.mean', 'a.norm.variance', 'c.0.mean', 'c.0.variance']);
});
