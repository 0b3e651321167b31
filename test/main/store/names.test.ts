import { describe, expect, it } from 'vitest';
import { id } from '#app/records/common';
import { newId, resolve } from '#main/store/names';
import { editDistance, nearest } from '#main/store/nearest';

const runs = [
  { id: 'r-7k3f9x', name: 'codes 64' },
  { id: 'r-7k9aaa', name: 'codes 128' },
  { id: 'r-b2c3d4', name: 'twin' },
  { id: 'r-c00000', name: 'twin' },
];
const datasets = [
  { id: 'd-zzzz22', name: 'digits', version: 2 },
  { id: 'd-zzzz11', name: 'digits', version: 1 },
];

it('makes ids that the contract takes and that differ', () => {
  const ids = Array.from({ length: 1000 }, () => newId('r'));
  for (const one of ids) expect(id.safeParse(one).success).toBe(true);
  expect(new Set(ids).size).toBe(1000);
});

describe('a record is named by', () => {
  it.each([
    ['its id', 'r-b2c3d4', 'r-b2c3d4'],
    ['an unambiguous beginning', 'r-7k3', 'r-7k3f9x'],
    ['a beginning without the letter of its kind', 'b2c', 'r-b2c3d4'],
    ['its exact name', 'codes 128', 'r-7k9aaa'],
    ['the word last: the newest', 'last', 'r-7k3f9x'],
  ])('%s', (_, word, expected) => expect(resolve('run', word, runs)).toBe(expected));

  it('its name for the newest version of a data set, name@version for an older one', () => {
    expect(resolve('data set', 'digits', datasets)).toBe('d-zzzz22');
    expect(resolve('data set', 'digits@1', datasets)).toBe('d-zzzz11');
  });
});

describe('a name that does not name one record is refused', () => {
  it('with all that it could mean', () => {
    expect(() => resolve('run', 'r-7k', runs)).toThrow(/must name one run, but it names 2: r-7k3f9x .*, r-7k9aaa/);
    expect(() => resolve('run', 'twin', runs)).toThrow(/names 2: r-b2c3d4 .*, r-c00000/);
  });
  it('with the nearest when it is a slip', () => {
    expect(() => resolve('run', 'code 64', runs)).toThrow(
      expect.objectContaining({ kind: 'usage', advice: expect.stringContaining('nearest: r-7k3f9x (codes 64)') }),
    );
  });
  it('with what to do when there is nothing yet', () => {
    expect(() => resolve('run', 'last', [])).toThrow(
      expect.objectContaining({ advice: expect.stringContaining('pretext train') }),
    );
  });
});

it('counts edits as Levenshtein does', () => {
  expect(editDistance('kitten', 'sitting')).toBe(3);
  expect(editDistance('', 'abc')).toBe(3);
  expect(editDistance('same', 'same')).toBe(0);
});

it('puts the nearest word first and leaves strangers out', () => {
  expect(nearest('liner-prob', ['knn', 'linear-probe', 'reconstruction'])[0]).toBe('linear-probe');
  expect(nearest('xyz', ['linear-probe', 'reconstruction'])).toEqual([]);
});
