/** What the anomaly auto-encoder learns on generated tables and digits, and that its broken twins do not. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { recipeOf } from '#main/recipes';
import { normalClasses } from '#main/recipes/anomaly/normal-classes';
import type { ClassSpec } from '#main/recipes/data-spec';
import type { TestProject } from '#test/jobs/project';
import { tableProject, trainedRun } from '#test/jobs/tables';
import { cards } from '../../../../scripts/samples/cards.mjs';

/** Shop, country, hour and the ways of paying do not fit into two numbers. */
const wide = { bottleneck: 6, width: 64 };
/** Twin + ⅔ of the way to the faithful recipe: untrained 0.83, trained 0.99. */
const bar = 0.935;

const classes = (...names: [string, number][]): ClassSpec[] =>
  names.map(([name, trainCount]) => ({ name, trainCount }));

describe('which classes are normal', () => {
  it('those that the settings name', () => {
    expect(normalClasses('a, c', classes(['a', 1], ['b', 9], ['c', 1]))).toMatchObject({
      normal: [0, 2],
      oneClass: true,
    });
  });
  it('else the one whose name says so, however rare it is', () => {
    expect(normalClasses('', classes(['back.', 5], ['normal.', 1], ['smurf.', 50])).normal).toEqual([1]);
    expect(normalClasses('', classes(['2', 444], ['4', 239])).normal).toEqual([0]);
  });
  it('else the most frequent one', () => {
    expect(normalClasses('', classes(['cat', 5], ['dog', 50])).normal).toEqual([1]);
  });
  it('without labels, or with *, all rows are trained on, and that is said', () => {
    expect(normalClasses('', [])).toMatchObject({
      normal: [],
      oneClass: false,
      reason: expect.stringContaining('included'),
    });
    expect(normalClasses('*', classes(['ok', 1], ['bad', 1]))).toMatchObject({ normal: [0], oneClass: false });
  });
  it('a name that is no class is refused with the nearest one', () => {
    expect(() => normalClasses('norml', classes(['normal', 5], ['attack', 5]))).toThrow('did you mean normal?');
  });
});

vi.setConfig({ testTimeout: 240_000 });

describe('on made-up card payments', () => {
  let project: TestProject;
  beforeAll(async () => {
    project = await tableProject(cards(), { split: { validation: 0.15, test: 0.4 } });
  });
  afterAll(() => project.remove());
  const auroc = async (changes: Record<string, number | string>, seed = 1) =>
    (await (await trainedRun(project, 'anomaly-autoencoder', changes, seed)).figures('anomaly'))['auroc']!;

  it.each(['reconstruction', 'denoising', 'elbo', 'reconstruction-probability'])(
    'the score “%s” tells fraud from normal payments, over three seeds',
    async (score) => {
      for (const seed of [1, 2, 3]) expect(await auroc({ ...wide, score }, seed)).toBeGreaterThan(bar);
    },
  );
  it('the twins fail: untrained, and without a narrow middle', async () => {
    const { twins } = recipeOf('anomaly-autoencoder').description;
    for (const { set } of twins) expect(await auroc({ ...wide, ...(set as Record<string, number>) })).toBeLessThan(bar);
  });
  it('is measured beside PCA, kNN and an isolation forest, each with an interval that holds it', async () => {
    const { figures } = await trainedRun(project, 'anomaly-autoencoder', wide);
    const found = await figures('anomaly');
    for (const of of ['', '_pca', '_knn', '_isolation_forest'])
      for (const name of ['auroc', 'auprc', 'recall_at_1_percent_fpr']) {
        expect(found[`${name}${of}_low`]!, name + of).toBeLessThanOrEqual(found[`${name}${of}`]!);
        expect(found[`${name}${of}_high`]!, name + of).toBeGreaterThanOrEqual(found[`${name}${of}`]!);
      }
    // 95 % of the normal validation items lie below the threshold, so about 5 % of the normal test items above it.
    expect(found['false_alarm_share']!).toBeGreaterThan(0.02);
    expect(found['false_alarm_share']!).toBeLessThan(0.09);
  });
  it('more anomalies in training cost accuracy', async () => {
    const { figures } = await trainedRun(project, 'anomaly-autoencoder', wide);
    const found = await figures('contamination');
    expect(found['auroc_0_percent']!).toBeGreaterThan(found['auroc_5_percent']!);
  });
  it('training takes normal items alone: the figures of the normal rows standardise', async () => {
    const one = await auroc(wide);
    expect(await auroc({ ...wide, normal: 'normal' })).toBe(one);
    expect(await auroc({ ...wide, normal: '*' })).not.toBe(one);
  });
});
