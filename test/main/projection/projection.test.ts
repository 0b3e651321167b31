import { describe, expect, it } from 'vitest';
import { affinities, exactNeighbours, procrustes, Tsne, trust } from '#main/projection';
import { conditional } from '#main/projection/affinities';
import { Quadtree } from '#main/projection/quadtree';
import { clouds, uniform } from './clouds';

describe('affinities', () => {
  it('every item has the perplexity asked for (TSNE-1: 30 ± 0.01)', () => {
    const { x } = clouds(400, 4, 1);
    const { squared, k } = exactNeighbours(x, 400, 90);
    for (let i = 0; i < 400; i += 37)
      expect(conditional(squared.subarray(i * k, (i + 1) * k), 30).perplexity).toBeCloseTo(30, 2);
  });

  it('are symmetric and sum to 1', () => {
    const { x } = clouds(60, 3, 2);
    const { n, start, index, p } = affinities(exactNeighbours(x, 60, 15), 5);
    const full = Array.from({ length: n }, () => new Float64Array(n));
    for (let i = 0; i < n; i++) for (let at = start[i]!; at < start[i + 1]!; at++) full[i]![index[at]!]! += p[at]!;
    let sum = 0;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        sum += full[i]![j]!;
        expect(full[i]![j]!).toBeCloseTo(full[j]![i]!, 8);
      }
    expect(sum).toBeCloseTo(1, 5);
  });

  it('items of one place get equal chances, not NaN', () => {
    expect([...conditional(new Float32Array(4), 2).p]).toEqual([0.25, 0.25, 0.25, 0.25]);
  });
});

describe('the quadtree', () => {
  const random = uniform(3);
  const n = 500;
  const y = Float64Array.from({ length: 2 * n }, () => random() * 10);
  y.set([y[0]!, y[1]!], 2); // two points at one place

  it('with θ = 0 is the sum over all pairs', () => {
    const tree = new Quadtree();
    tree.build(y);
    for (const i of [0, 1, 7, 333]) {
      let [fx, fy, z] = [0, 0, 0];
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        const [dx, dy] = [y[2 * i]! - y[2 * j]!, y[2 * i + 1]! - y[2 * j + 1]!];
        const q = 1 / (1 + dx * dx + dy * dy);
        z += q;
        fx += q * q * dx;
        fy += q * q * dy;
      }
      tree.repel(y[2 * i]!, y[2 * i + 1]!, 0);
      expect(tree.z).toBeCloseTo(z, 8);
      expect(tree.x).toBeCloseTo(fx, 8);
      expect(tree.y).toBeCloseTo(fy, 8);
    }
  });

  it('with θ = ½ is near it', () => {
    const tree = new Quadtree();
    tree.build(y);
    tree.repel(y[20]!, y[21]!, 0);
    const exact = tree.z;
    tree.repel(y[20]!, y[21]!, 0.5);
    expect(Math.abs(tree.z - exact) / exact).toBeLessThan(0.02);
  });
});

describe('t-SNE', () => {
  const { x, labels } = clouds(300, 5, 4);
  const p = affinities(exactNeighbours(x, 300, 60), 20);
  const start = Float32Array.from({ length: 600 }, (_, at) => x[Math.floor(at / 2) * 10 + (at % 2)]!);
  const run = (theta: number, steps = 400) => {
    const tsne = new Tsne(p, start, { theta });
    const path: number[] = [];
    for (let step = 0; step < steps; step++) {
      tsne.step();
      path.push(tsne.divergence);
    }
    return { tsne, path };
  };
  const oneNearest = (y: Float64Array) => {
    const { index } = exactNeighbours(Float32Array.from(y), 300, 1);
    return labels.filter((label, i) => labels[index[i]!] === label).length / 300;
  };

  it('keeps the classes together, and its divergence falls after the exaggeration', () => {
    const { tsne, path } = run(0);
    expect(oneNearest(tsne.y)).toBeGreaterThan(0.95);
    expect(path.at(-1)!).toBeLessThan(path[255]!);
  });

  it('by Barnes–Hut ends as well as by all pairs', () => {
    const [exact, fast] = [run(0), run(0.5)];
    expect(oneNearest(fast.tsne.y)).toBeGreaterThan(0.95);
    expect(fast.path.at(-1)!).toBeLessThan(exact.path.at(-1)! * 1.1);
  });

  it('is the same each time', () => {
    expect(run(0.5, 30).tsne.y).toEqual(run(0.5, 30).tsne.y);
  });

  it('is more trustworthy than two of the features', () => {
    const good = trust(x, Float32Array.from(run(0).tsne.y), 300, 10);
    const poor = trust(x, start, 300, 10);
    expect(good.trustworthiness).toBeGreaterThan(poor.trustworthiness + 0.05);
    expect(trust(x, x, 300, 10)).toEqual({ trustworthiness: 1, continuity: 1 });
  });
});

describe('Procrustes', () => {
  const random = uniform(8);
  const y = Float32Array.from({ length: 40 }, () => random());
  it('undoes a turn, a mirror, a stretch and a shift', () => {
    for (const mirror of [1, -1]) {
      const to = new Float32Array(40);
      for (let i = 0; i < 40; i += 2) {
        const [u, v] = [y[i]!, mirror * y[i + 1]!];
        to[i] = 3 * (Math.cos(1) * u - Math.sin(1) * v) + 5;
        to[i + 1] = 3 * (Math.sin(1) * u + Math.cos(1) * v) - 2;
      }
      const { moved, residual } = procrustes(y, to);
      expect(residual).toBeLessThan(1e-6);
      moved.forEach((value, i) => expect(value).toBeCloseTo(to[i]!, 4));
    }
  });
  it('says how much is left of clouds that have nothing in common', () => {
    expect(
      procrustes(
        y,
        Float32Array.from({ length: 40 }, () => random()),
      ).residual,
    ).toBeGreaterThan(0.3);
  });
});
