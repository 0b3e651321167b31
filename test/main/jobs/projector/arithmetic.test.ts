import { describe, expect, it } from 'vitest';
import { stream } from '#main/engine';
import { pca, project } from '#main/evaluation/pca';
import { neighboursOf } from '#main/jobs/projector/layout';
import { allNeighbours, nearestOf } from '#main/jobs/projector/nearest';
import { principalPlane } from '#main/jobs/projector/plane';
import { exactNeighbours } from '#main/projection';

const quiet = { check: () => {}, progress: () => {} };
/** Rows whose columns are spread ever less, far from the origin. */
function rows(count: number, dimension: number, seed: number, away = 3): Float32Array {
  return stream(seed)
    .normal(count * dimension)
    .map((value, at) => value / (1 + (at % dimension)) + away);
}

describe('all nearest neighbours', () => {
  it('are those of all pairs, also over several blocks', async () => {
    const [count, k] = [9000, 12]; // more than one block of each kind
    const x = rows(count, 6, 1);
    const found = await allNeighbours(x, count, k, quiet);
    for (const row of [0, 1023, 1024, 8191, 8192, 8999]) {
      const order = [...Array(count).keys()]
        .filter((other) => other !== row)
        .map((other) => {
          let far = 0;
          for (let j = 0; j < 6; j++) far += (x[row * 6 + j]! - x[other * 6 + j]!) ** 2;
          return { other, far };
        })
        .sort((a, b) => a.far - b.far);
      const own = [...found.index.subarray(row * k, (row + 1) * k)];
      expect(own).toEqual(order.slice(0, k).map(({ other }) => other));
      expect(found.squared[row * k]!).toBeCloseTo(order[0]!.far, 5);
    }
  });

  it('stay exact far from the origin, and no row is its own neighbour, however many are the same', async () => {
    const x = rows(300, 5, 2, 1000);
    expect((await allNeighbours(x, 300, 7, quiet)).index).toEqual(exactNeighbours(x, 300, 7).index);
    const same = await allNeighbours(new Float32Array(40 * 3).fill(2), 40, 5, quiet);
    for (let row = 0; row < 40; row++) expect(same.index.subarray(row * 5, row * 5 + 5)).not.toContain(row);
  });

  it('stop when told to', async () => {
    const stop = { ...quiet, check: () => expect.fail('stopped') };
    await expect(allNeighbours(rows(50, 3, 1), 50, 5, stop)).rejects.toThrow('stopped');
  });
});

describe('the neighbours of one row', () => {
  // one far along the same direction, one near across it
  const x = Float32Array.from([1, 0, 10, 0, 0.5, 1, -1, 0]);
  it('are by direction for the cosine, by distance for the Euclidean', () => {
    expect([...nearestOf(x, 4, 0, 3, 'cosine').rows]).toEqual([1, 2, 3]);
    expect([...nearestOf(x, 4, 0, 3, 'euclidean').rows]).toEqual([2, 3, 1]);
    expect(nearestOf(x, 4, 0, 1, 'cosine').closeness[0]).toBeCloseTo(1, 6);
    expect(nearestOf(x, 4, 0, 1, 'euclidean').closeness[0]).toBeCloseTo(Math.hypot(0.5, 1), 6);
  });
});

describe('the principal plane', () => {
  it('is that of the eigenvectors, with their signs and shares', async () => {
    const x = { rows: 500, columns: 20, data: rows(500, 20, 3) };
    const fitted = pca(x);
    const exact = project(x, fitted, 2).data;
    const { positions, explained } = await principalPlane(x.data, 500, () => {});
    positions.forEach((value, at) => expect(value).toBeCloseTo(exact[at]!, 3));
    const total = fitted.variances.reduce((sum, value) => sum + value, 0);
    expect(explained[0]).toBeCloseTo(fitted.variances[0]! / total, 5);
    expect(explained[1]).toBeCloseTo(fitted.variances[1]! / total, 5);
  });
  it('of long vectors is the same as of their covariance', async () => {
    const x = { rows: 60, columns: 400, data: rows(60, 400, 4) };
    const exact = project(x, pca(x, 2), 2).data;
    const { positions } = await principalPlane(x.data, 60, () => {});
    positions.forEach((value, at) => expect(value).toBeCloseTo(exact[at]!, 3));
  });
  it('needs no two directions', async () => {
    const line = await principalPlane(Float32Array.from([1, 2, 3, 4]), 4, () => {});
    expect([...line.positions].map((value) => value + 0)).toEqual([-1.5, 0, -0.5, 0, 0.5, 0, 1.5, 0]);
    expect(line.explained).toEqual([1, 0]);
    const point = await principalPlane(new Float32Array(12).fill(7), 4, () => {});
    expect([...point.positions].every((value) => value === 0)).toBe(true);
  });
});

it('a picture never asks for more neighbours than there are others', () => {
  expect(neighboursOf({ method: 'tsne', perplexity: 30, steps: 10 }, 1000)).toBe(90);
  expect(neighboursOf({ method: 'tsne', perplexity: 30, steps: 10 }, 20)).toBe(19);
  expect(neighboursOf({ method: 'umap', neighbours: 15, minDist: 0.1, epochs: 5, seed: 1 }, 9)).toBe(8);
});
