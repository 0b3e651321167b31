/** Turns a recipe as its author writes it (one schema, three presets, one builder) into what the program works with. */
import type { z } from 'zod';
import type { Config, PresetName, RecipeDescription } from '#app/records/recipe';
import { fieldsOf, type Issue, issueOf, type Schema } from './fields';
import type { DataSpec, Recipe, System } from './recipe';

type Facts = Omit<RecipeDescription, 'fields' | 'presets' | 'evaluations'>;

export interface Definition<S extends Schema> extends Facts {
  schema: S;
  /** What each preset sets; all else is the field's default. */
  presets: Record<PresetName, Partial<z.output<S>>>;
  /** What must hold between fields. */
  check?(config: z.output<S>): Issue[];
  /** Files of the project's `objects/` that it is built from, by name. */
  objects?(config: z.output<S>): string[];
  build(config: z.output<S>, data: DataSpec, objects: ReadonlyMap<string, Uint8Array>): System;
  evaluations: Recipe['evaluations'];
}

/** Settings = defaults ← preset ← changes. A change that cannot stand is left out and listed. */
export function defineRecipe<S extends Schema>(definition: Definition<S>): Recipe {
  const { schema, presets, check, build, objects, evaluations, ...facts } = definition;
  const complete = (preset: PresetName) => schema.parse(presets[preset]) as Config;
  const full = { tiny: complete('tiny'), small: complete('small'), base: complete('base') };
  const { inherits } = facts;
  return {
    description: { ...facts, evaluations: Object.keys(evaluations), fields: fieldsOf(schema, full), presets: full },
    configure(preset, changes) {
      const config = { ...full[preset] };
      const issues: Issue[] = [];
      for (const [path, value] of Object.entries(changes)) {
        const issue = issueOf(schema, path, value);
        if (issue) issues.push(issue);
        else config[path] = value;
      }
      issues.push(...(check?.(config as z.output<S>) ?? []));
      return { config, issues };
    },
    ...(objects && { objects: (config: Config) => objects(schema.parse(config)) }),
    ...(inherits && { settingsFrom: (parent: Config) => pick(parent, inherits) }),
    build: (config, data, files = new Map()) => build(schema.parse(config), data, files),
    evaluations,
  };
}

const pick = (config: Config, paths: readonly string[]): Config =>
  Object.fromEntries(paths.map((path) => [path, config[path]!]));
