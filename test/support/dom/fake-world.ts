/** What changes by itself in the fake program: a run that trains, an import that goes on. */
import type { AllHandlers, Fact, FactName, Reply } from '#app/contract';
import type { Dataset } from '#app/records/dataset';
import type { Job } from '#app/records/job';
import type { Preferences, Project } from '#app/records/project';
import type { Point, Preview, Run } from '#app/records/run';
import { blur, drawDigit, drawDigits, randomOf } from './digits';
import { datasetRecord, itemRecord, jobRecords, lossAt, projectRecord, runRecords, t0 } from './fake-records';

type Tell = <K extends FactName>(name: K, fact: Fact<K>) => void;

export interface FakeOptions {
  /** A project with nothing in it: the first run. */
  empty?: boolean;
  /** A first start: the sample is there, nothing has been trained. */
  fresh?: boolean;
  /** No project at all. */
  noProject?: boolean;
  theme?: Preferences['theme'];
  platform?: string;
  /** Answers of one test, instead of the generated ones. */
  handlers?: Partial<AllHandlers>;
}

export interface FakeState {
  project: Project | null;
  datasets: Dataset[];
  runs: Run[];
  jobs: Job[];
  preferences: Preferences;
}

export const stateOf = ({ empty, fresh, noProject, theme = 'system' }: FakeOptions): FakeState => {
  const bare = empty || noProject || fresh;
  return {
    project: noProject ? null : projectRecord('/home/ada/Pretext/lecture-7', 'Lecture 7 samples'),
    datasets: fresh
      ? [datasetRecord('d-glyphs', 'glyphs', { format: 'sample', sources: ['sample:glyphs'] })]
      : bare
        ? []
        : [
            datasetRecord('d-glyphs', 'glyphs', { version: 3, problemCount: 19 }),
            datasetRecord('d-mnist', 'mnist', { count: 60_000, format: 'idx', createdAt: t0 - 6e8 }),
          ],
    runs: bare ? [] : runRecords(),
    jobs: bare ? [] : jobRecords(),
    preferences: { theme, smoothing: 0.86, singleKeys: true, sidebar: 'full', language: 'en', lessons: {} },
  };
};

export type World = ReturnType<typeof makeWorld>;

export function makeWorld(state: FakeState, tell: Tell, { platform = 'linux' }: FakeOptions) {
  let next = 1;
  const id = (prefix: string) => `${prefix}-new${next++}`;
  const change = (run: Run, changes: Partial<Run>): Run => {
    Object.assign(run, changes);
    tell('run.changed', run);
    return run;
  };
  const put = (job: Job): Job => {
    state.jobs = [...state.jobs.filter((old) => old.id !== job.id), job];
    tell('job.changed', job);
    return job;
  };
  return {
    state,
    platform,
    id,
    change,
    put,
    tell,
    train(steps: number): void {
      const run = state.runs.find(({ status }) => status === 'running');
      if (!run) return;
      const to = Math.min(run.steps, run.step + steps);
      const points: Point[] = [];
      for (let step = run.step + 1; step <= to; step += 1) points.push(...pointsAt(step, run));
      tell('run.points', { run: run.id, points });
      if (Math.floor(to / 500) > Math.floor(run.step / 500)) {
        const step = Math.floor(to / 500) * 500;
        tell('run.event', {
          run: run.id,
          event: { time: Date.now(), step, level: 'validation', text: `mse ${lossAt(step, run.seed).toPrecision(3)}` },
        });
        tell('run.preview', { run: run.id, preview: previewAt(step, run.steps) });
      }
      const finished = to >= run.steps;
      change(run, {
        step: to,
        seconds: run.seconds + steps * 0.0188,
        ...(finished && { status: 'finished', endedAt: Date.now() }),
      });
      const job = state.jobs.find((one) => one.run === run.id && one.kind === 'train');
      if (job)
        put({
          ...job,
          status: finished ? 'finished' : 'running',
          progress: { ...job.progress, done: to },
          secondsLeft: (run.steps - to) * 0.0188,
        });
    },
    importStep(files: number): void {
      const job = state.jobs.find(({ kind, status }) => kind === 'import' && status === 'running');
      if (!job?.dataset) return;
      const done = Math.min(job.progress.total, job.progress.done + files);
      if (done < job.progress.total) return void put({ ...job, progress: { ...job.progress, done } });
      const dataset = datasetRecord(job.dataset, job.title.replace('Import of ', ''), { count: done, problemCount: 2 });
      state.datasets.push(dataset);
      tell('dataset.changed', dataset);
      put({
        ...job,
        status: 'finished',
        progress: { ...job.progress, done },
        message: `${done} images, 2 problems`,
        endedAt: Date.now(),
      });
    },
  };
}

/** What a run measures at a step. */
function pointsAt(step: number, run: Run): Point[] {
  const noise = 1 + 0.18 * (randomOf(step * 13 + run.seed)() - 0.5);
  const loss = lossAt(step, run.seed);
  const used = 20 * (1 - Math.exp(-step / 900));
  const train: Point[] = [
    { step, name: 'train/loss', value: loss * noise },
    { step, name: 'train/commitment', value: 0.1 * loss * noise },
    { step, name: 'train/learning_rate', value: 2e-3 * Math.min(1, step / 400) * (1 - (0.8 * step) / run.steps) },
  ];
  if (step % 500 !== 0) return step % 10 === 0 || step < 100 ? train : [];
  return [
    ...train,
    { step, name: 'validation/loss', value: loss * 1.04 },
    { step, name: 'validation/mse', value: loss * 0.9 },
    { step, name: 'validation/codebook_perplexity', value: used + 0.4 * noise },
    { step, name: 'validation/codebook_used_share', value: Math.min(0.92, 0.3 + step / 8000) },
  ];
}

/** The whole history of a run. */
export function metricsOf(run: Run, names: string[] | undefined): Reply<'runs.metrics'> {
  const all = new Map<string, [number[], number[]]>();
  for (let step = 1; step <= run.step; step += 1)
    for (const { name, value } of pointsAt(step, run)) {
      if (names && !names.includes(name)) continue;
      const [steps, values] = all.get(name) ?? all.set(name, [[], []]).get(name)!;
      steps.push(step);
      values.push(value);
    }
  return Object.fromEntries(
    [...all].map(([name, [steps, values]]) => [
      name,
      { steps: Float64Array.from(steps), values: Float64Array.from(values) },
    ]),
  );
}

export function previewAt(step: number, steps: number): Preview {
  const items = Array.from({ length: 8 }, (_, i) => ({ digit: itemRecord(i + 40).label, seed: i + 40 }));
  const input = drawDigits(items);
  const output = { ...input, pixels: new Uint8Array(input.pixels.length) };
  const error = { ...input, pixels: new Uint8Array(input.pixels.length) };
  items.forEach(({ digit, seed }, i) => {
    const out = blur(drawDigit(digit, seed % 40), 28, step / steps, step + i);
    output.pixels.set(out, i * 784);
    for (let at = 0; at < 784; at += 1)
      error.pixels[i * 784 + at] = Math.min(255, 2 * Math.abs((input.pixels[i * 784 + at] ?? 0) - (out[at] ?? 0)));
  });
  const sample = drawDigits(Array.from({ length: 8 }, (_, i) => ({ digit: (i * 7) % 10, seed: 900 + i })));
  return {
    step,
    rows: [
      { name: 'input', pictures: input },
      { name: 'output', pictures: output },
      { name: 'error', pictures: error },
      { name: 'sample', pictures: sample },
    ],
  };
}
