/** Tiny tokenizers that scripts/tokenizer-fixtures.py made, with what the tokenizers library made of some texts. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unsafePattern } from '#main/data/text/patterns';
import { openTokenizer, readTokenizer } from '#main/data/text/tokenizer';

const folder = 'test/fixtures/tokenizers';
interface Expected {
  cases: { text: string; ids: number[]; tokens: string[]; decoded: string }[];
  pair: { ids: number[]; types: number[] };
}
const load = async (name: string) => ({
  tokenizer: await readTokenizer(join(folder, `${name}.json`)),
  json: JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')),
  expected: JSON.parse(await readFile(join(folder, `${name}.expected.json`), 'utf8')) as Expected,
});

describe.each(['wordpiece', 'byte-bpe'])('%s', (name) => {
  it('encodes and decodes as the reference does, accents, other scripts and emoji included', async () => {
    const { tokenizer, expected } = await load(name);
    for (const { text, ids, tokens, decoded } of expected.cases) {
      const encoded = tokenizer.encode(text);
      expect([...encoded.ids], text).toEqual(ids);
      expect(encoded.tokens, text).toEqual(tokens);
      expect(tokenizer.decode(encoded.ids), text).toBe(decoded);
    }
    const pair = tokenizer.encode('The fox', { pair: 'a dog' });
    expect([...pair.ids]).toEqual(expected.pair.ids);
    expect([...pair.segments]).toEqual(expected.pair.types);
  });

  it('knows its vocabulary in both directions', async () => {
    const { tokenizer } = await load(name);
    expect(tokenizer.vocabulary().size).toBe(tokenizer.size);
    for (const [token, id] of tokenizer.vocabulary()) {
      expect(tokenizer.token(id)).toBe(token);
      expect(tokenizer.id(token)).toBe(id);
    }
    expect(tokenizer.id('no such token')).toBeUndefined();
  });
});

it('every byte string comes back from byte-level pieces', async () => {
  const { tokenizer } = await load('byte-bpe');
  for (const text of ['plain', 'tab\tand\nline', '  spaces  ', 'Ünïcödé 日本 🙂', '\u0000\u0001']) {
    const { ids } = tokenizer.encode(text);
    expect(tokenizer.decode(ids)).toBe(text);
  }
});

it('letters that no token has are left out where there is none for the unknown, as the reference does', () => {
  const tokenizer = openTokenizer({ model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] } });
  expect([...tokenizer.encode('abxab').ids]).toEqual([2, 2]);
  expect([...tokenizer.encode('xyz').ids]).toEqual([]);
});

it('special tokens are added, left out and cut as asked', async () => {
  const { tokenizer } = await load('wordpiece');
  expect([...tokenizer.special.keys()]).toEqual(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']);
  expect(tokenizer.encode('the fox').tokens).toEqual(['[CLS]', 'the', 'fo', '##x', '[SEP]']);
  expect(tokenizer.encode('the fox', { special: false }).tokens).toEqual(['the', 'fo', '##x']);
  expect(tokenizer.encode('the fox', { limit: 2 }).tokens).toEqual(['[CLS]', 'the']);
  expect(tokenizer.decode(tokenizer.encode('the fox').ids, { special: true })).toContain('[CLS]');
  expect(tokenizer.decode([])).toBe('');
  expect(() => tokenizer.decode([9999])).toThrow('there is no token 9999; the vocabulary has 140');
});

describe('a file that cannot be used is refused with its name and the cause', () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'pretext-tokenizer-'));
  });
  afterAll(() => rm(home, { recursive: true }));
  const wordpiece = async (change: (json: Record<string, unknown>) => void) => {
    const { json } = await load('wordpiece');
    change(json);
    return JSON.stringify(json);
  };
  const model = { type: 'WordPiece', vocab: { a: 0 }, unk_token: 'a' };
  it.each<[string, unknown, string]>([
    ['nothing', '', 'it is not JSON'],
    ['a list', [], 'expected object'],
    ['no model', {}, 'model: '],
    ['an unknown model', { model: { ...model, type: 'Oracle' } }, 'must be one of WordPiece, BPE, Unigram, got Oracle'],
    ['a negative number', { model: { ...model, vocab: { a: -1 } } }, 'model.vocab.a'],
    [
      'two tokens with one number',
      { model: { ...model, vocab: { a: 0, b: 0 } } },
      '“a” and “b” have the same number 0',
    ],
    ['numbers beyond any vocabulary', { model: { ...model, vocab: { a: 1e15 } } }, 'model.vocab.a'],
    ['a list where a map must be', { model: { ...model, vocab: [['a', 0]] } }, 'must be a map'],
    ['no merges', { model: { type: 'BPE', vocab: { a: 0 } } }, 'a BPE model needs them'],
    [
      'merges of nothing',
      { model: { type: 'BPE', vocab: { a: 0 }, merges: ['a'] } },
      'model.merges[0] must be two tokens',
    ],
    ['merges to nothing', { model: { type: 'BPE', vocab: { a: 0 }, merges: ['a b'] } }, 'makes “ab”'],
    ['an unknown splitter', { model, pre_tokenizer: { type: 'Magic' } }, 'Unknown PreTokenizer type: Magic'],
    [
      'a pattern that never ends',
      { model, pre_tokenizer: { type: 'Split', pattern: { Regex: '(a+)+b' }, behavior: 'Isolated' } },
      'pre_tokenizer.pattern.Regex: the pattern repeats a group',
    ],
    [
      'a pattern that is none',
      { model, normalizer: { type: 'Replace', pattern: { Regex: '[' }, content: '' } },
      'not a usable',
    ],
    ['nesting', `${'{"normalizer":'.repeat(60)}null${'}'.repeat(60)}`, 'is nested deeper than 30 levels'],
  ])('%s', async (_, json, cause) => {
    const path = join(home, 'tokenizer.json');
    await writeFile(path, typeof json === 'string' ? json : JSON.stringify(json));
    await expect(readTokenizer(path)).rejects.toThrow(cause);
    await expect(readTokenizer(path)).rejects.toThrow(path);
  });

  it('a file that is not there', async () => {
    await expect(readTokenizer(join(home, 'none.json'))).rejects.toThrow('there is no such file');
  });

  it('a file from before 2020, without the kind of its model', async () => {
    const text = await wordpiece((json) => {
      delete (json['model'] as { type?: string }).type;
    });
    expect(openTokenizer(JSON.parse(text)).encode('the fox').tokens).toContain('fo');
  });
});

describe('patterns', () => {
  it.each([
    String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`, // GPT-2
    String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`, // Llama 3
    '(a|b)?c+',
    String.raw`\(a+\)+`,
    '[(+]+',
  ])('that tokenizers use are taken: %s', (pattern) => expect(unsafePattern(pattern)).toBeUndefined());
  it.each(['(a+)+', '(a*)*b', '(a|aa)+$', '((a+))+', '(?:x{2,})*', '(a{1,}){2,}', 'a'.repeat(6000)])(
    'that may never end are not: %s',
    (pattern) => expect(unsafePattern(pattern)).toBeDefined(),
  );
});
