/** Short random ids, and how a user may name a record: its id, an unambiguous prefix, its exact name, or `last`. */
import { randomInt } from 'node:crypto';
import { PretextError } from '#app/contract';
import { nearest } from './nearest';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'; // without i, l, o, u: nothing to misread
/** `r-7k3f9x`: 32⁶ ≈ 10⁹ of each kind. */
export const newId = (kind: 'd' | 'r' | 'j' | 'e'): string =>
  `${kind}-${Array.from({ length: 6 }, () => alphabet[randomInt(alphabet.length)]).join('')}`;

/** What a search by name sees of each record, newest first. */
export interface Named {
  id: string;
  name: string;
  /** Data sets only. */
  version?: number;
}

/**
 * The id of the one record that `word` names. Where a name is shared, data sets give their newest version (`digits@1`
 * names an older one), and runs must be told apart by id.
 */
export function resolve(kind: 'run' | 'data set', word: string, records: readonly Named[]): string {
  if (word === 'last' && records[0]) return records[0].id;
  const exact = records.find((record) => record.id === word);
  if (exact) return exact.id;

  const called = records.filter((record) => record.name === word);
  if (called[0] && (called.length === 1 || called[0].version !== undefined)) return called[0].id;
  const versioned = /^(.+)@(\d+)$/.exec(word);
  if (versioned) {
    const found = records.find(({ name, version }) => name === versioned[1] && version === Number(versioned[2]));
    if (found) return found.id;
  }
  const begins =
    called.length > 0 ? called : records.filter(({ id }) => id.startsWith(word) || id.slice(2).startsWith(word));
  if (begins.length === 1) return begins[0]!.id;
  throw begins.length > 1 ? ambiguous(kind, word, begins) : unknown(kind, word, records);
}

const show = ({ id, name, version }: Named) => `${id} (${name}${version === undefined ? '' : `@${version}`})`;

function ambiguous(kind: string, word: string, among: readonly Named[]): PretextError {
  const more = among.length > 5 ? ` and ${among.length - 5} more` : '';
  return new PretextError(
    `“${word}” must name one ${kind}, but it names ${among.length}: ${among.slice(0, 5).map(show).join(', ')}${more}`,
    { kind: 'usage', advice: 'give more letters of the id' },
  );
}

function unknown(kind: string, word: string, records: readonly Named[]): PretextError {
  if (records.length === 0)
    return new PretextError(`there is no ${kind} “${word}”: this project has no ${kind}s yet`, {
      kind: 'usage',
      advice: kind === 'run' ? 'start one with `pretext train`' : 'bring one in with `pretext import`',
    });
  const near = nearest(
    word,
    records.flatMap(({ id, name }) => [id, name]),
  );
  const listed = near.length > 0 ? records.filter(({ id, name }) => near.includes(id) || near.includes(name)) : records;
  return new PretextError(`there is no ${kind} “${word}” in this project`, {
    kind: 'usage',
    advice: `${near.length > 0 ? 'nearest' : 'newest'}: ${listed.slice(0, 3).map(show).join(', ')}`,
  });
}
