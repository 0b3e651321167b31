/** What a network is made of and where its work, its memory and its time go: block by block, and node by node. */
import { z } from 'zod';
import { device } from './common';
import { config } from './recipe';

export const stages = ['forward', 'backward', 'update'] as const;
export const stage = z.enum(stages);
export type Stage = z.infer<typeof stage>;
const byStage = z.object({ forward: z.number(), backward: z.number(), update: z.number() });
export type ByStage = z.infer<typeof byStage>;

export const networkBlock = z.object({
  /** Dotted, as its variables are called: `encoder.halve1`. */
  name: z.string(),
  /** `input` is fed, `objective` follows the last block, `optimizer` is what belongs to no block alone. */
  kind: z.enum(['input', 'block', 'objective', 'optimizer']),
  /** Of what it hands on for one item; absent where it hands on nothing. */
  shape: z.array(z.int()).optional(),
  /** Numbers that the optimizer trains, and numbers that are kept beside them, such as running averages. */
  parameters: z.int(),
  state: z.int(),
  nodes: z.int(),
  /** Of one item. */
  flops: byStage,
  /** Of one item: results that wait for the backward pass, bytes. */
  keptBytes: z.number(),
  /** Of one step, once measured. */
  seconds: byStage.optional(),
});
export type NetworkBlock = z.infer<typeof networkBlock>;

/** A tensor that goes from one block to another in the forward pass. shape: of one item. */
export const networkEdge = z.object({ from: z.string(), to: z.string(), shape: z.array(z.int()), bytes: z.number() });
export type NetworkEdge = z.infer<typeof networkEdge>;

export const networkNode = z.object({
  id: z.int(),
  op: z.string(),
  stage,
  block: z.string(),
  /** Of one batch. */
  shape: z.array(z.int()),
  dtype: z.string(),
  flops: z.number(),
  bytes: z.number(),
  inputs: z.array(z.int()),
  kept: z.boolean(),
  name: z.string().optional(),
  seconds: z.number().optional(),
});

export const networkProfile = z.object({
  device,
  /** Steps that were measured, after one that warmed up. */
  steps: z.int(),
  secondsPerStep: z.number(),
  /** What the step's products and convolutions came to, and what a large matrix product reaches here, Gflop/s. */
  gflops: z.number(),
  peakGflops: z.number(),
  /** Of the step, spent in work that the runtime added itself, such as changes of layout. */
  unknownSeconds: z.number(),
  /** ONNX operators, the longest first; seconds of one step. */
  operators: z.array(z.object({ operator: z.string(), calls: z.number(), seconds: z.number() })),
});
export type NetworkProfile = z.infer<typeof networkProfile>;

export const network = z.object({
  recipe: z.string(),
  run: z.string().optional(),
  dataset: z.string(),
  config,
  batchSize: z.int(),
  parameters: z.int(),
  state: z.int(),
  flopsPerItem: byStage,
  memory: z.object({
    /** Parameters, states and the optimizer's moments. */
    variableBytes: z.number(),
    /** Of one batch: results that wait for the backward pass. */
    keptBytes: z.number(),
    /** Of one batch: the most results alive at once. */
    peakBytes: z.number(),
    /** What a training process is expected to take in all. */
    processBytes: z.number(),
  }),
  /** In the order of the data's way. */
  blocks: z.array(networkBlock),
  edges: z.array(networkEdge),
  nodes: z.array(networkNode),
  profile: networkProfile.optional(),
});
export type Network = z.infer<typeof network>;
