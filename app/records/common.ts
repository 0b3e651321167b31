/** The schemas that records share: ids, times and the typed arrays that cross a process boundary. */
import { z } from 'zod';

/** A short random name, unique in its project: `d-…` dataset, `r-…` run, `j-…` job, `e-…` evaluation. */
export const id = z.string().regex(/^[a-z]-[0-9a-z]{4,}$/, 'must be an id such as r-7k3f9x');

/** Milliseconds since 1970, UTC. */
export const time = z.number();

export const typedArray = {
  uint8: z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be a Uint8Array'),
  uint16: z.custom<Uint16Array>((value) => value instanceof Uint16Array, 'must be a Uint16Array'),
  int32: z.custom<Int32Array>((value) => value instanceof Int32Array, 'must be an Int32Array'),
  uint32: z.custom<Uint32Array>((value) => value instanceof Uint32Array, 'must be a Uint32Array'),
  float32: z.custom<Float32Array>((value) => value instanceof Float32Array, 'must be a Float32Array'),
  float64: z.custom<Float64Array>((value) => value instanceof Float64Array, 'must be a Float64Array'),
};

/** `count` pictures of one size, pixels 0–255, laid out [count, height, width, channels]. */
export const pictures = z.object({
  count: z.int().min(0),
  height: z.int().min(1),
  width: z.int().min(1),
  channels: z.union([z.literal(1), z.literal(3)]),
  pixels: typedArray.uint8,
});
export type Pictures = z.infer<typeof pictures>;

/**
 * What a run can train on: the CPU and WebGPU on every machine; the vendors' own ways to their hardware (CUDA, DirectML,
 * CoreML) where this machine's ONNX Runtime has them and a trial run succeeds.
 */
export const device = z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml']);

export const split = z.enum(['train', 'validation', 'test']);
export type Split = z.infer<typeof split>;
export const splits = split.options;
