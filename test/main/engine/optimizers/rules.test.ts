/** Every optimizer beside its paper's rule, line by line in float64. */
import { describe, expect, it } from 'vitest';
import { adafactor } from '#main/engine/optimizers/adafactor';
import { adam } from '#main/engine/optimizers/adam';
import { adamW, bertAdam } from '#main/engine/optimizers/adamw';
import { clippedWeights } from '#main/engine/optimizers/clipped-weights';
import { lamb } from '#main/engine/optimizers/lamb';
import { lars } from '#main/engine/optimizers/lars';
import type { Optimizer } from '#main/engine/optimizers/optimizer';
import { rmsProp } from '#main/engine/optimizers/rms-prop';
import { sgdMomentum } from '#main/engine/optimizers/sgd-momentum';
import { expectClose, hasWebgpu } from '#test/numeric';
import { follow, parameters, type Rule, reference } from '#test/optimizers';

const length = (x: number[]) => Math.hypot(...x);
const rms = (x: number[]) => length(x) / Math.sqrt(x.length);
const sum = (x: number[], of: (at: number) => boolean) => x.reduce((all, one, at) => (of(at) ? all + one : all), 0);
const along = (x: number[], y: number[], rule: (x: number, y: number) => number) => x.map((one, i) => rule(one, y[i]!));

interface Moments {
  m: number[];
  v: number[];
}
const moments = (): Moments => ({ m: [], v: [] });
function average(kept: number[], term: number[], beta: number): number[] {
  return term.map((one, i) => beta * (kept[i] ?? 0) + (1 - beta) * one);
}
function adamDirection(kept: Moments, g: number[], t: number, [b1, b2, eps]: number[], corrected: boolean): number[] {
  kept.m = average(kept.m, g, b1!);
  kept.v = average(
    kept.v,
    g.map((x) => x * x),
    b2!,
  );
  const [c1, c2] = corrected ? [1 - b1! ** t, 1 - b2! ** t] : [1, 1];
  return along(kept.m, kept.v, (m, v) => m / c1 / (Math.sqrt(v / c2) + eps!));
}

