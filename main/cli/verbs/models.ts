/** `pretext import FILE.onnx`: a network that others trained becomes a run. */
import { resolve } from 'node:path';
import { PretextError } from '#app/contract';
import type { Config } from '#app/records/recipe';
import type { Run } from '#app/records/run';
import type { Door } from '../door';
import { list } from '../output';

export const isModel = (source: string): boolean => /\.onnx$/i.test(source);

/** @throws PretextError where models and data are mixed, or an option is given that the other kind has */
export function expectOneKind(
  sources: readonly string[],
  forModels: object,
  { name: _, ...forData }: { name?: string } & object,
): void {
  const models = sources.filter(isModel);
  if (models.length > 0 && sources.length > 1)
    throw new PretextError(`a model is imported alone, got ${sources.length} sources`, {
      kind: 'usage',
      advice: `first \`pretext import ${models[0]}\`, then the rest`,
    });
  const wrong = Object.keys(models.length > 0 ? forData : forModels);
  if (wrong.length > 0)
    throw new PretextError(`--${wrong[0]} is an option for ${models.length > 0 ? 'data' : 'a model (FILE.onnx)'}`, {
      kind: 'usage',
      advice: 'leave it out',
    });
}

export async function importModel(
  door: Door,
  source: string,
  { dataset, set, name }: { dataset: string | undefined; set: Config | undefined; name: string | undefined },
): Promise<Run> {
  return door.ask('models.import', {
    path: resolve(source),
    ...(dataset !== undefined && { dataset }),
    ...(name !== undefined && { name }),
    ...(set && { config: set }),
  });
}

export const modelText = ({ id, name, config, parameters, datasetName, datasetVersion }: Run): string =>
  list([
    ['run', id],
    ['name', name],
    ['parameters', parameters],
    [
      'takes',
      `${config['inputWidth']} × ${config['inputHeight']} × ${config['inputChannels']}, ${config['layout']}, range ${config['range']}, ${config['batch'] === 0 ? 'any number' : config['batch']} at once`,
    ],
    ['embedding', `${config['output']} [${config['outputShape']}]`],
    ['answer', `${config['answer']} [${config['answerShape']}]`],
    ['tried on', `${datasetName}, version ${datasetVersion}`],
  ]);
