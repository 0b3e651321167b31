import { describe, expect, it } from 'vitest';
import { comparisons, newestOf, plainFigures } from '#renderer/views/run/evaluation-words';
import { filterLog, logText, warningCount } from '#renderer/views/run/log';
import { figureTitle, figureUnit, metricPhrase, partsOf } from '#renderer/views/run/metric-words';
import { paceOf } from '#renderer/views/run/pace';
import { errorByClass, heated, milestones } from '#renderer/views/run/reconstructions';
import { chartLines, chartSpecs, isCount } from '#renderer/views/run/run-charts';
import { picturesOf, worstItems } from '#renderer/views/run/worst-items';

describe('metric names', () => {
  it('are a split and a figure, read as words with their unit', () => {
    expect(partsOf('validation/codebook_perplexity')).toEqual({ split: 'validation', figure: 'codebook_perplexity' });
    expect(partsOf('loss')).toEqual({ split: '', figure: 'loss' });
    expect(figureTitle('codebook_perplexity')).toBe('Codebook perplexity');
    expect(figureTitle('auroc_knn')).toBe('AUROC kNN');
    expect(figureTitle('nt_xent')).toBe('NT-Xent');
    expect(figureUnit('kl_nats')).toBe('nats');
    expect(metricPhrase('validation/mse')).toBe('squared error on validation');
  });
});

describe('charts of a run', () => {
  const names = ['train/mse', 'train/loss', 'validation/loss', 'train/learning_rate', 'validation/mse'];

  it('are one for each figure, the loss first, train before validation', () => {
    expect(chartSpecs(names).map(({ figure, metrics }) => [figure, metrics])).toEqual([
      ['loss', ['train/loss', 'validation/loss']],
      ['mse', ['train/mse', 'validation/mse']],
      ['learning_rate', ['train/learning_rate']],
    ]);
  });

  it('train is noisy in colour 1, validation has dots in colour 2; what has no points has no line', () => {
    const series = (name: string) =>
      name === 'train/mse' ? undefined : { steps: Float64Array.of(1, 2), values: Float64Array.of(3, 4) };
    const [loss, mse] = chartSpecs(names);
    expect(chartLines(loss!, 0, series, (steps) => steps).map(({ kind, colour }) => [kind, colour])).toEqual([
      ['noisy', 1],
      ['dots', 2],
    ]);
    expect(chartLines(mse!, 0, series, (steps) => steps)).toHaveLength(1);
  });

  it('a curve of whole numbers is a count, a share that has reached 1 is not', () => {
    expect(isCount(Float64Array.of(2, 0, 1, 0))).toBe(true);
    expect(isCount(Float64Array.of(2, 0.5))).toBe(false);
    expect(isCount(new Float64Array())).toBe(false);
    const whole = (name: string) =>
      chartLines(
        chartSpecs([name])[0]!,
        0,
        () => ({ steps: Float64Array.of(1), values: Float64Array.of(1) }),
        (x) => x,
      )[0]!.whole;
    expect([whole('train/restarted'), whole('validation/codebook_used_share')]).toEqual([true, false]);
  });

  it('x follows the unit', () => {
    const series = () => ({ steps: Float64Array.of(10, 20), values: Float64Array.of(1, 2) });
    const [line] = chartLines(chartSpecs(['train/loss'])[0]!, 0, series, (steps) => steps.map((step) => step / 10));
    expect(Array.from(line!.points.x)).toEqual([1, 2]);
  });
});

describe('the pace of a run', () => {
  it('leaves pauses out: two events of one step have nothing trained between them', () => {
    const events = [
      { step: 0, time: 0 },
      { step: 100, time: 10_000 },
      { step: 100, time: 70_000 }, // paused for a minute
      { step: 200, time: 80_000 },
    ];
    const pace = paceOf(events, 200, 20);
    expect(pace.secondsAt(50)).toBeCloseTo(5, 9);
    expect(pace.secondsAt(100)).toBeCloseTo(10, 9);
    expect(pace.secondsAt(150)).toBeCloseTo(15, 9);
    expect(pace.secondsAt(200)).toBeCloseTo(20, 9);
  });

  it('never runs backwards and ends at the seconds of the run', () => {
    const events = [0, 30, 20, 90, 60, 150].map((step, i) => ({ step, time: i * 1000 }));
    const pace = paceOf(events, 300, 33);
    let before = -1;
    for (let step = 0; step <= 300; step += 5) {
      expect(pace.secondsAt(step)).toBeGreaterThanOrEqual(before);
      before = pace.secondsAt(step);
    }
    expect(pace.secondsAt(300)).toBeCloseTo(33, 9);
  });

  it('without a log is the mean pace', () => {
    expect(paceOf([], 100, 50).secondsAt(10)).toBe(5);
    expect(paceOf([], 0, 0).secondsAt(10)).toBe(0);
  });
});

