/** What is read from names alone: natural order, classes and splits from paths, names inside archives, CSV rows. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabelTable } from '#main/data/labels';
import { naturalCompare } from '#main/data/natural';
import { arrange, isIdxName, isLitter } from '#main/data/paths';
import { harmless } from '#main/data/zip';
import { temporary } from './make';

describe('natural order', () => {
  it('puts numbers by their value', () => {
    const names = ['a10.png', 'a2.png', 'a02.png', 'b1', 'a', '图10', '图9', 'a2b10', 'a2b9'];
    expect(names.sort(naturalCompare)).toEqual([
      'a',
      'a02.png',
      'a2.png',
      'a2b9',
      'a2b10',
      'a10.png',
      'b1',
      '图9',
      '图10',
    ]);
  });

  it('is a total order: antisymmetric, transitive, and zero only for equal names', () => {
    const name = fc
      .array(fc.constantFrom('a', 'b', '0', '1', '9', '.', '00', '10'), { maxLength: 6 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(name, name, name, (a, b, c) => {
        expect(Math.sign(naturalCompare(a, b))).toBe(-Math.sign(naturalCompare(b, a)) + 0);
        expect(naturalCompare(a, b) === 0).toBe(a === b);
        if (naturalCompare(a, b) < 0 && naturalCompare(b, c) < 0) expect(naturalCompare(a, c)).toBeLessThan(0);
      }),
      { seed: 7, numRuns: 2000 },
    );
  });
});

describe('classes and splits from paths', () => {
  const told = (...names: string[]): (string | undefined)[][] =>
    arrange(names.map((name) => ({ name, where: name, open: () => Promise.reject(new Error('not opened')) }))).map(
      ({ className, split }) => [className, split],
    );

  it('takes the first folder as the class, whatever lies below', () => {
    expect(told('cat/1.png', 'cat/more/2.png', 'dog/3.png')).toEqual([
      ['cat', undefined],
      ['cat', undefined],
      ['dog', undefined],
    ]);
  });
  it('passes over folders that all share', () => {
    expect(told('data/all/cat/1.png', 'data/all/dog/2.png')).toEqual([
      ['cat', undefined],
      ['dog', undefined],
    ]);
  });
  it('takes a single folder as the single class', () => {
    expect(told('cat/1.png', 'cat/2.png')).toEqual([
      ['cat', undefined],
      ['cat', undefined],
    ]);
  });
  it('gives no class to pictures beside the folders', () => {
    expect(told('1.png', 'cat/2.png')).toEqual([
      [undefined, undefined],
      ['cat', undefined],
    ]);
  });
  it('takes folder names as splits only when every picture lies in one', () => {
    expect(told('train/1.png', 'Test/2.png')).toEqual([
      [undefined, 'train'],
      [undefined, 'test'],
    ]);
    expect(told('train/1.png', 'plane/2.png')).toEqual([
      ['train', undefined],
      ['plane', undefined],
    ]);
  });
});

it('knows IDX files by their names, and what systems leave behind', () => {
  for (const name of ['train-images-idx3-ubyte.gz', 'train-labels.idx1-ubyte', 'x.idx', 'emnist-images-idx3-ubyte'])
    expect(isIdxName(name)).toBe(true);
  for (const name of ['a.png', 'archive.gz', 'idx.txt']) expect(isIdxName(name)).toBe(false);
  for (const name of ['.DS_Store', '__MACOSX/a/._1.png', 'a/Thumbs.db', 'a/.git/x.png'])
    expect(isLitter(name)).toBe(true);
  for (const name of ['a/b.png', 'a.b/c.png']) expect(isLitter(name)).toBe(false);
});

it('keeps names inside their archive', () => {
  expect(harmless('../../etc/x.png')).toBe('etc/x.png');
  expect(harmless('..\\..\\a\\./b.png')).toBe('a/b.png');
  expect(harmless('C:\\a\\b.png')).toBe('a/b.png');
  expect(harmless('/abs/x.png')).toBe('abs/x.png');
});

describe('a labels table', () => {
  const table = (text: string): Promise<LabelTable> => {
    const path = join(temporary(), 'labels.csv');
    writeFileSync(path, text);
    return LabelTable.read(path);
  };

  it('reads quotes, doubled quotes, line breaks in quotes, a byte-order mark and a heading', async () => {
    const labels = await table('\ufefffilename,label\r\n"a, b.png","say ""hi"""\n\nc.png,"two\nlines"\nd.png, plain ');
    expect(['a, b.png', 'c.png', 'd.png', 'filename'].map((name) => labels.labelOf(name))).toEqual([
      'say "hi"',
      'two\nlines',
      'plain',
      undefined,
    ]);
  });

  it('finds a file by its bare name only where that is unambiguous', async () => {
    const labels = await table('a/1.png,x\nb/1.png,y\nb/2.png,z');
    expect(['a/1.png', 'c/1.png', 'deep/2.png'].map((name) => labels.labelOf(name))).toEqual(['x', undefined, 'z']);
  });

  it('says what is wrong with the file', async () => {
    await expect(table('1.png\n2.png')).rejects.toThrow(/Row 1 of .*labels\.csv has one column/);
    await expect(table('')).rejects.toThrow(/holds no rows/);
    await expect(LabelTable.read('/nowhere/labels.csv')).rejects.toThrow(
      /labels file \/nowhere\/labels\.csv cannot be read: it does not exist/,
    );
  });
});
