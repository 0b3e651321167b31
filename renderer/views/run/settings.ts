/** Settings of a run as text: their groups, what differs from the preset, the command that repeats the run. */
import type { Config, ConfigValue, Field, RecipeDescription } from '#app/records/recipe';
import type { Run } from '#app/records/run';
import { rate } from '../../widgets/format';

/** Whether a field is in force: the field it hangs on has the value it must have, and is itself in force. */
export function applies(field: Field, fields: readonly Field[], config: Config): boolean {
  const { when } = field;
  if (!when) return true;
  const parent = fields.find(({ path }) => path === when.path);
  return config[when.path] === when.is && (!parent || applies(parent, fields, config));
}

export function fieldGroups(recipe: RecipeDescription, config: Config): { group: Field['group']; fields: Field[] }[] {
  const shown = recipe.fields.filter((field) => applies(field, recipe.fields, config));
  const groups = [...new Set(shown.map(({ group }) => group))];
  return groups.map((group) => ({ group, fields: shown.filter((field) => field.group === group) }));
}

export const presetValue = (field: Field, preset: Run['preset']): ConfigValue => field.presets[preset] ?? field.default;

export const differs = (field: Field, run: Pick<Run, 'config' | 'preset'>): boolean =>
  run.config[field.path] !== undefined && run.config[field.path] !== presetValue(field, run.preset);

export function settingText(field: Field | undefined, value: ConfigValue | undefined): string {
  if (value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'string') return field?.choices?.find((choice) => choice.value === value)?.label ?? value;
  if (value !== 0 && Math.abs(value) < 0.01) return rate(value);
  return Number.isInteger(value) && Math.abs(value) >= 1000
    ? value.toLocaleString('en').replaceAll(',', '\u202f')
    : String(value);
}

/** The line for a shell that makes the run again. */
export function commandOf(run: Run, recipe: RecipeDescription): string {
  const word = (text: string) => (/^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  const sets = recipe.fields
    .filter((field) => differs(field, run))
    .map(({ path }) => `--set ${word(`${path}=${run.config[path]}`)}`);
  return [
    `pretext train ${run.recipe} --project DIR --data ${word(run.datasetName)}`,
    ...(run.parent ? [`--from ${run.parent}`] : []),
    `--preset ${run.preset}`,
    ...sets,
    `--seed ${run.seed} --device ${run.device ?? run.deviceChoice} --name ${word(run.name)}`,
  ].join(' ');
}
