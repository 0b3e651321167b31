/** The parts of docs/bench.md about the projector and the explorer of latent dimensions. */
import type { CloudWindow, LatencyResult, Measured, MethodTimes, ProjectorResult, Spans } from './result';

const METHODS = { pca: 'PCA', tsne: 't-SNE', umap: 'UMAP' } as const;
const PAINTERS: Record<string, string> = {
  pixels: 'stamps in an array of pixels, by the processor',
  webgl: 'WebGL, its card played by the processor',
};

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const rows = (head: readonly string[], body: readonly (readonly string[])[]): string =>
  [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
const thousands = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
const ms = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const spansOf = ({ p50, p95, max }: Spans): string => `${ms(p50)} ms, p95 ${ms(p95)} ms, at most ${ms(max)} ms`;

/** When, where, and what else was at work. */
function where({ date, machine, busy }: Measured): string {
  const cores = `${machine.cores} ${machine.cores === 1 ? 'core' : 'cores'}`;
  const others = busy < 0.1 ? 'nothing else at work' : `**other programs had ${busy.toFixed(1)} cores when it began**`;
  return `${date.slice(0, 10)}, ${machine.cpu}, ${cores}, ${others}`;
}

export function projectorPage({ window, methods }: ProjectorResult): string {
  const points = methods?.points ?? window?.painters[0]?.points ?? 0;
  return [
    `## The projector at ${thousands(points)} points`,
    ...(methods ? methodsPart(methods) : []),
    ...(window ? windowPart(window, window.painters) : []),
  ].join('\n\n');
}

function methodsPart(methods: NonNullable<ProjectorResult['methods']>): string[] {
  const { points, dimension } = methods;
  return [
    `**Methods** (\`npm run bench -- projector methods\`; ${where(methods)}). ${thousands(points)} made vectors of ` +
      `${dimension} numbers in 20 clusters of three spreads; neighbours are exact. Trustworthiness and continuity are ` +
      'taken over the nearest 10 of 1,000 points drawn by chance. CPU seconds swell too when others work beside it, but less than those of the clock.',
    rows(
      ['method', 'seconds', 'CPU seconds', 'of which', 'trustworthiness', 'continuity'],
      methods.methods.map(methodRow),
    ),
  ];
}

function methodRow({ method, parts, neighbours, steps, trust }: MethodTimes): string[] {
  const times = Object.entries(parts);
  const sum = (of: 'wall' | 'cpu') => times.reduce((total, [, seconds]) => total + seconds[of], 0);
  const word = (name: string) =>
    name === 'neighbours' ? `${neighbours} neighbours` : name === 'steps' ? `${steps} steps` : name;
  return [
    METHODS[method],
    sum('wall').toFixed(1),
    sum('cpu').toFixed(1),
    times.map(([name, { wall }]) => `${word(name)} ${wall.toFixed(1)}`).join(', '),
    trust.trustworthiness.toFixed(3),
    trust.continuity.toFixed(3),
  ];
}

const ACTS: Record<string, string> = { pan: 'moving it', zoom: 'coming nearer and back', hover: 'pointing at points' };

function windowPart(measured: Measured, painters: readonly CloudWindow[]): string[] {
  const frames = painters.flatMap((one) =>
    one.frames.map(({ act, perSecond, shownPerSecond, interval, pageCpu }) => [
      PAINTERS[one.painter] ?? one.painter,
      ACTS[act] ?? act,
      perSecond.toFixed(1),
      shownPerSecond.toFixed(1),
      `${ms(interval.p50)}, ${ms(interval.p95)}, ${ms(interval.p99)}`,
      ms(pageCpu),
    ]),
  );
  const [first] = painters;
  return [
    `**In the real window** (\`npm run bench -- projector window\`; ${where(measured)}). ` +
      `${thousands(first?.points ?? 0)} points drawn, all of them, on ${Math.round(first?.width ?? 0)} × ` +
      `${Math.round(first?.height ?? 0)} pixels of a display without a graphics card. Frames are the page's animation ` +
      'frames, and beside them what the compositor put on the screen; the display gives 60.',
    rows(
      ['drawn by', 'while', 'frames a second', 'on the screen', 'between two, ms: median, p95, p99', 'page’s CPU, ms'],
      frames,
    ),
    ...painters.map(
      ({ painter, brushing: { times, selected, drawn, shown } }) =>
        `Brushing with ${PAINTERS[painter] ?? painter}: ${times} lassos around ${selected.map(thousands).join(' to ')} ` +
        `points; from letting go to the frame that shows them ${spansOf(drawn)}; to the screen, as Event Timing tells ` +
        `it, ${spansOf(shown)}.`,
    ),
  ];
}

export function latencyPage(result: LatencyResult): string {
  const { latent } = result;
  return [
    '## From a slider to its picture',
    `\`npm run bench -- latency\`; ${where(result)}. ${latent.recipe}, tiny, of the sample digits: ` +
      `${latent.dimensions} dimensions, on the ${latent.device}. ${latent.presses} steps of a slider in the real window, ` +
      'from the key to the end of the frame that shows what came of it.',
    rows(
      ['', 'median, ms', 'p95, ms', 'at most, ms'],
      [
        ['the picture of the code', ...figures(latent.picture)],
        ['the sheet of traversals and the plane of the walk', ...figures(latent.all)],
      ],
    ),
  ].join('\n\n');
}

const figures = ({ p50, p95, max }: Spans): string[] => [p50, p95, max].map(ms);
