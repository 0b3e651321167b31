/** From what a user sets to a configuration that can be trained: defaults ← preset ← changes, with every fault told. */
import { type Asked, PretextError } from '#app/contract';
import type { Dataset } from '#app/records/dataset';
import type { Config, PresetName } from '#app/records/recipe';
import { recipeOf } from '#main/recipes';

export interface Configured {
  preset: PresetName;
  config: Config;
  steps: number;
  batchSize: number;
}

/**
 * The whole configuration of a run. A number of steps or epochs becomes the recipe's own `steps`, so that schedules
 * stretch with it.
 *
 * @throws PretextError naming field, range and value of everything that cannot stand, or the data that does not fit
 */
export function configure(
  ask: Pick<Asked<'runs.start'>, 'recipe' | 'preset' | 'config' | 'steps' | 'epochs'>,
  dataset: Dataset,
): Configured {
  const { description, configure: complete } = recipeOf(ask.recipe);
  if (description.imported)
    throw new PretextError(`${ask.recipe} is imported from a file, not trained`, {
      kind: 'usage',
      advice: 'bring the file in with `pretext import FILE.onnx`',
    });
  if (!description.modalities.includes(dataset.modality))
    throw new PretextError(
      `${description.title} learns from ${description.modalities.join(' or ')} data, but ${dataset.name} holds ${dataset.modality} data`,
      { kind: 'usage', advice: 'choose another data set or recipe' },
    );
  if (dataset.splitCounts.train === 0)
    throw new PretextError(`${dataset.name} must have items to train on, but its train split is empty`, {
      kind: 'usage',
      advice: 'import it again with smaller shares for validation and test',
    });

  const preset = ask.preset ?? 'small';
  const changes = { ...ask.config };
  const stepsOf = (batchSize: number) =>
    ask.steps ??
    (ask.epochs === undefined
      ? undefined
      : Math.max(1, Math.round((ask.epochs * dataset.splitCounts.train) / batchSize)));
  const batchSize = Number(complete(preset, changes).config['batchSize']);
  const wanted = stepsOf(batchSize);
  if (wanted !== undefined) changes['steps'] = wanted;

  const { config, issues } = complete(preset, changes);
  if (issues.length > 0)
    throw new PretextError(`${ask.recipe}: ${issues.map(({ message }) => message).join('; ')}`, {
      kind: 'usage',
      advice: `see \`pretext describe ${ask.recipe}\` for its fields and their ranges`,
    });
  return { preset, config, steps: Number(config['steps']), batchSize: Number(config['batchSize']) };
}
