/** What an outline says of a compiled model. */

import type { DType } from '../shape';

export type Stage = 'forward' | 'backward' | 'update';

export interface OutlineNode {
  readonly id: number;
  readonly op: string;
  readonly stage: Stage;
  /** Dotted name of the block, from the variables that feed it; `input` before the first, `objective` after the last. */
  readonly block: string;
  /** Sizes that are open until a run count as 1. */
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Floating-point operations of the products, convolutions and recurrences inside; 0 for all else. */
  readonly flops: number;
  /** Bytes of the result. */
  readonly bytes: number;
  readonly inputs: readonly number[];
  /** Whether the result must outlive the forward pass, because the backward pass reads it. */
  readonly kept: boolean;
  /** Of a leaf: the name by which it is fed or kept. */
  readonly name?: string;
}

export interface Outline {
  /** In the order of the graph: inputs before what is computed from them. */
  readonly nodes: readonly OutlineNode[];
  /** Bytes of forward results that wait for the backward pass. */
  readonly keptBytes: number;
  /**
   * The most bytes alive at once, when nodes run in this order; leaves are not counted. What products need beside their
   * results counts all at once: ONNX Runtime was seen to lay out all of it before it multiplies.
   */
  readonly peakBytes: number;
}
