import { describe, expect, it } from 'vitest';
import { csv, fileName, linesCsv, resolveVariables } from '#renderer/charts/save';
import { points } from '#renderer/charts/series';

describe('what leaves a chart', () => {
  it('quotes what CSV must quote', () => {
    expect(
      csv([
        ['a', 'b,c', 'say "x"'],
        [1, undefined, true],
      ]),
    ).toBe('a,"b,c","say ""x"""\r\n1,,true\r\n');
  });

  it('carries every raw point in full precision', () => {
    const line = { id: 't', label: 'train', colour: 1, kind: 'noisy' as const, points: points([1, 2], [1 / 3, 0.25]) };
    expect(linesCsv([line], 'step')).toBe(`step,line,value\r\n1,train,${1 / 3}\r\n2,train,0.25\r\n`);
  });

  it('keeps its colours where there are no tokens', () => {
    expect(resolveVariables('stroke="var(--c1)" fill="var(--bg-panel)"', (name) => `<${name}>`)).toBe(
      'stroke="<--c1>" fill="<--bg-panel>"',
    );
  });

  it('has a file name that every system takes', () => {
    expect([fileName('Codebook perplexity'), fileName('a/b: c?'), fileName('损失'), fileName('??')]).toEqual([
      'codebook-perplexity',
      'a-b-c',
      '损失',
      'chart',
    ]);
  });
});
