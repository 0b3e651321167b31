import { describe, expect, it } from 'vitest';
import { Graph, type Node, reachable } from '#main/engine/graph';
import type { OpName } from '#main/engine/ops/attributes';
import { infer, opNames, opOf } from '#main/engine/ops/index';
import type { Op } from '#main/engine/ops/op';
import { Tensor } from '#main/engine/tensor';
import { expectGradientOnCpu, expectStaysOnWebgpu, hasWebgpu, integers, type Sample } from '#test/numeric';
import type { OpCase, OpCases } from '#test/op-case';
import { opCases } from '#test/op-cases';

const casesOf = (name: OpName): OpCases => opCases[name] ?? { cases: [] }; // the first test says which are missing

/** The nodes of an op in a case, in the order in which they are traced. */
function nodesOf(name: OpName, { compute, samples }: OpCase): Node[] {
  const graph = new Graph(infer);
  const inputs = samples.map(
    ({ shape, dtype }: Sample, place) =>
      new Tensor(graph, graph.apply('input', [], { name: `x${place}`, shape, dtype })),
  );
  return reachable([compute(...inputs).node]).filter(({ op }) => op === name);
}

/** What its gradient rule gives each input of a node. */
function parts(name: OpName, node: Node): (Tensor | undefined)[] {
  const graph = new Graph(infer);
  const inputs = node.inputs.map(
    ({ shape, dtype }, place) => new Tensor(graph, graph.apply('input', [], { name: `x${place}`, shape, dtype })),
  );
  const y = new Tensor(
    graph,
    graph.apply(
      name,
      inputs.map((input) => input.node),
      node.attributes as never,
    ),
  );
  const g = new Tensor(graph, graph.apply('input', [], { name: 'g', shape: y.shape, dtype: 'float32' }));
  return opOf(name).gradient({ inputs, y, g }, node.attributes as never);
}

/** Runs with the gradient of one input of an op five percent too long. */
async function spoilt(name: OpName, input: number, run: () => Promise<void>): Promise<void> {
  const op = opOf(name) as Op<never>;
  const { gradient } = op;
  const tooLong: typeof gradient = (backward, attributes) =>
    gradient(backward, attributes).map((part, place) => (place === input ? part?.scale(1.05) : part));
  Object.assign(op, { gradient: tooLong });
  await run().finally(() => Object.assign(op, { gradient }));
}

it('every op has cases, and every case uses its op', () => {
  expect(Object.keys(opCases).sort()).toEqual([...opNames].sort());
  for (const name of opNames) {
    if (name === 'variable') continue; // declared by a scope; the session's tests train them
    expect(casesOf(name).cases.length, `${name}: cases`).toBeGreaterThan(0);
    for (const one of casesOf(name).cases) expect(nodesOf(name, one), `${name} in its case`).not.toHaveLength(0);
  }
});

const differentiable = opNames.filter((name) => !casesOf(name).withoutGradient);

describe.each(differentiable)('%s', (name) => {
  const { cases } = casesOf(name);

  it('has the gradients that central differences predict, and the same on WebGPU without leaving it', async () => {
    for (const { compute, samples } of cases) await expectGradientOnCpu(compute, ...samples);
    await expectStaysOnWebgpu(cases);
  });

  it('is noticed when its gradient is spoilt', async () => {
    const first = cases[0]!;
    const found = parts(name, nodesOf(name, first)[0]!);
    expect(found.some(Boolean), 'a gradient flows').toBe(true);
    for (const [input, part] of found.entries()) {
      if (!part) continue;
      await spoilt(name, input, () =>
        expect(expectGradientOnCpu(first.compute, ...first.samples), `input ${input}`).rejects.toThrow(
          'gradient of input',
        ),
      );
    }
  });
});

describe.each(opNames.filter((name) => casesOf(name).withoutGradient && name !== 'variable'))('%s', (name) => {
  const { cases, withoutGradient, refuses } = casesOf(name);

  it(`sends no gradient back: ${withoutGradient}`, () => {
    const found = () => parts(name, nodesOf(name, cases[0]!)[0]!);
    if (refuses) expect(found).toThrow('not supported');
    else expect(found().every((part) => part === undefined)).toBe(true);
  });

  it('gives the same on WebGPU without leaving it', () => expectStaysOnWebgpu(cases, { backward: !refuses }));
});

it('what falls back to the CPU is noticed', async (context) => {
  if (!(await hasWebgpu())) return context.skip('no WebGPU here');
  const wide = { compute: (x: Tensor) => x.cast('int64').cast('int32'), samples: [integers([3], 5)] };
  await expect(expectStaysOnWebgpu([wide])).rejects.toThrow('fallback to CPU EP');
});
