import { beforeAll, describe, expect, it } from 'vitest';
import { compileForward, compileTrainStep } from '#main/engine/compile';
import { normal, zeros } from '#main/engine/init';
import { adamW } from '#main/engine/optimizers/adamw';
import type { Outline, OutlineNode, Stage } from '#main/engine/outline/node';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';

const [batch, wide, narrow] = [8, 6, 3];

function layer(scope: Scope, x: Tensor, out: number): Tensor {
  const into = Number(x.shape[1]);
  return x.linear(scope.parameter('weight', [into, out], normal(1)), scope.parameter('bias', [out], zeros));
}
const network = (scope: Scope, x: Tensor): Tensor =>
  layer(scope.at('decoder.out'), layer(scope.at('encoder.in'), x, narrow).relu(), wide);

const program = compileTrainStep({
  inputs: { x: { dtype: 'float32', shape: [batch, wide] } },
  objective: (scope, { x }) => ({ loss: network(scope, x!).sub(x!).square().mean() }),
  optimizer: adamW(),
  device: 'cpu',
});

let outline: Outline;
beforeAll(() => {
  outline = Object.values(program.phases)[0]!.graphs.update.outline();
});
const leaves = ['input', 'variable', 'constant'];
const inside = (stage: Stage, block?: string): OutlineNode[] =>
  outline.nodes.filter(
    (node) => node.stage === stage && !leaves.includes(node.op) && (block === undefined || node.block === block),
  );
const flops = (nodes: readonly OutlineNode[]) => nodes.reduce((sum, node) => sum + node.flops, 0);

describe('the outline of a training step', () => {
  it('lists inputs before what is computed from them', () => {
    const seen = new Set<number>();
    for (const { id, inputs } of outline.nodes) {
      for (const input of inputs) expect(seen.has(input)).toBe(true);
      seen.add(id);
    }
  });

  it('gives each node the block whose variables it works with, activations included', () => {
    expect(inside('forward', 'encoder.in').map(({ op }) => op)).toEqual(['gemm', 'relu']);
    expect(inside('forward', 'decoder.out').map(({ op }) => op)).toEqual(['gemm']);
    expect(inside('forward', 'objective').map(({ op }) => op)).toEqual(['sub', 'square', 'mean']);
  });

  it('gives the backward pass of a node the same block, and the update of a variable too', () => {
    expect(inside('backward', 'encoder.in').filter(({ op }) => op === 'gemm')).toHaveLength(1); // no gradient of x
    expect(inside('backward', 'decoder.out').filter(({ op }) => op === 'gemm')).toHaveLength(2);
    for (const block of ['encoder.in', 'decoder.out']) expect(inside('update', block).length).toBeGreaterThan(5);
    expect(inside('update', 'objective')).toEqual([]);
  });

  it('counts 2·m·n·k of each product, and all of them together as the program does', () => {
    const product = 2 * batch * wide * narrow;
    expect(flops(inside('forward', 'encoder.in'))).toBe(product);
    expect(flops(inside('backward'))).toBe(3 * product);
    expect(flops(inside('update'))).toBe(0);
    expect(flops(outline.nodes)).toBe(program.flops);
  });

  it('keeps what the backward pass reads, and nothing else', () => {
    // relu(h) for dW of the decoder (and relu's own mask), y − x for the square: no more
    const kept = outline.nodes.filter((node) => node.kept);
    expect(kept.every(({ stage }) => stage === 'forward')).toBe(true);
    expect(kept.map(({ op }) => op).sort()).toEqual(['relu', 'sub']);
    expect(outline.keptBytes).toBe(4 * batch * (narrow + wide));
    expect(outline.peakBytes).toBeGreaterThanOrEqual(outline.keptBytes);
  });
});

it('a forward program is all forward, keeps nothing, and counts an open batch as one item', () => {
  const outlined = compileForward({
    inputs: { x: { dtype: 'float32', shape: [{ batch: 1 }, wide] } },
    outputs: (scope, { x }) => ({ y: network(scope, x!) }),
    device: 'cpu',
  }).outline!();
  expect(new Set(outlined.nodes.map(({ stage }) => stage))).toEqual(new Set(['forward']));
  expect(outlined.keptBytes).toBe(0);
  expect(flops(outlined.nodes)).toBe(2 * 2 * wide * narrow);
});

it('the peak is that of the busiest moment: a chain frees as it goes, a fan-out does not', () => {
  const peakOf = (outputs: (x: Tensor) => Tensor) =>
    compileForward({
      inputs: { x: { dtype: 'float32', shape: [100] } },
      outputs: (_, { x }) => ({ y: outputs(x!) }),
      device: 'cpu',
    }).outline!().peakBytes;
  const chain = (x: Tensor) => x.square().square().square().square();
  const fan = (x: Tensor) => [x.erf(), x.square(), x.gelu(), x.softplus()].reduce((sum, one) => sum.maximum(one));
  expect(peakOf(chain)).toBe(800); // one read, one written
  expect(peakOf(fan)).toBeGreaterThanOrEqual(1600); // four wait
});

it('a block is told from feeding alone where chance is fed in the middle of the network', () => {
  const { graphs } = Object.values(
    compileTrainStep({
      inputs: { x: { dtype: 'float32', shape: [batch, wide] }, mask: { dtype: 'float32', shape: [batch, narrow] } },
      objective: (scope, { x, mask }) => {
        const hidden = layer(scope.at('first'), x!, narrow).mul(mask!);
        return { loss: layer(scope.at('second'), hidden, 1).square().mean() };
      },
      optimizer: adamW(),
      device: 'cpu',
    }).phases,
  )[0]!;
  const mul = graphs.update.outline().nodes.find(({ op, stage }) => op === 'mul' && stage === 'forward')!;
  expect(mul.block).toBe('first');
});
