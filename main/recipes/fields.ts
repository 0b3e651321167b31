/** A recipe's settings as one flat zod schema whose fields say what they are and why they have their value. */
import { z } from 'zod';
import type { Config, ConfigValue, Field, PresetName } from '#app/records/recipe';
import { nearest } from './spelling';

/** What a field tells beyond its type, range and default, which zod keeps. */
export interface FieldMeta {
  label: string;
  /** The symbol in the paper. */
  symbol?: string;
  unit?: string;
  group: Field['group'];
  /** Why the default is what it is: the source or the measurement. */
  reason: string;
  /** Values worth one click. */
  suggestions?: number[];
  scale?: 'linear' | 'log';
  /** Shown only while another field has this value. */
  when?: { path: string; is: ConfigValue };
  /** How each choice is called on screen. */
  choices?: Record<string, string>;
  /** What the paper uses, where the default is another value. */
  paper?: ConfigValue;
}
/** Fields register here: `z.int().min(2).default(512).register(about, { label: … })`. */
export const about = z.registry<FieldMeta>();

type FieldType = z.ZodDefault<z.ZodNumber | z.ZodInt | z.ZodBoolean | z.ZodString | z.ZodEnum<Record<string, string>>>;
export type Schema = z.ZodObject<Record<string, FieldType>>;
export interface Issue {
  path: string;
  message: string;
}

/** What every field must have been given; a field without it is a bug of its recipe. */
function metaOf(path: string, type: FieldType): FieldMeta {
  const meta = about.get(type);
  if (!meta) throw new Error(`internal: the field ${path} was not registered with what it is about`);
  return meta;
}

function kindOf(type: FieldType): Pick<Field, 'kind' | 'min' | 'max' | 'choices'> {
  const inner = type.def.innerType;
  if (inner instanceof z.ZodBoolean) return { kind: 'boolean' };
  if (inner instanceof z.ZodString) return { kind: 'text' };
  if (inner instanceof z.ZodEnum) {
    const labels = about.get(type)?.choices;
    return { kind: 'choice', choices: inner.options.map((value) => ({ value, label: labels?.[value] ?? value })) };
  }
  const kind = inner.isInt ? 'integer' : 'number';
  return { kind, min: inner.minValue ?? Number.MIN_SAFE_INTEGER, max: inner.maxValue ?? Number.MAX_SAFE_INTEGER };
}

/** The fields of a schema in its order, with the value of each in each preset. */
export function fieldsOf(schema: Schema, presets: Record<PresetName, Config>): Field[] {
  return Object.entries(schema.shape).map(([path, type]) => {
    const { choices: _labels, paper: _paper, ...meta } = metaOf(path, type);
    const values = { tiny: presets.tiny[path]!, small: presets.small[path]!, base: presets.base[path]! };
    return { path, ...meta, ...kindOf(type), default: type.def.defaultValue as ConfigValue, presets: values };
  });
}

const spell = (value: unknown) => (typeof value === 'string' ? `'${value}'` : String(value));

/** What must hold for the field, in words: "an integer from 2 to 8192". */
function demand(type: FieldType): string {
  const { kind, min, max, choices } = kindOf(type);
  if (kind === 'boolean') return 'true or false';
  if (kind === 'text') return 'a text';
  if (kind === 'choice') return `one of ${choices!.map(({ value }) => `'${value}'`).join(', ')}`;
  return `${kind === 'integer' ? 'an integer' : 'a number'} from ${min} to ${max}`;
}

/** Why `value` cannot stand at `path`, and what could; undefined where it can. */
export function issueOf(schema: Schema, path: string, value: unknown): Issue | undefined {
  const type = schema.shape[path];
  if (!type) {
    const near = nearest(path, Object.keys(schema.shape));
    const help = near ? `did you mean ${near}?` : `the settings are ${Object.keys(schema.shape).join(', ')}`;
    return { path, message: `${path} is not a setting of this recipe; ${help}` };
  }
  if (value !== undefined && type.safeParse(value).success) return undefined;
  const { paper } = metaOf(path, type);
  const example =
    paper === undefined ? `the default is ${spell(type.def.defaultValue)}` : `the paper uses ${spell(paper)}`;
  return { path, message: `${path} must be ${demand(type)}, got ${spell(value)}; ${example}` };
}
