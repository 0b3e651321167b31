/** Settings of several runs side by side, so that what differs can be seen. */
import type { Reply } from '#app/contract';
import type { Run } from '#app/records/run';

type Settings = Reply<'runs.compare'>['settings'];
const absent = '–';

/** What was chosen outside the recipe's own fields. */
const chosen = (run: Run): Record<string, string> => ({
  recipe: run.recipe,
  data: `${run.datasetName}@${run.datasetVersion}`,
  seed: String(run.seed),
  device: run.device ?? run.deviceChoice,
});

/** values[i] belongs to runs[i]; a field that a run's recipe does not have is shown as “–”. */
export function compareSettings(runs: readonly Run[]): Settings {
  const tables = runs.map((run) => ({ ...chosen(run), ...run.config }) as Record<string, unknown>);
  const names = [...new Set(tables.flatMap((table) => Object.keys(table)))];
  return names.map((name) => {
    const values = tables.map((table) => (name in table ? String(table[name]) : absent));
    return { name, values, differ: new Set(values).size > 1 };
  });
}
