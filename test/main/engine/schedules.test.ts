import { describe, expect, it } from 'vitest';
import { learningRateAt, type Schedule, scheduleNames, teacherDecayAt } from '#main/engine/schedules';

const cosine = { learningRate: 1, steps: 110, warmup: 10, schedule: 'cosine' } as const;
const rates = (schedule: Schedule) => Array.from({ length: schedule.steps }, (_, i) => learningRateAt(schedule, i + 1));

describe.each(scheduleNames)('%s', (schedule) => {
  it('climbs in a straight line to its peak at the end of the warm-up', () => {
    const all = rates({ ...cosine, schedule });
    expect(all[0]).toBeCloseTo(0.1, 12);
    expect(all[4]).toBeCloseTo(0.5, 12);
    expect(all[9]).toBe(1);
  });

  it('never rises after the warm-up, is never above its peak and never 0', () => {
    for (const warmup of [0, 10]) {
      const all = rates({ ...cosine, schedule, warmup });
      all.slice(warmup + 1).forEach((rate, i) => expect(rate).toBeLessThanOrEqual(all[warmup + i]!));
      expect(Math.max(...all)).toBeLessThanOrEqual(1);
      expect(Math.min(...all)).toBeGreaterThan(0);
    }
  });

  it('a run shorter than its warm-up is all warm-up', () => {
    expect(learningRateAt({ ...cosine, schedule, steps: 5 }, 5)).toBeCloseTo(0.5, 12);
  });

  it('is in proportion to the highest rate', () => {
    const [one, three] = [rates({ ...cosine, schedule }), rates({ ...cosine, schedule, learningRate: 3 })];
    three.forEach((rate, i) => expect(rate).toBeCloseTo(3 * one[i]!, 12));
  });
});

it('cosine: at the peak after the warm-up, at half of it half-way, near 0 and above it at the end', () => {
  expect(learningRateAt(cosine, 11)).toBe(1);
  expect(learningRateAt(cosine, 61)).toBeCloseTo(0.5, 12);
  expect(learningRateAt(cosine, 110)).toBeLessThan(0.001);
});

it('cosine and linear end at their floor, a share of the peak', () => {
  for (const schedule of ['cosine', 'linear'] as const) {
    const last = learningRateAt({ ...cosine, schedule, steps: 1000, learningRate: 2, floor: 0.1 }, 1000);
    expect(last).toBeGreaterThanOrEqual(0.2);
    expect(last).toBeLessThan(0.203);
  }
});

it('constant stays at the peak', () => {
  expect(learningRateAt({ ...cosine, schedule: 'constant' }, 50)).toBe(1);
  expect(learningRateAt({ ...cosine, schedule: 'constant', warmup: 0 }, 1)).toBe(1);
});

it('linear: the line begins at step 1, so the end of the warm-up is a little above what follows, as in BERT', () => {
  const linear = { ...cosine, schedule: 'linear', steps: 100 } as const;
  expect(learningRateAt(linear, 11)).toBeCloseTo(0.9, 12);
  expect(learningRateAt(linear, 51)).toBeCloseTo(0.5, 12);
});

it('inverse-sqrt is d^−½ · min(step^−½, step · warmup^−1.5) of Vaswani et al., scaled to its peak', () => {
  const [d, warmup] = [512, 40];
  const paper = (step: number) => d ** -0.5 * Math.min(step ** -0.5, step * warmup ** -1.5);
  const schedule = { learningRate: paper(warmup), steps: 1000, warmup, schedule: 'inverse-sqrt' } as const;
  for (const step of [1, 20, 40, 41, 160, 1000]) expect(learningRateAt(schedule, step)).toBeCloseTo(paper(step), 12);
});

it('step: a tenth after half of the run, a hundredth after three quarters', () => {
  const steps = { ...cosine, schedule: 'step', steps: 100 } as const;
  expect([50, 51, 75, 76].map((step) => learningRateAt(steps, step))).toEqual([1, 0.1, 0.1, 0.1 ** 2]);
});

it('a teacher begins at its base and stands still at the end', () => {
  const about = { base: 0.99, steps: 200 };
  expect(teacherDecayAt(about, 1)).toBeCloseTo(0.99, 12);
  expect(teacherDecayAt(about, 101)).toBeCloseTo(0.995, 12);
  expect(teacherDecayAt(about, 201)).toBe(1);
  for (let step = 1; step < 200; step++)
    expect(teacherDecayAt(about, step + 1)).toBeGreaterThan(teacherDecayAt(about, step));
});
