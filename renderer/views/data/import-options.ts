/** What the import form says, as the options of the call: only what was changed is sent. */
import type { Dataset, ImportOptions, Inspection } from '#app/records/dataset';
import type { ColumnKind } from '#app/records/table';

export interface ImportChoices {
  name: string;
  size: 'own' | 'square';
  /** Pixels; counts where size is `square`. */
  side: number;
  colour: 'own' | 'grey' | 'colour';
  /** Per cent. */
  validation: number;
  test: number;
  /** A CSV instead of the folder names. */
  labels: string | undefined;
  /** Columns of a table that shall be something else than what was found, by name. */
  columns: Record<string, ColumnKind>;
}

export function importOptionsOf(choices: ImportChoices, inspection: Inspection): ImportOptions {
  const name = choices.name.trim();
  return {
    ...(name && name !== inspection.name && { name }),
    ...(Object.keys(choices.columns).length > 0 && { columns: { ...choices.columns } }),
    ...(choices.size === 'square' && { size: choices.side }),
    ...(choices.colour !== 'own' && { channels: choices.colour === 'grey' ? (1 as const) : (3 as const) }),
    ...(choices.labels !== undefined && { labels: choices.labels }),
    ...(inspection.format !== 'idx' || choices.validation !== 10 || choices.test !== 10
      ? { split: { validation: choices.validation / 100, test: choices.test / 100 } }
      : {}),
  };
}

type Columns = NonNullable<Inspection['table']>['columns'];

/** What a column is now: as the user chose it, else as it was found. */
export const kindOf = (columns: ImportChoices['columns'], { name, kind }: Columns[number]): ColumnKind =>
  columns[name] ?? kind;

/** Another kind for one column. There is one label: what was it before is left out, so that no model learns from it. */
export function withKind(
  chosen: ImportChoices['columns'],
  found: Columns,
  name: string,
  kind: ColumnKind,
): ImportChoices['columns'] {
  const next = { ...chosen, [name]: kind };
  if (kind === 'label')
    for (const column of found)
      if (column.name !== name && kindOf(chosen, column) === 'label') next[column.name] = 'skipped';
  return Object.fromEntries(
    Object.entries(next).filter(([at, wanted]) => found.find((one) => one.name === at)?.kind !== wanted),
  );
}

/** The kinds of an earlier version that are not what is found now: what was chosen then is proposed again. */
export function kindsAsBefore(found: Columns, before: Dataset | undefined): ImportChoices['columns'] {
  if (before?.modality !== 'table') return {};
  const kinds = new Map(before.table.columns.map(({ name, kind }) => [name, kind]));
  return Object.fromEntries(
    found.flatMap(({ name, kind }) => {
      const was = kinds.get(name);
      return was && was !== kind ? [[name, was]] : [];
    }),
  );
}
