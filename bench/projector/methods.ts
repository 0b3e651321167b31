/** How long each method of the projector takes, and how far its picture can be trusted: PCA, t-SNE, UMAP. */
import type { LayoutSettings } from '#app/records/projector';
import { type Moving, moving, neighboursOf } from '#main/jobs/projector/layout';
import { allNeighbours } from '#main/jobs/projector/nearest';
import { principalPlane } from '#main/jobs/projector/plane';
import { trustOf } from '#main/jobs/projector/quality';
import { vectors } from './cloud';
import type { CloudTimes, MethodTimes, Seconds } from './result';

const settings: LayoutSettings[] = [
  { method: 'tsne', perplexity: 30, steps: 1000 },
  { method: 'umap', neighbours: 15, minDist: 0.1, epochs: 200, seed: 1 },
];
const watch = { check: () => {}, progress: () => {} };
const turn = () => new Promise<void>((done) => setImmediate(done));

export async function timeMethods(points: number, dimension: number, say: (text: string) => void): Promise<CloudTimes> {
  const x = vectors(points, dimension);
  const trusted = (positions: ArrayLike<number>) =>
    trustOf({ data: x, dimension, count: points }, Float32Array.from(positions));
  const plane = await timed(() => principalPlane(x, points, watch.check));
  const { positions } = plane.result;
  const methods: MethodTimes[] = [{ method: 'pca', parts: { directions: plane.seconds }, trust: trusted(positions) }];
  say(told(methods[0]!));
  for (const one of settings) {
    const neighbours = neighboursOf(one, points);
    const found = await timed(() => allNeighbours(x, points, neighbours, watch));
    const picture = await timed(() => moving(one, found.result, positions, undefined, turn));
    const steps = await timed(() => finish(picture.result));
    const parts = { neighbours: found.seconds, weights: picture.seconds, steps: steps.seconds };
    const { y, total } = picture.result;
    methods.push({ method: one.method, parts, neighbours, steps: total, trust: trusted(y) });
    say(told(methods.at(-1)!));
  }
  return { points, dimension, methods };
}

async function finish(picture: Moving): Promise<void> {
  while (picture.done < picture.total) picture.step();
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: Seconds }> {
  const [begun, before] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: { wall: (performance.now() - begun) / 1000, cpu: (user + system) / 1e6 } };
}

function told({ method, parts, trust }: MethodTimes): string {
  const times = Object.entries(parts).map(
    ([name, { wall, cpu }]) => `${name} ${wall.toFixed(1)} s (CPU ${cpu.toFixed(1)} s)`,
  );
  const { trustworthiness, continuity, k, sample } = trust;
  const figures = `trustworthiness ${trustworthiness.toFixed(3)}, continuity ${continuity.toFixed(3)}`;
  return `  ${method.padEnd(5)} ${times.join(', ')}; ${figures} over ${k} neighbours of ${sample} points`;
}