describe('the log', () => {
  const events = [
    { time: 1000, step: 1, level: 'info' as const, text: 'started on cpu' },
    { time: 2000, step: 500, level: 'validation' as const, text: 'mse 0.004' },
    { time: 3000, step: 500, level: 'warning' as const, text: '11 codes are dead' },
    { time: 4000, step: 600, level: 'error' as const, text: 'NaN' },
  ];

  it('is newest first and filtered by kind and by every word', () => {
    expect(filterLog(events, 'all', '').map(({ step }) => step)).toEqual([600, 500, 500, 1]);
    expect(filterLog(events, 'warnings', '').map(({ text }) => text)).toEqual(['NaN', '11 codes are dead']);
    expect(filterLog(events, 'all', 'DEAD 500').map(({ text }) => text)).toEqual(['11 codes are dead']);
    expect(warningCount(events)).toBe(2);
  });

  it('is saved oldest first, in UTC', () => {
    expect(logText(events).split('\n')[0]).toBe('1970-01-01T00:00:01.000Z\t1\tinfo\tstarted on cpu');
  });
});

describe('pictures over time', () => {
  it('are closer together where training is young, both ends among them', () => {
    const steps = Array.from({ length: 100 }, (_, i) => (i + 1) * 100);
    const chosen = milestones(steps, 5);
    expect(chosen).toHaveLength(5);
    expect([chosen[0], chosen[4]]).toEqual([100, 10_000]);
    for (let i = 2; i < 5; i++) expect(chosen[i]! - chosen[i - 1]!).toBeGreaterThan(chosen[i - 1]! - chosen[i - 2]!);
    expect(milestones([5, 6], 5)).toEqual([5, 6]);
  });

  it('errors are drawn as heat: none is black, the largest is light', () => {
    const { pixels, channels } = heated({ count: 1, height: 1, width: 2, channels: 1, pixels: Uint8Array.of(0, 255) });
    expect([channels, ...pixels]).toEqual([3, 0, 0, 0, 255, 255, 204]);
  });
});

describe('evaluations', () => {
  const evaluation = (createdAt: number, tables: object) => ({
    id: `e-${createdAt}aaa`,
    run: 'r-1aaa',
    evaluation: 'reconstruction',
    step: 1,
    dataset: 'd-1aaa',
    split: 'test' as const,
    n: 2,
    figures: {},
    tables: tables as never,
    seconds: 1,
    createdAt,
  });

  it('the error of each class comes from the newest that has such a table', () => {
    const table = (value: number) => ({ by_class: { columns: ['class', 'n', 'mse'], rows: [['zero', 5, value]] } });
    expect(errorByClass([evaluation(1, table(0.1)), evaluation(3, {}), evaluation(2, table(0.2))])).toMatchObject({
      names: ['zero'],
      values: [0.2],
    });
    expect(errorByClass([])).toBeUndefined();
  });

  it('figures stand beside the baselines measured with them', () => {
    const figures = { n: 10, accuracy: 0.9, accuracy_raw: 0.8, accuracy_random_init: 0.7 };
    expect(comparisons(figures)).toEqual([
      {
        name: 'accuracy',
        rows: [
          { label: 'this run', value: 0.9, own: true },
          { label: 'raw input', value: 0.8, own: false },
          { label: 'untrained model', value: 0.7, own: false },
        ],
      },
    ]);
    expect(plainFigures(figures)).toEqual([['n', 10]]);
    expect(comparisons({ ...figures, accuracy_chance: 0.1 })[0]?.chance).toBe(0.1);
    expect(plainFigures({ ...figures, accuracy_chance: 0.1 })).toEqual([['n', 10]]);
  });

  it('of several of one kind and split the newest stands first, the others are earlier', () => {
    const [old, fresh] = [evaluation(1, {}), evaluation(2, {})];
    const other = { ...evaluation(1, {}), split: 'validation' as const };
    expect(newestOf([old, other, fresh])).toEqual({ newest: [fresh, other], earlier: [old] });
  });

  it('worst items are those that a table names by item', () => {
    const table = { columns: ['item', 'class', 'mse'], rows: [[412, 'zero', 0.3]] };
    expect(worstItems({ tables: { worst: table } as never })).toEqual([{ item: 412, label: 'zero', error: 0.3 }]);
    const old = { columns: ['position in split', 'class', 'mse'], rows: [[4, 'zero', 0.3]] };
    expect(worstItems({ tables: { worst: old } as never })).toEqual([]);
    expect(worstItems({ tables: {} })).toEqual([]);
  });

  it('what a head gives back becomes pictures: channels last, 0 to 255', () => {
    const values = [{ item: '4', label: 'a', y: [[[0, 1]], [[0.5, 2]], [[-1, 1]]] }];
    expect(picturesOf(values, [3, 1, 2])).toEqual({
      count: 1,
      height: 1,
      width: 2,
      channels: 3,
      pixels: Uint8Array.of(0, 128, 0, 255, 255, 255),
    });
    expect(picturesOf(values, [6])).toBeUndefined();
    expect(picturesOf([{ item: '4' }], [1, 1, 2])).toBeUndefined();
  });
});
