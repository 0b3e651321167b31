import { describe, expect, it } from 'vitest';
import { compileTrainStep } from '#main/engine/compile';
import { dropout } from '#main/engine/functions/random';
import { gradients } from '#main/engine/gradient';
import { Graph, reachable } from '#main/engine/graph';
import { glorotUniform, zeros } from '#main/engine/init';
import { infer } from '#main/engine/ops/index';
import { adamW } from '#main/engine/optimizers/adamw';
import { stream } from '#main/engine/random';
import { recompute } from '#main/engine/recompute';
import type { Scope } from '#main/engine/scope';
import { openTrainSession } from '#main/engine/session/open-train';
import type { Device } from '#main/engine/session/runtime';
import { Tensor } from '#main/engine/tensor';
import { expectClose, expectGradient, hasWebgpu, normal } from '#test/numeric';

const WIDTH = 12;
const ROWS = 6;

function layer(scope: Scope, x: Tensor): Tensor {
  const weight = (name: string) => scope.parameter(name, [WIDTH, WIDTH], glorotUniform);
  const h = x.linear(weight('in'), scope.parameter('bias', [WIDTH], zeros)).gelu();
  return x.add(h.linear(weight('out')).tanh());
}

/** Losses and final values of a few steps of a residual stack whose layers share one more weight. */
async function train(device: Device, wrap: typeof recompute, layers = 3) {
  const program = compileTrainStep({
    inputs: { x: { dtype: 'float32', shape: [ROWS, WIDTH] } },
    objective(scope, { x }) {
      const shared = scope.parameter('shared', [WIDTH, WIDTH], glorotUniform);
      let h = x!.linear(shared);
      for (let i = 0; i < layers; i++) h = wrap(h, (inner) => layer(scope.at(i), inner).linear(shared));
      return { loss: h.sub(x!).square().mean() };
    },
    optimizer: adamW(),
    device,
    clipNorm: 1,
  });
  const session = await openTrainSession(program, { device, seed: 3 });
  const losses: number[] = [];
  for (let step = 0; step < 4; step++) {
    const x = stream(step).normal(ROWS * WIDTH);
    losses.push((await session.step({ x }, 1e-2))['loss']!);
  }
  const values = await session.read();
  await session.close();
  return { losses, values: [...values].map(([name, { data }]) => [name, data] as const), program };
}

const plain: typeof recompute = (x, body) => body(x);

describe('recompute', () => {
  it('changes neither losses nor weights, bit for bit, in place or not', async () => {
    const [kept, again] = [await train('cpu', plain), await train('cpu', recompute)];
    expect(again.losses).toEqual(kept.losses);
    for (const [place, [name, data]] of kept.values.entries()) {
      expect(again.values[place]![0]).toBe(name);
      expectClose(again.values[place]![1], data, name, { relative: 0, absolute: 0 });
    }
  });

  it('draws the same chance both times: dropout inside a body drops what it dropped before', async () => {
    const run = async (wrap: typeof recompute) => {
      const program = compileTrainStep({
        inputs: { x: { dtype: 'float32', shape: [ROWS, WIDTH] } },
        objective(scope, { x }) {
          let h = x!;
          for (let i = 0; i < 2; i++) h = wrap(h, (inner) => dropout(scope.at(i), layer(scope.at(i), inner), 0.5));
          return { loss: h.sub(x!).square().mean() };
        },
        optimizer: adamW(),
        device: 'cpu',
      });
      const session = await openTrainSession(program, { device: 'cpu', seed: 3 });
      const losses: number[] = [];
      for (let step = 0; step < 4; step++) {
        const feeds = { x: stream(step).normal(ROWS * WIDTH) };
        losses.push((await session.step(feeds, 1e-2))['loss']!);
      }
      await session.close();
      return losses;
    };
    expect(await run(recompute)).toEqual(await run(plain));
  });

  it('gives the same on WebGPU', async (context) => {
    if (!(await hasWebgpu())) return context.skip('no WebGPU here');
    const [kept, again] = [await train('webgpu', plain, 1), await train('webgpu', recompute, 1)];
    expectClose(again.losses, kept.losses);
    for (const [place, [name, data]] of kept.values.entries()) {
      expectClose(again.values[place]![1], data, name, { relative: 1e-4, absolute: 1e-5 });
    }
  });

  it('has the gradients that central differences predict, also nested and for tensors that the body reads beside x', () =>
    expectGradient(
      (x, w) =>
        recompute(x, (h) =>
          recompute(h, (inner) => inner.mul(w).tanh())
            .add(w)
            .sigmoid(),
        ).mul(w),
      normal([3, 5]),
      normal([3, 5], 2),
    ));

  it('keeps no inner result of the first computation for the backward pass', () => {
    const graph = new Graph(infer);
    const x = new Tensor(graph, graph.apply('input', [], { name: 'x', shape: [4, 4], dtype: 'float32' }));
    const inner: number[] = [];
    const y = recompute(x, (h) => {
      const [a, b] = [h.tanh(), h.tanh().sigmoid()];
      inner.push(a.node.id, b.node.id);
      return a.mul(b).exp();
    });
    const [gradient] = gradients(y.sum(), [x]);
    const forward = new Set(reachable([y.node]));
    const backward = reachable([gradient!.node]).filter((node) => !forward.has(node));
    const readFromForward = new Set(backward.flatMap(({ inputs }) => inputs).filter((node) => forward.has(node)));
    expect([...readFromForward].filter(({ id }) => inner.includes(id))).toEqual([]);
  });

  it('repeats the products of its body once, save the last, whose result no gradient needs', async () => {
    const [kept, again] = [await train('cpu', plain), await train('cpu', recompute)];
    const product = 2 * ROWS * WIDTH * WIDTH;
    expect(again.program.flops - kept.program.flops).toBe(3 * 2 * product);
  });

  it('is its body where that computes nothing', () => {
    const graph = new Graph(infer);
    const x = new Tensor(graph, graph.apply('input', [], { name: 'x', shape: [2], dtype: 'float32' }));
    expect(recompute(x, (h) => h).node).toBe(x.node);
  });
});
