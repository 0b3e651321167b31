/** Laws of the parts about the projector: every figure that was measured is on the page, and a busy machine is owned to. */
import { describe, expect, it } from 'vitest';
import { latencyPage, projectorPage } from '../../bench/projector/page';
import type { CloudWindow, Measured, MethodTimes, ProjectorResult } from '../../bench/projector/result';

const measured = (busy: number): Measured => ({
  date: '2026-11-24T10:00:00.000Z',
  machine: { cpu: 'EPYC', cores: 2, node: 'v24' },
  busy,
});
const method = (name: MethodTimes['method'], wall: number, more: Partial<MethodTimes> = {}): MethodTimes => ({
  method: name,
  parts: { neighbours: { wall: 2, cpu: 3 }, steps: { wall: wall - 2, cpu: wall } },
  trust: { trustworthiness: 0.91, continuity: 0.87, k: 10, sample: 1000 },
  ...more,
});
const painter = (name: string, perSecond: number): CloudWindow => ({
  ...{ points: 100_000, width: 660.4, height: 716, painter: name },
  frames: [
    {
      ...{ act: 'pan', seconds: 10, frames: 10 * perSecond, perSecond, shownPerSecond: perSecond - 0.5 },
      ...{ interval: { p50: 16.7, p95: 17.2, p99: 33.3, max: 50 }, pageCpu: 5.25 },
    },
  ],
  brushing: {
    ...{ times: 50, selected: [350, 18_378] },
    drawn: { p50: 21.4, p95: 48, max: 70 },
    shown: { p50: 32, p95: 56, max: 80 },
  },
});
const result: ProjectorResult = {
  date: '2026-11-24T10:00:00.000Z',
  methods: {
    ...measured(0.02),
    ...{ points: 100_000, dimension: 64 },
    methods: [method('pca', 2.5), method('tsne', 412.3, { neighbours: 90, steps: 1000 })],
  },
  window: { ...measured(1.4), painters: [painter('pixels', 59.9), painter('webgl', 4.5)] },
};

describe('the part about the projector', () => {
  const page = projectorPage(result);
  it('has a row for each method with its time, its parts and its trust', () => {
    expect(page).toContain('## The projector at 100,000 points');
    expect(page).toContain('| t-SNE | 412.3 | 415.3 | 90 neighbours 2.0, 1000 steps 410.3 | 0.910 | 0.870 |');
    expect(page).toMatch(/\| PCA \| 2\.5 \|/);
  });
  it('has a row for each movement under each painter, and its brushing', () => {
    expect(page).toMatch(
      /stamps in an array of pixels, by the processor \| moving it \| 59\.9 \| 59\.4 \| 17, 17, 33 \| 5\.3 \|/,
    );
    expect(page).toMatch(/WebGL, its card played by the processor \| moving it \| 4\.5 \| 4\.0/);
    expect(page).toContain('350 to 18,378 points; from letting go to the frame that shows them 21 ms, p95 48 ms');
  });
  it('says when others had the machine, and when none had', () => {
    expect(page).toContain('**other programs had 1.4 cores when it began**');
    expect(page).toContain('nothing else at work');
  });
  it('leaves out a part that was not measured', () => {
    const { window: _, ...alone } = result;
    expect(projectorPage(alone)).not.toContain('frames a second');
    expect(projectorPage({ date: result.date, window: result.window! })).not.toContain('Trustworthiness');
  });
});

it('the part about the slider tells median, 95th percentile and the worst', () => {
  const spans = { p50: 31, p95: 92.1, max: 120 };
  const all = { p50: 81, p95: 219, max: 300 };
  const latent = { recipe: 'autoencoder', device: 'cpu', dimensions: 16, presses: 100, picture: spans, all };
  const page = latencyPage({ ...measured(0), latent });
  expect(page).toContain('| the picture of the code | 31 | 92 | 120 |');
  expect(page).toContain('16 dimensions, on the cpu');
});
