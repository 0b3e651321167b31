/** Where a tensor is used twice its gradients add up; often they need not be written out in full to do so. */

import type { Node } from './graph';
import { Tensor } from './tensor';

/** The sum of two gradients of one tensor, in as few passes over its elements as their forms allow. */
export function accumulated(a: Tensor, b: Tensor): Tensor {
  return joined(a, b) ?? joined(b, a) ?? scattered(a, b) ?? scattered(b, a) ?? a.add(b);
}

interface Part {
  readonly axis: number;
  /** Where along the axis the part stands, and how much comes behind it. */
  readonly before: number;
  readonly after: number;
  readonly inner: Tensor;
}

/** The part of a tensor that a pad with zeros along one axis surrounds: what a slice sends back. */
function partOf({ graph, node }: Tensor): Part | undefined {
  if (node.op !== 'pad' || !('value' in node.attributes) || node.attributes.value !== 0) return undefined;
  const { before, after } = node.attributes;
  const padded = before.flatMap((width, axis) => (width !== 0 || after[axis] !== 0 ? [axis] : []));
  const [axis] = padded;
  if (axis === undefined || padded.length > 1) return undefined;
  if (before[axis]! < 0 || after[axis]! < 0) return undefined;
  return { axis, before: before[axis]!, after: after[axis]!, inner: new Tensor(graph, node.inputs[0]!) };
}

/** Two neighbouring parts become one: the gradient of a split is a concat, not a sum of padded copies. */
function joined(a: Tensor, b: Tensor): Tensor | undefined {
  const [first, second] = [partOf(a), partOf(b)];
  if (!first || !second || first.axis !== second.axis) return undefined;
  const { axis } = first;
  if (first.before + Number(first.inner.shape[axis]) !== second.before) return undefined;
  const [head, ...rest] = [...pieces(first.inner, axis), ...pieces(second.inner, axis)];
  const whole = head!.concat(rest, axis);
  return whole.pad(whole.shape.map((_, at) => (at === axis ? [first.before, second.after] : [0, 0])));
}

const pieces = (x: Tensor, axis: number): Tensor[] =>
  x.node.op === 'concat' && 'axis' in x.node.attributes && x.node.attributes.axis === axis
    ? x.node.inputs.map((input) => new Tensor(x.graph, input))
    : [x];

const isZero = ({ op, inputs }: Node): boolean => {
  const value = op === 'broadcastTo' ? inputs[0] : undefined;
  return value?.op === 'constant' && 'data' in value.attributes && value.attributes.data.every((x) => Number(x) === 0);
};

/** What b adds to zeros at some positions is added to a there. */
function scattered(a: Tensor, { graph, node }: Tensor): Tensor | undefined {
  const [base, indices, values] = node.inputs.map((input) => new Tensor(graph, input));
  if (!base || !isZero(base.node) || !('axis' in node.attributes)) return undefined;
  if (node.op === 'scatterAdd') return a.scatterAdd(indices!, values!, node.attributes.axis);
  return node.op === 'addAlong' ? a.addAlong(indices!, values!, node.attributes.axis) : undefined;
}
