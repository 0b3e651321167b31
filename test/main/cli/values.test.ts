import { describe, expect, it } from 'vitest';
import { number, oneOf, setting, settingsOf, settingValue, splitShares, written } from '#main/cli/values';
import { recipeOf } from '#main/recipes';

it.each([
  ['0.25', 0.25],
  ['1e-3', 1e-3],
  ['true', true],
  ['false', false],
  ['cosine', 'cosine'],
  ['', ''],
])('reads %j as %j', (text, value) => expect(settingValue(text)).toBe(value));

it('collects settings, the last of a name counting', () => {
  expect(setting('b=x=y', setting('a=1', setting('a=2')))).toEqual({ a: 1, b: 'x=y' });
  expect(() => setting('a')).toThrow('must be path=value');
});

it('a setting of text keeps what was written, also where it looks like a number', () => {
  const { fields } = recipeOf('anomaly-autoencoder').description;
  const pairs = written('normal=007', written('bottleneck=3'));
  expect(settingsOf(pairs, fields)).toEqual({ bottleneck: 3, normal: '007' });
  expect(recipeOf('anomaly-autoencoder').configure('tiny', settingsOf(pairs, fields)).issues).toEqual([]);
});

describe('shares of splits', () => {
  it.each([
    ['train=.9,test=.1', { validation: 0, test: 0.1 }],
    ['train=.8,validation=.1,test=.1', { validation: 0.1, test: 0.1 }],
    ['test=.2', { validation: 0, test: 0.2 }],
    ['train=.7,test=.1', { validation: 0.2, test: 0.1 }],
  ])('%s', (text, shares) => expect(splitShares(text)).toEqual(shares));
  it.each([['dev=.1'], ['train=2'], ['train=.9,test=.2'], ['train']])('%s is refused', (text) =>
    expect(() => splitShares(text)).toThrow(/must/),
  );
});

it('names the range of a number and the nearest of a few words', () => {
  expect(number({ min: 1, integer: true })('7')).toBe(7);
  expect(() => number({ min: 1, integer: true })('0')).toThrow('must be a whole number of at least 1, got “0”');
  expect(() => number({ min: 0, max: 1 })('x')).toThrow('must be a number from 0 to 1, got “x”');
  expect(() => oneOf(['tiny', 'small'])('tyny')).toThrow('must be one of tiny, small, got “tyny”. Did you mean tiny?');
});
