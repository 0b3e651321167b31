/** A network that others trained, before and when it is imported. */
import { z } from 'zod';
import { config } from './recipe';

const value = z.object({ name: z.string(), dtype: z.string(), shape: z.array(z.union([z.int(), z.string()])) });

/** What an ONNX file says about itself, read without running any of it. */
export const modelInspection = z.object({
  path: z.string(),
  name: z.string(),
  bytes: z.int(),
  producer: z.string(),
  opset: z.int(),
  parameters: z.int(),
  inputs: z.array(value),
  outputs: z.array(value),
  /** Most frequent first. */
  operators: z.array(z.object({ name: z.string(), count: z.int() })),
  /** Files beside it that hold its weights. */
  files: z.array(z.string()),
  /** Values that can be taken as the embedding, in the order of computation, the last ones where there are very many. */
  values: z.array(z.string()),
  /** How it would be used on the data set, where it can be. */
  config: config.optional(),
  /** Why it cannot be used on pictures, where it cannot be. */
  unfit: z.string().optional(),
});
export type ModelInspection = z.infer<typeof modelInspection>;
