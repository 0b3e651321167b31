/** A CSV of `file,label` that names the class of each file instead of its folder. */
import { createReadStream } from 'node:fs';
import { PretextError } from '#app/contract';
import type { Problem } from '#app/records/dataset';
import { whyUnreadable } from './failures';

const advice =
  'Give a text file with one line for each picture: its file name, a comma and its class, e.g. `cat/1.png,cat`.';

/** Looks up the class of a file by its path below the source, or by its bare name where that is unambiguous. */
export class LabelTable {
  readonly #path: string;
  readonly #byName = new Map<string, { label: string; used: boolean }>();
  readonly #byBase = new Map<string, { label: string; used: boolean } | 'ambiguous'>();

  private constructor(path: string) {
    this.#path = path;
  }

  /** Throws where the file cannot be read or has no second column. */
  static async read(path: string): Promise<LabelTable> {
    const table = new LabelTable(path);
    let row = 0;
    try {
      for await (const [file, label] of csvRows(path)) {
        row++;
        if (row === 1 && /^(file(_?name)?|path|image|name|id)$/i.test(file ?? '')) continue; // a heading
        if (file === undefined || label === undefined)
          throw new PretextError(`Row ${row} of ${path} has one column, where \`file,label\` was expected.`, {
            advice,
          });
        table.#add(file.replaceAll('\\', '/').replace(/^\.\//, ''), label);
      }
    } catch (error) {
      if (error instanceof PretextError) throw error;
      throw new PretextError(`The labels file ${path} ${whyUnreadable(error)}.`, { advice, cause: error });
    }
    if (table.#byName.size === 0) throw new PretextError(`The labels file ${path} holds no rows.`, { advice });
    return table;
  }

  labelOf(name: string): string | undefined {
    const base = this.#byBase.get(baseName(name));
    const row = this.#byName.get(name) ?? (base === 'ambiguous' ? undefined : base);
    if (row) row.used = true;
    return row?.label;
  }

  /** Throws PretextError where not one row named an item: the labels are then those of other data. */
  expectSome(items: number): void {
    if ([...this.#byName.values()].some(({ used }) => used)) return;
    throw new PretextError(
      `None of the ${this.#byName.size} rows of ${this.#path} names one of the ${items} pictures; the first names “${[...this.#byName.keys()][0]}”.`,
      { kind: 'usage', advice },
    );
  }

  /** Rows that no file was found for, as one problem. */
  unused(): Problem[] {
    const left = [...this.#byName].filter(([, row]) => !row.used);
    if (left.length === 0) return [];
    const rows = left.length === 1 ? '1 row names a file' : `${left.length} rows name files`;
    return [
      { file: this.#path, kind: 'skipped', reason: `${rows} that the source does not hold, e.g. “${left[0]?.[0]}”.` },
    ];
  }

  #add(name: string, label: string): void {
    const row = { label, used: false };
    this.#byName.set(name, row);
    this.#byBase.set(baseName(name), this.#byBase.has(baseName(name)) ? 'ambiguous' : row);
  }
}

const baseName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** Fields of each row (RFC 4180: quotes, doubled quotes, line breaks inside quotes), empty rows left out. */
async function* csvRows(path: string): AsyncGenerator<string[]> {
  let fields: string[] = [];
  let field = '';
  let quoted = false;
  let closing = false; // a quote was met inside quotes: the end, or the first of two
  for await (const chunk of createReadStream(path, 'utf8') as AsyncIterable<string>) {
    for (const char of chunk) {
      if (closing && char !== '"') quoted = false;
      if (quoted && char === '"' && !closing) {
        closing = true;
        continue;
      }
      if (quoted || (closing && char === '"')) field += char;
      else if (char === '"' && field === '') quoted = true;
      else if (char === ',') field = push(fields, field);
      else if (char === '\n') {
        push(fields, field);
        if (fields.some((text) => text !== '')) yield fields;
        fields = [];
        field = '';
      } else if (char !== '\ufeff') field += char;
      closing = false;
    }
  }
  push(fields, field);
  if (fields.some((text) => text !== '')) yield fields;
}

function push(fields: string[], field: string): '' {
  fields.push(field.trim());
  return '';
}
