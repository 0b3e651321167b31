/** What a tokenizer.json must be before anything in it is used: a file may come from anywhere. */
import { z } from 'zod';
import { unsafePattern } from './patterns';

/** The largest of real vocabularies, of 2026, has 262,144 tokens. */
const mostTokens = 2_000_000;
const id = z.int().min(0).max(mostTokens);
const text = z.string().max(10_000);
/** Normalizers, splitters, decoders: each has its own settings, which the library knows. */
const part = z.looseObject({ type: z.string() }).nullish();

const file = z.looseObject({
  added_tokens: z
    .array(z.looseObject({ id, content: text.min(1), special: z.boolean().optional() }))
    .max(100_000)
    .nullish(),
  normalizer: part,
  pre_tokenizer: part,
  post_processor: part,
  decoder: part,
  model: z.looseObject({
    type: z.string().optional(),
    unk_token: text.nullish(),
    unk_id: id.nullish(),
    vocab: z.union([
      z.record(z.string(), id),
      z.array(z.tuple([text, z.number().refine(Number.isFinite)])).max(mostTokens),
    ]),
    merges: z
      .array(z.union([z.string(), z.tuple([z.string(), z.string()])]))
      .max(2 * mostTokens)
      .optional(),
  }),
});
export type TokenizerFile = z.output<typeof file>;

/** The library's own words; “Legacy” models of it have no rules to split a text by. */
const models = ['WordPiece', 'BPE', 'Unigram'];
/** Real files have five levels. */
const deepest = 30;

/** @throws Error that says what is wrong with the file */
export function checkTokenizerFile(json: unknown): TokenizerFile {
  checkTree(json, '', 0);
  const read = file.safeParse(json);
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue!.path.join('.');
    throw new Error(`${where === '' ? 'it' : where.slice(0, 100)}: ${issue!.message}`);
  }
  const { model } = read.data;
  const type = model.type ?? typeOf(model);
  if (!models.includes(type)) throw new Error(`model.type must be one of ${models.join(', ')}, got ${type}`);
  if (Array.isArray(model.vocab) !== (type === 'Unigram'))
    throw new Error(`model.vocab of a ${type} model must be ${type === 'Unigram' ? 'a list' : 'a map'}`);
  if (type === 'BPE' && !model.merges) throw new Error('model.merges: a BPE model needs them');
  if (!Array.isArray(model.vocab)) expectOnce(model.vocab);
  checkMerges(model);
  return { ...read.data, model: { ...model, type } };
}

/** Files before 2020 do not name the kind of their model. */
const typeOf = ({ vocab, merges }: TokenizerFile['model']): string =>
  Array.isArray(vocab) ? 'Unigram' : merges ? 'BPE' : 'WordPiece';

function expectOnce(vocab: Record<string, number>): void {
  const seen = new Map<number, string>();
  for (const [token, number] of Object.entries(vocab)) {
    const other = seen.get(number);
    if (other !== undefined)
      throw new Error(
        `model.vocab: “${other.slice(0, 40)}” and “${token.slice(0, 40)}” have the same number ${number}`,
      );
    seen.set(number, token);
  }
}

function checkMerges({ merges = [], vocab }: TokenizerFile['model']): void {
  for (const [at, merge] of merges.entries()) {
    const [left, right, more] = typeof merge === 'string' ? merge.split(' ') : merge;
    if (!left || !right || more !== undefined) throw new Error(`model.merges[${at}] must be two tokens`);
    if (!Object.hasOwn(vocab, left + right))
      throw new Error(`model.merges[${at}] makes “${(left + right).slice(0, 40)}”, which model.vocab does not have`);
  }
}

/** Nesting, and every pattern wherever it stands. The vocabulary is passed over: it is large and checked by itself. */
function checkTree(value: unknown, path: string, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > deepest) throw new Error(`${path.slice(0, 60)} …: is nested deeper than ${deepest} levels`);
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'vocab' || key === 'merges') continue;
    const where = path === '' ? key : `${path}.${key}`;
    if (key === 'Regex' && typeof inner === 'string') {
      const unsafe = unsafePattern(inner);
      if (unsafe) throw new Error(`${where}: the pattern ${unsafe}`);
    }
    checkTree(inner, where, depth + 1);
  }
}
