/** All that may be asked of a project's records, in groups: the only writer of `project.sqlite`. */
import { type Db, type OpenOptions, openDatabase } from './database';
import { datasetQueries } from './datasets';
import { dimensionNameQueries } from './dimension-names';
import { evaluationQueries } from './evaluations';
import { explainSqliteError } from './explain';
import { itemQueries } from './items';
import { projectQueries } from './project';
import { runQueries } from './runs';

const groupsOf = (db: Db) => ({
  project: projectQueries(db),
  datasets: datasetQueries(db),
  items: itemQueries(db),
  runs: runQueries(db),
  evaluations: evaluationQueries(db),
  dimensionNames: dimensionNameQueries(db),
  file: {
    close: (): void => void db.close(),
    sqlite: (): string => db.prepare('SELECT sqlite_version()').pluck().get() as string,
  },
});
export type Store = ReturnType<typeof groupsOf>;

/**
 * Opens (or makes) a project's records in this thread.
 *
 * @throws PretextError when the file is not a project, is damaged, too new, or cannot be written
 */
export function openStore(options: OpenOptions | string): Store {
  const { path, nativeBinding } = typeof options === 'string' ? { path: options } : options;
  const groups = groupsOf(openDatabase({ path, nativeBinding }));
  const wrapped = Object.entries(groups).map(([group, methods]) => [group, explaining(methods, path)]);
  return Object.fromEntries(wrapped);
}

/** The same methods; what SQLite reports about disk and file comes out in words. */
function explaining(methods: object, path: string): object {
  const wrap =
    (method: (...args: unknown[]) => unknown) =>
    (...args: unknown[]): unknown => {
      try {
        return method(...args);
      } catch (error) {
        throw explainSqliteError(error, path);
      }
    };
  return Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, wrap(method)]));
}
