import { describe, expect, it } from 'vitest';
import type { Run } from '#app/records/run';
import { chosenFacts, exportRows, fitColumns } from '#renderer/views/runs/columns';
import { bestRuns, factsOf, variedSettings } from '#renderer/views/runs/facts';
import { isGroup, makeRows, parseSorting, sortRuns, writeSorting } from '#renderer/views/runs/rows';
import { recipeMap, vq } from './records';

const a = vq('a', 0.004, { codebookSize: 64 });
const b = vq('b', 0.03, { codebookSize: 256 });
const pinned = vq('pinned', 0.01, {}, { pinned: true });
const other = vq('other', 0.001, {}, { dataset: 'd-mnist', datasetName: 'mnist' });
const bare: Run = { ...vq('bare', 1), metrics: {} };
const runs = [a, b, pinned, other, bare];
const facts = factsOf(runs, recipeMap());
const mse = facts.find(({ id }) => id === 'metric:validation/mse')!;
const words = {
  title: () => 'VQ-VAE',
  icon: () => 'codebook',
  headline: (run: Run) => ({ metric: 'mse', value: run.metrics['validation/mse']?.best }),
};

describe('sorting', () => {
  it('runs without the value come last, up or down', () => {
    expect(sortRuns(runs, mse, false).map(({ id }) => id)).toEqual(['other', 'a', 'pinned', 'b', 'bare']);
    expect(sortRuns(runs, mse, true).map(({ id }) => id)).toEqual(['b', 'pinned', 'a', 'other', 'bare']);
  });

  it('names are sorted as people count', () => {
    const named = ['k10', 'k9'].map((name) => vq(name, 1));
    const name = facts.find(({ id }) => id === 'name')!;
    expect(sortRuns(named, name, false).map((run) => run.name)).toEqual(['k9', 'k10']);
  });

  it('an address gives back the sorting that was written, and none for the usual one', () => {
    for (const sorting of [
      { by: 'step', down: true },
      { by: 'metric:validation/mse', down: false },
    ])
      expect(parseSorting(writeSorting(sorting))).toEqual(sorting);
    expect(writeSorting(parseSorting(undefined))).toBeUndefined();
  });
});

describe('grouping', () => {
  it('the pinned come first and only there; a group tells the median of its runs', () => {
    const rows = makeRows([a, b, pinned], 'recipe', new Set(), words);
    expect(rows.map((row) => (isGroup(row) ? row.title : row.id))).toEqual(['Pinned', 'pinned', 'VQ-VAE', 'a', 'b']);
    expect(rows.filter(isGroup).map(({ median }) => median)).toEqual([undefined, 0.017]);
  });

  it('a folded group keeps its head and its count', () => {
    const rows = makeRows([a, other], 'data', new Set(['data:glyphs']), words);
    expect(rows.map((row) => (isGroup(row) ? `${row.title} ${row.count}` : row.id))).toEqual([
      'Glyphs 1',
      'Mnist 1',
      'other',
    ]);
  });

  it('no median is told of values that are not of one figure', () => {
    let turn = 0;
    const mixed = { ...words, headline: () => ({ metric: `figure ${turn++}`, value: 1 }) };
    expect(makeRows([a, b], 'recipe', new Set(), mixed).filter(isGroup)[0]?.median).toBeUndefined();
  });

  it('a run is the very record that was given, so that its row need not be drawn again', () => {
    expect(makeRows([a], 'none', new Set(), words)[0]).toBe(a);
  });
});

describe('the best', () => {
  it('is sought among runs on the same data only, and a lone run beats nobody', () => {
    expect([...bestRuns(mse, runs)]).toEqual(['a']);
    expect([...bestRuns({ ...mse, better: 'more' }, runs)]).toEqual(['b']);
    expect(bestRuns({ ...mse, better: undefined }, runs).size).toBe(0);
    expect(bestRuns(mse, [other]).size).toBe(0);
  });

  it('is shared by equals, unless half of the runs share it', () => {
    expect([...bestRuns(mse, [a, { ...a, id: 'twin' }, b, pinned])]).toEqual(['a', 'twin']);
    expect(bestRuns(mse, [a, { ...a, id: 'twin' }, b]).size).toBe(0);
  });
});

describe('columns', () => {
  it('settings are shown where two runs of one recipe differ in them', () => {
    expect(variedSettings([a, b])).toEqual(['codebookSize']);
    expect(variedSettings([a])).toEqual([]);
    const shown = chosenFacts(facts, runs, {}).map(({ id }) => id);
    expect(shown).toContain('set:codebookSize');
    expect(shown).not.toContain('set:commitment');
    expect(shown).toContain('data'); // two data sets
  });

  it('the choice of the user goes before the usual', () => {
    const choice = { 'set:commitment': true, step: false };
    const shown = chosenFacts(facts, runs, choice).map(({ id }) => id);
    expect(shown).toContain('set:commitment');
    expect(shown).not.toContain('step');
  });

  it('what does not fit is dropped from the right', () => {
    const shown = chosenFacts(facts, runs, {});
    const wide = fitColumns(shown, 5000);
    expect(wide).toHaveLength(shown.length);
    const narrow = fitColumns(shown, 700);
    expect(narrow.length).toBeLessThan(shown.length);
    expect(narrow.map(({ fact }) => fact)).toEqual(shown.slice(0, narrow.length));
  });

  it('an export has every run in full, with an empty cell where it has no value', () => {
    const [head, ...body] = exportRows([a, bare]);
    const cell = (row: number, name: string) => body[row]?.[head?.indexOf(name) ?? -1];
    expect(body).toHaveLength(2);
    expect(cell(0, 'validation/mse best')).toBe(0.004);
    expect(cell(0, 'codebookSize')).toBe(64);
    expect(cell(1, 'validation/mse best')).toBeUndefined();
    expect(new Set(head).size).toBe(head?.length);
  });
});
