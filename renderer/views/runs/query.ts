/**
 * The filter line of the runs table. Terms are separated by spaces and must all hold:
 *
 * - `data:digits`, `status:done,failed`, `tag:"no restart"`: a fact that is one of these words (a part of it will do)
 * - `mse<0.02`, `K>=128`, `step=24000`: a number compared
 * - `pinned:yes`, `archived:yes`: whether it is
 * - anything else: text in the name, the tags, the recipe or the note
 *
 * `-` before a term turns it round.
 */
import type { Run } from '#app/records/run';
import { statusLooks } from '../../widgets/status';
import type { RunFact } from './facts';

export interface Term {
  /** Where it stands in the line: [start, end). */
  start: number;
  end: number;
  not: boolean;
  /** The fact asked for, as typed, in lower case; empty for plain text. */
  key: string;
  op: ':' | '<' | '<=' | '>' | '>=' | '=' | '!=';
  /** Words after the operator; any of them will do. */
  values: string[];
}

// a key and an operator, with or without words after them yet; or plain words. "Quotes" hold spaces and commas together.
const pattern = /(-)?(?:([\p{L}_][\p{L}\p{N}_./-]*?)(<=|>=|!=|<|>|=|:)((?:"[^"]*"?|[^\s"])*)|((?:"[^"]*"?|[^\s"])+))/gu;

export function parseQuery(line: string): Term[] {
  return [...line.matchAll(pattern)].map((match) => {
    const [all, not, key = '', op = ':', words = '', plain = ''] = match;
    return {
      start: match.index,
      end: match.index + all.length,
      not: not !== undefined,
      key: key.toLowerCase(),
      op: op as Term['op'],
      values: key ? wordsOf(words) : [unquoted(plain)],
    };
  });
}

const unquoted = (text: string) => text.replaceAll('"', '').toLowerCase();
const wordsOf = (text: string) =>
  [...text.matchAll(/"[^"]*"?|[^,"]+/g)].map(([word]) => unquoted(word)).filter((word) => word !== '');

/** The line without one of its terms. */
export const withoutTerm = (line: string, { start, end }: Pick<Term, 'start' | 'end'>): string =>
  `${line.slice(0, start)}${line.slice(end)}`.replace(/\s+/g, ' ').trim();

const quoted = (value: string) => (/[\s,]/.test(value) ? `"${value}"` : value);

/** The line with `key:value` in it, in place of what it said of this key; a value with spaces is quoted. */
export function withTerm(line: string, key: string, value: string): string {
  const old = parseQuery(line).filter((term) => term.key === key && term.op === ':' && !term.not);
  const rest = old.toReversed().reduce(withoutTerm, line.trim());
  return `${rest} ${key}:${quoted(value)}`.trim();
}

/** The fact a word means: its id, one of its words, or the first that begins so. */
export function factNamed(facts: readonly RunFact[], word: string): RunFact | undefined {
  return (
    facts.find(({ id, words }) => id.toLowerCase() === word || words.includes(word)) ??
    facts.find(({ words }) => words.some((one) => one.startsWith(word)))
  );
}

const synonyms: Record<string, string> = { dataset: 'data', state: 'status', params: 'parameters', tags: 'tag' };
const flags = ['pinned', 'archived'] as const;
const isFlag = (key: string): key is (typeof flags)[number] => (flags as readonly string[]).includes(key);
const yes = (word: string) => ['yes', 'true', 'on', '1', 'all'].includes(word);

/** What is wrong with a term, in words; undefined for a good one. */
export function problemOf({ key, op, values }: Term, facts: readonly RunFact[]): string | undefined {
  if (key === '') return undefined;
  if (values.length === 0) return `After ${key}${op} comes what it must be`;
  if (isFlag(key)) return undefined;
  if (!factNamed(facts, synonyms[key] ?? key)) return `There is nothing called “${key}” to filter by`;
  const compares = op !== ':' && op !== '=' && op !== '!=';
  return compares && !Number.isFinite(Number(values[0])) ? `After ${key}${op} comes a number` : undefined;
}

/**
 * Whether a run is wanted by every term. A term with a problem filters nothing (see problemOf), and archived runs are
 * wanted only where the line speaks of them.
 */
export function matches(run: Run, terms: readonly Term[], facts: readonly RunFact[]): boolean {
  if (run.archived && !terms.some(({ key, values }) => key === 'archived' && values.length > 0)) return false;
  return terms.every((term) => problemOf(term, facts) !== undefined || holds(run, term, facts) !== term.not);
}

function holds(run: Run, { key, op, values }: Term, facts: readonly RunFact[]): boolean {
  if (key === '') return values.every((text) => textOf(run).includes(text));
  if (key === 'archived' && values.includes('all')) return true;
  if (isFlag(key)) return values.some((word) => yes(word) === run[key]) !== (op === '!=');
  const name = synonyms[key] ?? key;
  if (name === 'status') return values.some((word) => isStatus(run, word)) !== (op === '!=');
  const value = factNamed(facts, name)?.value(run);
  if (value === undefined) return op === '!=';
  if (op === ':' || op === '=' || op === '!=')
    return values.some((word) => equals(value, word, op === ':')) !== (op === '!=');
  return compare(Number(value), op, Number(values[0]));
}

const textOf = ({ id, name, tags, note, recipe, datasetName }: Run) =>
  [id, name, ...tags, recipe, datasetName, note].join('\n').toLowerCase();
const isStatus = ({ status }: Run, word: string) =>
  status.startsWith(word) || statusLooks[status].word.toLowerCase().startsWith(word);

function equals(value: number | string, word: string, part: boolean): boolean {
  if (typeof value === 'number') return value === Number(word);
  const text = value.toLowerCase();
  return part ? text.includes(word) : text === word;
}

function compare(value: number, op: '<' | '<=' | '>' | '>=', limit: number): boolean {
  if (op === '<') return value < limit;
  if (op === '<=') return value <= limit;
  return op === '>' ? value > limit : value >= limit;
}
