import { describe, expect, it } from 'vitest';
import { factsOf } from '#renderer/views/runs/facts';
import { factNamed, matches, parseQuery, problemOf, withoutTerm, withTerm } from '#renderer/views/runs/query';
import { recipeMap, vq } from './records';

const runs = [
  vq('vq-small', 0.004, { codebookSize: 64 }, { tags: ['no restart'] }),
  vq('vq-big', 0.03, { codebookSize: 256 }, { status: 'failed', pinned: true }),
  vq('other', 0.01, {}, { datasetName: 'mnist', note: 'Looks odd' }),
  vq('gone', 0.02, {}, { archived: true }),
];
const facts = factsOf(runs, recipeMap());
const found = (line: string) => runs.filter((run) => matches(run, parseQuery(line), facts)).map(({ id }) => id);

describe('reading the line', () => {
  it('terms know where they stand, so that one can be taken out', () => {
    const line = 'data:glyphs  mse<0.02 tag:"no restart"';
    const terms = parseQuery(line);
    expect(terms.map(({ key, op, values }) => [key, op, values])).toEqual([
      ['data', ':', ['glyphs']],
      ['mse', '<', ['0.02']],
      ['tag', ':', ['no restart']],
    ]);
    expect(withoutTerm(line, terms[1]!)).toBe('data:glyphs tag:"no restart"');
    expect(terms.map((term) => line.slice(term.start, term.end))).toEqual(line.split(/ +(?=[dmt])/));
  });

  it('commas part words, except inside quotes', () => {
    expect(parseQuery('status:done,failed tag:a,"b, c"').map(({ values }) => values)).toEqual([
      ['done', 'failed'],
      ['a', 'b, c'],
    ]);
  });

  it('a name with a dash is text, a dash before a term turns it round', () => {
    expect(parseQuery('vq-k128 -status:done -old').map(({ key, not, values }) => [key, not, values[0]])).toEqual([
      ['', false, 'vq-k128'],
      ['status', true, 'done'],
      ['', true, 'old'],
    ]);
  });

  it('a term that is added is found again, whatever is in it', () => {
    for (const value of ['glyphs', 'no restart', 'a,b'])
      expect(parseQuery(withTerm('x', 'tag', value))[1]?.values).toEqual([value]);
    expect(withTerm('status:done x -status:failed', 'status', 'failed')).toBe('x -status:failed status:failed');
  });
});

describe('filtering', () => {
  it('all terms must hold, any of the words of one will do', () => {
    expect(found('')).toEqual(['vq-small', 'vq-big', 'other']);
    expect(found('data:glyphs')).toEqual(['vq-small', 'vq-big']);
    expect(found('data:glyphs status:done')).toEqual(['vq-small']);
    expect(found('status:done,failed')).toEqual(['vq-small', 'vq-big', 'other']);
    expect(found('-status:failed')).toEqual(['vq-small', 'other']);
    expect(found('tag:"no restart"')).toEqual(['vq-small']);
  });

  it('numbers are compared: figures by their headline, settings by path or symbol', () => {
    expect(found('mse<0.02')).toEqual(['vq-small', 'other']);
    expect(found('validation/mse>=0.01')).toEqual(['vq-big', 'other']);
    expect(found('K>64')).toEqual(['vq-big', 'other']);
    expect(found('codebookSize=256')).toEqual(['vq-big']);
    expect(found('K!=256')).toEqual(['vq-small', 'other']);
  });

  it('text is looked for in name, tags and note, in any case', () => {
    expect(found('VQ')).toEqual(['vq-small', 'vq-big', 'other']); // the recipe of all three is vq-vae
    expect(found('vq-b')).toEqual(['vq-big']);
    expect(found('"looks odd"')).toEqual(['other']);
  });

  it('pinned and archived are yes or no; the archived are hidden unless spoken of', () => {
    expect(found('pinned:yes')).toEqual(['vq-big']);
    expect(found('pinned:no')).toEqual(['vq-small', 'other']);
    expect(found('archived:yes')).toEqual(['gone']);
    expect(found('archived:all')).toHaveLength(4);
    expect(found('archived:no')).toEqual(['vq-small', 'vq-big', 'other']);
  });

  it('a term that makes no sense is told and filters nothing', () => {
    expect(problemOf(parseQuery('nosuch:1')[0]!, facts)).toContain('nosuch');
    expect(problemOf(parseQuery('mse<small')[0]!, facts)).toContain('number');
    expect(problemOf(parseQuery('data:')[0]!, facts)).toContain('data:');
    expect(found('nosuch:1 mse<small data:')).toHaveLength(3);
    expect(problemOf(parseQuery('data:x')[0]!, facts)).toBeUndefined();
  });

  it('a name may be shortened', () => {
    expect(factNamed(facts, 'perp')?.id).toBe('metric:validation/codebook_perplexity');
    expect(factNamed(facts, 'learningr')?.id).toBe('set:learningRate');
    expect(factNamed(facts, 'zzz')).toBeUndefined();
  });
});
