/**
 * What a compiled model is made of, told node by node: operations, sizes, the block each belongs to, and whether it is
 * part of the forward pass, the backward pass or the update.
 */

import type { Node } from '../graph';
import { reachable } from '../graph';
import { opOf } from '../ops/index';
import type { DType } from '../shape';
import { isFixed } from '../shape';
import type { Tensor } from '../tensor';
import { blocksOf } from './blocks';
import { liveness } from './liveness';
import type { Outline, OutlineNode } from './node';
import { stagesOf } from './stages';

const SIZES: Readonly<Record<DType, number>> = { float32: 4, int32: 4, int64: 8, bool: 1 };

/** The outline of what `outputs` are computed from. */
export function outlineOf(outputs: ReadonlyMap<string, Tensor>): Outline {
  const nodes = reachable([...outputs.values()].map(({ node }) => node));
  const stages = stagesOf(nodes, outputs);
  const blocks = blocksOf(nodes, stages);
  const { kept, keptBytes, peakBytes } = liveness(nodes, { stages, bytes: bytesOf, workspace: workspaceOf, outputs });
  const described = nodes.map((node): OutlineNode => {
    const { id, op, inputs, dtype, attributes } = node;
    return {
      ...{ id, op, dtype, stage: stages.get(node)!, block: blocks.get(node)!, kept: kept.has(node) },
      shape: sizesOf(node),
      flops: opOf(op).flops?.(inputs.map(fixedShape), attributes as never, fixedShape(node)) ?? 0,
      bytes: bytesOf(node),
      inputs: inputs.map((input) => input.id),
      ...('name' in attributes && { name: attributes.name }),
    };
  });
  return { nodes: described, keptBytes, peakBytes };
}

const sizesOf = ({ shape }: Node): number[] => shape.map((dim) => (isFixed(dim) ? dim : dim.batch));
const fixedShape = (node: Node) => ({ shape: sizesOf(node), dtype: node.dtype });
const workspaceOf = (node: Node): number =>
  opOf(node.op).workspace?.(node.inputs.map(fixedShape), node.attributes as never, fixedShape(node)) ?? 0;
const bytesOf = (node: Node): number => sizesOf(node).reduce((size, dim) => size * dim, SIZES[node.dtype]);
