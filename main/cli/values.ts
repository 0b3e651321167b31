/** Reads what is written on the command line: `path=value`, shares of splits, numbers with a range, one word of several. */
import { InvalidArgumentError } from 'commander';
import type { Config, ConfigValue, Field } from '#app/records/recipe';
import { type ColumnKind, columnKind } from '#app/records/table';
import { nearest } from '#main/calls';

/** `true`, `0.25`, `cosine` as boolean, number, text. */
export function settingValue(text: string): ConfigValue {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** Collects each `--set path=value`. */
export const setting = (text: string, before: Config = {}): Config => ({ ...before, ...settingsOf(written(text)) });

/** Collects each `--set path=value` as it was written, where what a value means depends on its field. */
export function written(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError(`must be path=value, such as learningRate=0.001, got “${text}”.`);
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

/** The values of written settings. Fields of text keep what was written: the digit class `0` is no number. */
export function settingsOf(pairs: Record<string, string>, fields: readonly Field[] = []): Config {
  const texts = new Set(fields.filter(({ kind }) => kind === 'text').map(({ path }) => path));
  return Object.fromEntries(
    Object.entries(pairs).map(([path, text]) => [path, texts.has(path) ? text : settingValue(text)]),
  );
}

/** `train=.9,test=.1`: shares of the items; what is left over is train. */
export function splitShares(text: string): { validation: number; test: number } {
  const shares: Record<string, number> = {};
  for (const part of text.split(',')) {
    const [name = '', share = ''] = part.split('=').map((word) => word.trim());
    if (!['train', 'validation', 'test'].includes(name) || share === '' || !(Number(share) >= 0 && Number(share) <= 1))
      throw new InvalidArgumentError(`must be shares such as train=.8,validation=.1,test=.1, got “${part}”.`);
    shares[name] = Number(share);
  }
  const sum = Object.values(shares).reduce((a, b) => a + b, 0);
  if (sum > 1 + 1e-9) throw new InvalidArgumentError(`the shares must add up to at most 1, got ${sum}.`);
  const { train, test = 0 } = shares;
  // Named all but validation, it is what is left over; floating-point dust of the subtraction is cut off.
  const left = train === undefined ? 0 : Math.max(0, Number((1 - train - test).toFixed(9)));
  return { validation: shares['validation'] ?? left, test };
}

/** An option's number within a range. */
export const number =
  ({ min, max = Number.MAX_SAFE_INTEGER, integer = false }: { min: number; max?: number; integer?: boolean }) =>
  (text: string): number => {
    const value = Number(text);
    const fits = text.trim() !== '' && value >= min && value <= max && (!integer || Number.isInteger(value));
    if (fits) return value;
    const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    throw new InvalidArgumentError(`must be ${integer ? 'a whole number' : 'a number'} ${range}, got “${text}”.`);
  };

/** One of a few words, with the nearest where it is none. */
export const oneOf =
  <T extends string>(words: readonly T[]) =>
  (text: string): T => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    const [near] = nearest(text, words);
    throw new InvalidArgumentError(
      `must be one of ${words.join(', ')}, got “${text}”.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    );
  };

/** Collects a word each time the option is given. */
export const each = (word: string, before: string[] = []): string[] => [...before, word];

/** Collects each `--column name=kind`; the name may hold `=` itself. */
export function columnKinds(text: string, before: Record<string, ColumnKind> = {}): Record<string, ColumnKind> {
  const at = text.lastIndexOf('=');
  const kind = columnKind.safeParse(text.slice(at + 1));
  if (at < 1 || !kind.success)
    throw new InvalidArgumentError(`must be name=kind with the kind ${columnKind.options.join(', ')}, got “${text}”.`);
  return { ...before, [text.slice(0, at)]: kind.data };
}

/** `8x8`: height and width in pixels. */
export function pixelSize(text: string): { height: number; width: number } {
  const [, height, width] = /^(\d{1,3})\s*[x×]\s*(\d{1,3})$/i.exec(text.trim()) ?? [];
  if (height !== undefined && width !== undefined && Number(height) * Number(width) > 0)
    return { height: Number(height), width: Number(width) };
  throw new InvalidArgumentError(`must be height x width in pixels, such as 8x8, got “${text}”.`);
}
