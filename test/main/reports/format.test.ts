import { describe, expect, it } from 'vitest';
import { bytes, duration, figure, metricTitle, setting, shortenPaths, whole } from '#main/reports/format';

describe('numbers of a report', () => {
  it('have three digits, thin-space thousands and a true minus', () => {
    expect([0.003651, 99.42, 14820, -1234.5, 0, 0.00002, 128, 150.25].map(figure)).toEqual([
      '0.00365',
      '99.4',
      '14\u2009820',
      '−1\u2009235',
      '0',
      '2e-5',
      '128',
      '150.3',
    ]);
    expect(figure(Number.NaN)).toBe('not a number');
    expect(whole(1_000_000)).toBe('1\u2009000\u2009000');
  });

  it('settings are told as they were given', () => {
    expect([0.002, 0.00025, 0.123456, 512, true, 'adam'].map(setting)).toEqual([
      '0.002',
      '2.5e-4',
      '0.123456',
      '512',
      'on',
      'adam',
    ]);
  });

  it('times and sizes carry their units', () => {
    expect([0.83, 42, 172, 3840].map(duration)).toEqual(['0.83 s', '42 s', '2 min 52 s', '1 h 4 min']);
    expect([999, 2_400_000].map(bytes)).toEqual(['999 B', '2.4 MB']);
  });

  it('metrics are read as words', () => {
    expect(['validation/mse', 'validation/codebook_perplexity', 'train/loss'].map(metricTitle)).toEqual([
      'MSE',
      'codebook perplexity',
      'loss',
    ]);
  });
});

describe('paths', () => {
  it('never tell whose machine it was', () => {
    expect(shortenPaths('from /home/yan/x.csv and /Users/yan/y, C:\\Users\\Yan Zhao\\z')).toBe(
      'from ~/x.csv and ~/y, ~\\z',
    );
    expect(shortenPaths('/data/homework/a')).toBe('/data/homework/a');
  });
});