interface Case {
  optimizer: Optimizer;
  rule: () => Rule;
  /** The highest learning rate. */
  rate?: number;
  /** The form of the rule holds at a constant rate only. */
  constant?: boolean;
  /** A step is not in proportion to the rate. */
  bounded?: boolean;
}
const rules: Record<string, Case> = {
  'Adam (Kingma & Ba 2015, algorithm 1)': {
    optimizer: adam({ beta1: 0.8, beta2: 0.97, eps: 1e-4 }),
    rule: () => {
      const kept = moments();
      return (p, g, { t, rate }) =>
        along(p, adamDirection(kept, g, t, [0.8, 0.97, 1e-4], true), (x, u) => x - rate * u);
    },
  },
  'Adam without bias correction': {
    optimizer: adam({ beta1: 0.8, beta2: 0.97, eps: 1e-4, biasCorrection: false }),
    rule: () => {
      const kept = moments();
      return (p, g, { t, rate }) =>
        along(p, adamDirection(kept, g, t, [0.8, 0.97, 1e-4], false), (x, u) => x - rate * u);
    },
  },
  'AdamW (Loshchilov & Hutter 2019, algorithm 2)': {
    optimizer: adamW({ weightDecay: 0.3 }),
    rule: () => {
      const kept = moments();
      return (p, g, { t, rate, decay }) =>
        along(p, adamDirection(kept, g, t, [0.9, 0.999, 1e-8], true), (x, u) => x - rate * (u + (decay ? 0.3 * x : 0)));
    },
  },
  "BERT's Adam (google-research/bert, optimization.py)": {
    optimizer: bertAdam(),
    rule: () => {
      const [m, v]: [number[], number[]] = [[], []];
      return (p, g, { rate, decay }) =>
        p.map((param, i) => {
          m[i] = 0.9 * (m[i] ?? 0) + (1.0 - 0.9) * g[i]!;
          v[i] = 0.999 * (v[i] ?? 0) + (1.0 - 0.999) * g[i]! ** 2;
          let update = m[i]! / (Math.sqrt(v[i]!) + 1e-6);
          if (decay) update += 0.01 * param;
          return param - rate * update;
        });
    },
  },
  'momentum with weight decay in the gradient': {
    optimizer: sgdMomentum({ momentum: 0.7, weightDecay: 0.2 }),
    rule: () => {
      let velocity: number[] = [];
      return (p, g, { rate, decay }) => {
        velocity = along(g, p, (x, w) => x + (decay ? 0.2 * w : 0)).map((x, i) => 0.7 * (velocity[i] ?? 0) + x);
        return along(p, velocity, (x, v) => x - rate * v);
      };
    },
  },
  'momentum that is another one at first (Hinton 2010, section 9)': {
    optimizer: sgdMomentum({ momentum: 0.9, early: { momentum: 0.3, steps: 2 } }),
    rule: () => {
      let velocity: number[] = [];
      let step = 0;
      return (p, g, { rate }) => {
        step++;
        velocity = g.map((slope, i) => (step <= 2 ? 0.3 : 0.9) * (velocity[i] ?? 0) + slope);
        return along(p, velocity, (x, v) => x - rate * v);
      };
    },
  },
  'Nesterov momentum (Sutskever et al. 2013, in the form that moves the looked-ahead point)': {
    optimizer: sgdMomentum({ momentum: 0.7, nesterov: true }),
    rule: () => {
      // θ is where the paper stands; p = θ + μ v is where it measures the gradient, and what a program keeps.
      let [theta, v]: [number[], number[]] = [[], []];
      return (p, g, { rate }) => {
        if (theta.length === 0) [theta, v] = [[...p], p.map(() => 0)];
        v = along(v, g, (old, slope) => 0.7 * old - rate * slope);
        theta = along(theta, v, (x, step) => x + step);
        return along(theta, v, (x, step) => x + 0.7 * step);
      };
    },
    constant: true,
  },
  'RMSProp (Tieleman & Hinton 2012)': {
    optimizer: rmsProp({ decay: 0.9, eps: 1e-3, weightDecay: 0.2 }),
    rule: () => {
      let v: number[] = [];
      return (p, gradient, { rate, decay }) => {
        const g = along(gradient, p, (x, w) => x + (decay ? 0.2 * w : 0));
        v = average(
          v,
          g.map((x) => x * x),
          0.9,
        );
        return p.map((x, i) => x - (rate * g[i]!) / (Math.sqrt(v[i]!) + 1e-3));
      };
    },
  },
  'RMSProp with the weights of a Wasserstein critic clipped (Arjovsky et al. 2017, algorithm 1)': {
    optimizer: clippedWeights(rmsProp(), 0.5),
    rule: () => {
      let v: number[] = [];
      return (p, g, { rate }) => {
        v = average(
          v,
          g.map((x) => x * x),
          0.99,
        );
        const moved = p.map((x, i) => x - (rate * g[i]!) / (Math.sqrt(v[i]!) + 1e-8));
        return moved.map((x) => Math.max(-0.5, Math.min(0.5, x)));
      };
    },
    bounded: true,
  },
  'LARS (You et al. 2017, algorithm 1), biases and norms left out': {
    optimizer: lars({ momentum: 0.8, weightDecay: 0.05, trust: 0.02 }),
    rule: () => {
      let velocity: number[] = [];
      return (p, g, { rate, decay }) => {
        const local = decay ? (0.02 * length(p)) / (length(g) + 0.05 * length(p)) : 1;
        velocity = p.map((w, i) => 0.8 * (velocity[i] ?? 0) + rate * local * (g[i]! + (decay ? 0.05 * w : 0)));
        return along(p, velocity, (x, v) => x - v);
      };
    },
    rate: 2,
  },
  'LAMB (You et al. 2020, algorithm 2)': {
    optimizer: lamb({ beta1: 0.8, beta2: 0.97, weightDecay: 0.1 }),
    rule: () => {
      const kept = moments();
      return (p, g, { t, rate, decay }) => {
        const u = along(adamDirection(kept, g, t, [0.8, 0.97, 1e-6], true), p, (r, x) => r + (decay ? 0.1 * x : 0));
        const ratio = decay ? length(p) / length(u) : 1;
        return along(p, u, (x, step) => x - rate * ratio * step);
      };
    },
  },
  'Adafactor (Shazeer & Stern 2018, algorithms 4 and 5)': { optimizer: adafactor(), rule: adafactorRule(false) },
  'Adafactor with its own relative step': {
    optimizer: adafactor({ relativeStep: true }),
    rule: adafactorRule(true),
    rate: 1,
  },
};

