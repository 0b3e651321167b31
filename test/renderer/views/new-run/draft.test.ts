import { describe, expect, it } from 'vitest';
import {
  applies,
  changed,
  configOf,
  isBroken,
  rangeText,
  rebase,
  suggestName,
  switchTwin,
} from '#renderer/views/new-run/draft';
import { groupRecipes, matches } from '#renderer/views/new-run/recipe-groups';
import { recipeRecords } from '#test/dom/fake-recipes';

const recipe = recipeRecords()[0]!;
const field = (path: string) => recipe.fields.find((one) => one.path === path)!;

describe('settings over a preset', () => {
  it('a value that the preset has anyway is no change', () => {
    const changes = changed({}, field('codebookSize'), 'small', 512);
    expect(changes).toEqual({ codebookSize: 512 });
    expect(changed(changes, field('codebookSize'), 'small', 128)).toEqual({});
  });

  it('all fields have a value, changed or not', () => {
    const config = configOf(recipe, 'small', { codebookSize: 512 });
    expect(config['codebookSize']).toBe(512);
    for (const { path } of recipe.fields) expect(config[path]).toBeDefined();
  });

  it('another preset keeps the changes that still differ from it', () => {
    const other = recipe.fields.map((one) =>
      one.path === 'codebookSize' ? { ...one, presets: { ...one.presets, base: 512 } } : one,
    );
    expect(rebase({ codebookSize: 512, commitment: 1 }, other, 'base')).toEqual({ commitment: 1 });
  });

  it('a field is in force only while what it hangs on is, all the way up', () => {
    const base = field('codebookSize');
    const fields = [
      { ...base, path: 'a', kind: 'choice' as const },
      { ...base, path: 'b', kind: 'boolean' as const, when: { path: 'a', is: 'ema' } },
      { ...base, path: 'c', when: { path: 'b', is: true } },
    ];
    expect(applies(fields[2]!, fields, { a: 'ema', b: true })).toBe(true);
    expect(applies(fields[2]!, fields, { a: 'ema', b: false })).toBe(false);
    expect(applies(fields[2]!, fields, { a: 'gradient', b: true })).toBe(false);
  });
});

describe('breaking it on purpose', () => {
  const twin = recipe.twins[0]!;

  it('sets the fields of the twin, and mending puts the preset back', () => {
    const broken = switchTwin(twin, true, {}, recipe.fields, 'small');
    expect(broken).toEqual(twin.set);
    expect(isBroken(twin, configOf(recipe, 'small', broken))).toBe(true);
    expect(switchTwin(twin, false, broken, recipe.fields, 'small')).toEqual({});
  });

  it('leaves other changes alone', () => {
    expect(switchTwin(twin, true, { codebookSize: 64 }, recipe.fields, 'small')).toEqual({
      codebookSize: 64,
      ...twin.set,
    });
  });
});

describe('names', () => {
  it('say what was changed of what has a symbol, and are not taken', () => {
    expect(suggestName(recipe, {}, [])).toBe('vq-vae');
    expect(suggestName(recipe, { codebookSize: 512, restartUnused: false }, [])).toBe('vq-vae-k512');
    expect(suggestName(recipe, {}, ['vq-vae', 'vq-vae-2'])).toBe('vq-vae-3');
  });
});

it('ranges are told in words', () => {
  expect(rangeText(field('codebookSize'))).toBe('2 to 8192 codes, whole');
  expect(rangeText(field('restartUnused'))).toBe('on or off');
});

it('recipes keep the order they come in and are found by every word', () => {
  expect(groupRecipes(recipeRecords()).map(({ group }) => group)).toEqual(['Discrete latents', 'Auto-encoders']);
  expect(matches(recipe, 'vq oord')).toBe(true);
  expect(matches(recipe, 'vq hinton')).toBe(false);
  expect(matches(recipe, '')).toBe(true);
});
