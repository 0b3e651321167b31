/** What the sheet of a network shows: the facts of its file, and those of its settings that the file cannot say. */
import type { ModelInspection } from '#app/records/model';
import type { Field, RecipeDescription } from '#app/records/recipe';

/** A file of this name is a network, not data. */
export const isModel = (source: string): boolean => /\.onnx$/i.test(source);

type Value = ModelInspection['inputs'][number];
const shown = ({ name, dtype, shape }: Value) => `${name}: ${dtype} [${shape.join(', ')}]`;

export function factsOfModel({ inputs, outputs, parameters, operators, opset, producer, files }: ModelInspection) {
  const most = operators.slice(0, 6).map(({ name, count }) => `${count} ${name}`);
  const facts: [what: string, value: string][] = [
    ['Takes', inputs.map(shown).join('; ')],
    ['Gives', outputs.map(shown).join('; ')],
    ['Parameters', parameters.toLocaleString('en')],
    ['Operators', `${most.join(', ')}${operators.length > 6 ? ', …' : ''} (version ${opset})`],
  ];
  if (producer !== '') facts.push(['Made by', producer]);
  if (files.length > 0) facts.push(['Weights in', files.join(', ')]);
  return facts;
}

/** How pictures reach the network: only its makers know. */
export const choiceFields = ({ fields }: RecipeDescription): Field[] => fields.filter(({ kind }) => kind === 'choice');
export const textFields = ({ fields }: RecipeDescription): Field[] =>
  fields.filter(({ path }) => path === 'mean' || path === 'deviation');
