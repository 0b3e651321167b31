/** What the window and the command line know of a self-supervised system: its fields, presets, parts and terms. */
import { z } from 'zod';
import { device } from './common';
import { modality } from './dataset';

export const configValue = z.union([z.number(), z.boolean(), z.string()]);
export type ConfigValue = z.infer<typeof configValue>;
/** A recipe's settings: flat, one level, names in camelCase. */
export const config = z.record(z.string(), configValue);
export type Config = z.infer<typeof config>;

export const presetName = z.enum(['tiny', 'small', 'base']);
export type PresetName = z.infer<typeof presetName>;

export const field = z.object({
  path: z.string(),
  label: z.string(),
  /** The symbol in the paper, where it has one: K, D, β. */
  symbol: z.string().optional(),
  group: z.enum(['Model', 'Views', 'Objective', 'Training']),
  kind: z.enum(['integer', 'number', 'choice', 'boolean', 'text']),
  unit: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  scale: z.enum(['linear', 'log']).optional(),
  choices: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
  /** Values worth one click. */
  suggestions: z.array(z.number()).optional(),
  default: configValue,
  presets: z.record(presetName, configValue),
  /** Why this value: the source or the measurement behind the default. */
  reason: z.string(),
  /** Shown only while another field has this value. */
  when: z.object({ path: z.string(), is: configValue }).optional(),
});
export type Field = z.infer<typeof field>;

export const recipeSummary = z.object({
  id: z.string(),
  title: z.string(),
  family: z.string(),
  /** Heading in the recipe chooser, in the order of the lecture. */
  group: z.string(),
  /** The kinds of data that it learns from. */
  modalities: z.array(modality).min(1),
  paper: z.string(),
  summary: z.string(),
  /** How x is split: what the model is given and what it must give back. */
  split: z.object({ input: z.string(), target: z.string() }),
  heads: z.array(z.string()),
  evaluations: z.array(z.string()),
  explorers: z.array(z.string()),
  /** The recipes whose runs it must start from; left out: none, or its own. */
  parents: z.array(z.string()).optional(),
  /** A network that others trained: it is imported, never trained here. */
  imported: z.boolean().optional(),
});
export type RecipeSummary = z.infer<typeof recipeSummary>;

/**
 * One term of the objective: its metric name, its formula (`_` begins a one-letter subscript) and what it does, in plain
 * words. It counts only while the field named in `when` has this value.
 */
export const term = z.object({
  name: z.string(),
  formula: z.string(),
  meaning: z.string(),
  when: z.object({ path: z.string(), is: configValue }).optional(),
});
/** One trick without which the system fails, as a switch: `set` breaks it. */
export const twin = z.object({ id: z.string(), title: z.string(), set: config, expect: z.string() });

export const recipeDescription = recipeSummary.extend({
  /** Settings that are those of the run it starts from, and cannot be otherwise: paths of fields. */
  inherits: z.array(z.string()).optional(),
  fields: z.array(field),
  presets: z.record(presetName, config),
  terms: z.array(term),
  twins: z.array(twin),
  /** The metric that says how good a run is, and whether less of it is better. */
  headline: z.object({ metric: z.string(), better: z.enum(['less', 'more']) }),
});
export type RecipeDescription = z.infer<typeof recipeDescription>;

/** One block of the network in order of the data's way through it. shape: of its output, without the batch. */
export const block = z.object({ part: z.string(), name: z.string(), shape: z.array(z.int()), parameters: z.int() });

/** What a configuration would build and cost, before it is started. */
export const plan = z.object({
  config,
  /** Fields that cannot stand as they are; the rest of the plan is then absent. */
  issues: z.array(z.object({ path: z.string(), message: z.string() })),
  blocks: z.array(block),
  parameters: z.int(),
  /** kept: numbers of the part's state that no gradient trains, such as a codebook's running averages. */
  parts: z.array(z.object({ name: z.string(), parameters: z.int(), kept: z.int().optional() })),
  /** Multiply-adds ×2 of one item, forward and backward. */
  flopsPerItem: z.number(),
  steps: z.int(),
  epochs: z.number(),
  /** Size of one item before and after encoding, in bits. */
  bits: z.object({ input: z.number(), code: z.number() }),
  estimates: z.array(
    z.object({
      device,
      label: z.string(),
      seconds: z.number().optional(),
      memoryBytes: z.number().optional(),
      unavailable: z.string().optional(),
    }),
  ),
  notes: z.array(z.object({ path: z.string().optional(), message: z.string() })),
});
export type Plan = z.infer<typeof plan>;
