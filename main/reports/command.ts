/** The exact commands that make a run again. */
import type { ConfigValue } from '#app/records/recipe';
import type { RunFacts } from './facts';

/** Settings that differ from the run's preset, in the order of the recipe's fields. */
export function changes({
  run,
  description,
}: Pick<RunFacts, 'run' | 'description'>): { path: string; value: ConfigValue }[] {
  const preset = description.presets[run.preset] ?? {};
  const order = new Map(description.fields.map((field, i) => [field.path, i]));
  return Object.entries(run.config)
    .filter(
      ([path, value]) => value !== (preset[path] ?? description.fields.find((field) => field.path === path)?.default),
    )
    .map(([path, value]) => ({ path, value }))
    .sort((a, b) => (order.get(a.path) ?? Infinity) - (order.get(b.path) ?? Infinity));
}

/** Import and train as one would type them into a shell. */
export function commands({ run, description, dataset }: RunFacts): string[] {
  const sources = dataset.sources.map(quote).join(' ');
  const train = [
    `pretext train ${run.recipe} --project DIR --data ${quote(dataset.name)}`,
    run.parent === undefined ? '' : `--from ${run.parent}`,
    `--preset ${run.preset}`,
    ...changes({ run, description }).map(({ path, value }) => `--set ${quote(`${path}=${value}`)}`),
    `--seed ${run.seed} --device ${run.device ?? run.deviceChoice} --name ${quote(run.name)}`,
  ];
  return [
    `pretext import ${sources} --project DIR --name ${quote(dataset.name)}`,
    train.filter((part) => part !== '').join(' '),
  ];
}

/** A word for a POSIX shell; quoted only where it must be. */
const quote = (word: string): string => (/^[\w./:=@%+,~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
