/** A run before it is started: which settings are in force, what differs from the preset, what breaks it on purpose. */
import type { Config, ConfigValue, Field, PresetName, RecipeDescription } from '#app/records/recipe';

export type Twin = RecipeDescription['twins'][number];

export const presetValue = (field: Field, preset: PresetName): ConfigValue => field.presets[preset] ?? field.default;

/** All settings: the preset's, overlaid with the changes. */
export const configOf = (
  { fields }: Pick<RecipeDescription, 'fields'>,
  preset: PresetName,
  changes: Config,
): Config => ({
  ...Object.fromEntries(fields.map((field) => [field.path, presetValue(field, preset)])),
  ...changes,
});

/** The changes with one more; a value that the preset has anyway is no change. */
export function changed(changes: Config, field: Field, preset: PresetName, value: ConfigValue): Config {
  const { [field.path]: _, ...others } = changes;
  return value === presetValue(field, preset) ? others : { ...others, [field.path]: value };
}

/** Changes that still differ once another preset stands below them. */
export const rebase = (changes: Config, fields: readonly Field[], preset: PresetName): Config =>
  Object.fromEntries(
    Object.entries(changes).filter(([path, value]) => {
      const field = fields.find((one) => one.path === path);
      return !field || presetValue(field, preset) !== value;
    }),
  );

/** Whether a field is in force: the field it hangs on has the value it must have, and is itself in force. */
export function applies({ when }: Field, fields: readonly Field[], config: Config): boolean {
  if (!when) return true;
  const parent = fields.find(({ path }) => path === when.path);
  return config[when.path] === when.is && (!parent || applies(parent, fields, config));
}

export const groups = ['Model', 'Views', 'Objective', 'Training'] as const;

export const isBroken = (twin: Twin, config: Config): boolean =>
  Object.entries(twin.set).every(([path, value]) => config[path] === value);

/** Breaks a run on purpose, or mends it: then the fields go back to the preset. */
export function switchTwin(
  twin: Twin,
  on: boolean,
  changes: Config,
  fields: readonly Field[],
  preset: PresetName,
): Config {
  const { ...next } = changes;
  for (const [path, value] of Object.entries(twin.set)) {
    const field = fields.find((one) => one.path === path);
    delete next[path];
    if (on && (!field || presetValue(field, preset) !== value)) next[path] = value;
  }
  return next;
}

/** `vq-vae-k512`: the recipe and what was changed of what has a symbol; unique among the names taken. */
export function suggestName(recipe: RecipeDescription, changes: Config, taken: readonly string[]): string {
  const parts = recipe.fields
    .filter(
      ({ path, symbol }) => symbol !== undefined && /^[A-Za-z]$/.test(symbol) && typeof changes[path] === 'number',
    )
    .slice(0, 2)
    .map(({ path, symbol }) => `${symbol!.toLowerCase()}${changes[path]}`);
  const base = [recipe.id, ...parts].join('-');
  if (!taken.includes(base)) return base;
  let number = 2;
  while (taken.includes(`${base}-${number}`)) number += 1;
  return `${base}-${number}`;
}

/** What a value may be, in words: `2 to 8192, whole`. */
export function rangeText({ kind, min, max, unit, choices }: Field): string {
  if (kind === 'choice') return (choices ?? []).map(({ label }) => label).join(', ');
  if (kind === 'boolean') return 'on or off';
  const whole = `${unit ? ` ${unit}` : ''}${kind === 'integer' ? ', whole' : ''}`;
  if (min !== undefined && max !== undefined) return `${min} to ${max}${whole}`;
  if (min !== undefined) return `${min} or more${whole}`;
  return max === undefined ? '' : `${max} or less${whole}`;
}