/** With the sums, not the means, of the paper. */
function adafactorRule(relative: boolean): () => Rule {
  return () => {
    let [r, c, v]: number[][] = [[], [], []];
    return (p, g, { t, rate, rows }) => {
      const rho = relative ? rate * Math.min(1e-2, 1 / Math.sqrt(t)) : rate;
      const alpha = Math.max(1e-3, rms(p)) * rho;
      const beta = 1 - t ** -0.8;
      const squares = g.map((x) => x * x + 1e-30);
      if (rows === 1) v = average(v!, squares, beta);
      else {
        const columns = g.length / rows;
        const row = Array.from({ length: rows }, (_, i) => sum(squares, (at) => Math.floor(at / columns) === i));
        const column = Array.from({ length: columns }, (_, j) => sum(squares, (at) => at % columns === j));
        r = average(r!, row, beta);
        c = average(c!, column, beta);
        const total = sum(r, () => true);
        v = g.map((_, at) => (r![Math.floor(at / columns)]! * c![at % columns]!) / total);
      }
      const u = along(g, v, (x, s) => x / Math.sqrt(s));
      const shrunk = Math.max(1, rms(u));
      return along(p, u, (x, step) => x - (alpha * step) / shrunk);
    };
  };
}

describe.each(Object.entries(rules))('%s', (_, { optimizer, rule, rate = 0.05, constant, bounded }) => {
  const options = { steps: 12, learningRate: (step: number) => (constant ? rate : rate / Math.sqrt(step)) };

  it('takes the steps of the paper', async () => {
    const path = await follow(optimizer, options);
    const expected = reference(rule, path, options);
    path.steps.forEach((weights, i) => {
      for (const { name } of parameters)
        expectClose(weights[name]!, expected[i]![name]!, `${name} after step ${i + 1}`, {
          relative: 2e-5,
          absolute: 2e-6,
        });
    });
  });

  it('takes the same steps on WebGPU', async () => {
    if (!(await hasWebgpu())) return;
    const few = { ...options, steps: 3 };
    const [cpu, gpu] = [await follow(optimizer, few), await follow(optimizer, { ...few, device: 'webgpu' })];
    for (const { name } of parameters)
      expectClose(gpu.steps[2]![name]!, cpu.steps[2]![name]!, name, { relative: 1e-4, absolute: 1e-5 });
  });

  it.skipIf(bounded)('moves a parameter further by its own rate, and not at all at 0', async () => {
    const only = { ...options, steps: 1, learningRate: () => rate };
    const rated = (factor: number): Optimizer => ({
      ...optimizer,
      update: (all, context) =>
        optimizer.update(
          all.map((one) => ({ ...one, rate: factor })),
          context,
        ),
    });
    const [once, twice, never] = [
      await follow(optimizer, only),
      await follow(rated(2), only),
      await follow(rated(0), only),
    ];
    for (const { name } of parameters) {
      const moved = (path: typeof once) =>
        along(Array.from(path.steps[0]![name]!), Array.from(path.start[name]!), (a, b) => a - b);
      expectClose(
        moved(twice),
        moved(once).map((x) => 2 * x),
        name,
        { relative: 1e-3, absolute: 1e-6 },
      );
      expect(Array.from(never.steps[0]![name]!)).toEqual(Array.from(never.start[name]!));
    }
  });
});
