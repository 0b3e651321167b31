/** Hugging Face's tokenizer.json: texts to numbers of tokens and back, as the model it belongs to was trained. */
import { readFile, stat } from 'node:fs/promises';
import { Tokenizer as Library } from '@huggingface/tokenizers';
import { PretextError } from '#app/contract';
import { checkTokenizerFile, type TokenizerFile } from './tokenizer-file';

/** The largest of real ones have 35 MB. */
const largest = 200_000_000; // bytes

export interface EncodeOptions {
  /** A second text, after the first: sentence pairs. */
  pair?: string;
  /** Adds what the model expects around a text, such as [CLS] and [SEP]. Default true. */
  special?: boolean;
  /** At most so many tokens; what is over is cut off at the end. */
  limit?: number;
}

export interface Encoded {
  /** Numbers of the tokens. */
  ids: Int32Array<ArrayBuffer>;
  /** 0 in the first text, 1 in the second. */
  segments: Int32Array<ArrayBuffer>;
  tokens: string[];
}

export interface TextTokenizer {
  /** One more than the greatest number of a token: the rows that a table of embeddings needs. */
  readonly size: number;
  /** Tokens that stand for no text, by what they are written as: [MASK] → 103. */
  readonly special: ReadonlyMap<string, number>;
  /** The number of a token; undefined where there is none. */
  id(token: string): number | undefined;
  token(id: number): string | undefined;
  /** All tokens with their numbers, added ones included. */
  vocabulary(): ReadonlyMap<string, number>;
  encode(text: string, options?: EncodeOptions): Encoded;
  /** The text of tokens; special ones are left out unless `special` is true. */
  decode(ids: Iterable<number>, options?: { special?: boolean }): string;
}

/** @throws PretextError that names the file and what is wrong with it */
export async function readTokenizer(path: string): Promise<TextTokenizer> {
  const refuse = (what: string, cause?: unknown): never => {
    throw new PretextError(`${path}: not a usable tokenizer: ${what}`, {
      advice: 'Check that the file is whole, or download it again.',
      cause,
    });
  };
  const size = (await stat(path).catch(() => undefined))?.size;
  if (size === undefined) return refuse('there is no such file');
  if (size > largest) return refuse(`it has ${size} bytes; at most ${largest} are read`);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    return refuse(`it is not JSON: ${(error as Error).message.slice(0, 200)}`, error);
  }
  try {
    return openTokenizer(json);
  } catch (error) {
    return refuse((error as Error).message.slice(0, 300), error);
  }
}

/**
 * json: the parsed tokenizer.json. Its `truncation` and `padding` are settings of one use of it and are not followed.
 *
 * @throws Error that says what is wrong with it
 */
export function openTokenizer(json: unknown): TextTokenizer {
  const file = checkTokenizerFile(json);
  // The library adds its own cleaning of spaces after decoding, unless told not to: what the file says is enough.
  const library = new Library(completed(file), { clean_up_tokenization_spaces: false });
  const vocabulary = library.get_vocab(true);
  const byId = new Map([...vocabulary].map(([token, id]) => [id, token] as const));
  const added = file.added_tokens ?? [];
  const special = new Map(added.filter((one) => one.special).map(({ content, id }) => [content, id] as const));
  const unknown = library.model?.unk_token === undefined ? undefined : vocabulary.get(library.model.unk_token);
  const encodeOne = (text: string, pair: string | undefined, around: boolean) =>
    said('encode', () =>
      library.encode(text, { text_pair: pair ?? null, add_special_tokens: around, return_token_type_ids: true }),
    );
  const size = [...vocabulary.values()].reduce((most, id) => Math.max(most, id + 1), 0);
  const tokenizer: TextTokenizer = {
    size,
    special,
    id: (token) => vocabulary.get(token),
    token: (id) => byId.get(id),
    vocabulary: () => vocabulary,
    encode(text, { pair, special: around = true, limit = Number.POSITIVE_INFINITY } = {}) {
      const whole = pair === undefined || takesPairs(file.post_processor);
      const parts = whole
        ? [encodeOne(text, pair, around)]
        : [encodeOne(text, undefined, around), encodeOne(pair, undefined, around)];
      const tokens = parts.flatMap((part) => part.tokens);
      const segments = whole ? (parts[0]!.token_type_ids ?? []) : parts.flatMap(({ ids }, at) => ids.map(() => at));
      const count = Math.min(limit, tokens.length);
      const known = (id: number | undefined, at: number): number => {
        const found = id ?? unknown;
        if (found !== undefined) return found;
        throw new Error(`encode: “${tokens[at]}” ${notThere}, which has no token for the unknown`);
      };
      return {
        ids: Int32Array.from(parts.flatMap(({ ids }) => ids).slice(0, count), known),
        segments: Int32Array.from({ length: count }, (_, at) => segments[at] ?? 0),
        tokens: tokens.slice(0, count),
      };
    },
    decode(ids, { special: keep = false } = {}) {
      const all = [...ids];
      const bad = all.find((id) => !byId.has(id));
      if (bad !== undefined) throw new Error(`decode: there is no token ${bad}; the vocabulary has ${size}`);
      return all.length === 0 ? '' : said('decode', () => library.decode(all, { skip_special_tokens: !keep }));
    },
  };
  tryOut(tokenizer);
  return tokenizer;
}

/** Settings that make no sense break the library only when they are used: so they are, before a user's text is. */
function tryOut(tokenizer: TextTokenizer): void {
  try {
    const { ids } = tokenizer.encode('A 1st trial: déjà vu.', { pair: 'And a 2nd.' });
    tokenizer.decode(ids);
    tokenizer.decode(ids, { special: true });
  } catch (error) {
    if (!(error as Error).message.includes(notThere)) throw error; // its vocabulary may be of other things than words
  }
}

const notThere = 'is not in the vocabulary';

/** What the library throws, with what was being done. */
function said<T>(doing: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`${doing}: the settings of this tokenizer do not work (${(error as Error).message})`, {
      cause: error,
    });
  }
}

/** The library's ByteLevel step, GPT-2's only one, loses the second text of a pair: then each is encoded by itself. */
function takesPairs(processor: TokenizerFile['post_processor']): boolean {
  if (!processor) return false;
  const steps = (processor['processors'] ?? [processor]) as { type?: string }[];
  return steps.some(({ type }) => type !== 'ByteLevel');
}

/** The library wants every part named, null where there is none. */
const completed = ({ added_tokens, normalizer, pre_tokenizer, post_processor, decoder, ...rest }: TokenizerFile) => ({
  ...rest,
  added_tokens: added_tokens ?? [],
  normalizer: normalizer ?? null,
  pre_tokenizer: pre_tokenizer ?? null,
  post_processor: post_processor ?? null,
  decoder: decoder ?? null,
});
