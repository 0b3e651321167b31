import { describe, expect, it } from 'vitest';
import { compileForward, gradients, openForwardSession, type Scope, stream, type Tensor } from '#main/engine';
import { type ExpertsOptions, switchExperts } from '#main/nn';
import { expectClose } from '#test/numeric';

const [TOKENS, WIDTH, EXPERTS, INNER] = [12, 4, 3, 5];
const x = stream(1).normal(TOKENS * WIDTH);

async function run(build: (scope: Scope, x: Tensor) => Record<string, Tensor>, values: Record<string, number[]> = {}) {
  const program = compileForward({
    inputs: { x: { dtype: 'float32', shape: [TOKENS, WIDTH] } },
    outputs: (scope, { x: traced }) => build(scope, traced!),
    device: 'cpu',
  });
  const start = program.variables.map(({ name, shape, init }): [string, Float32Array<ArrayBuffer>] => {
    const data = init.fill(shape, stream(4).split(name));
    return [name, values[name] ? Float32Array.from(values[name]) : data.map((value) => value * 40)];
  });
  const session = await openForwardSession(program, { device: 'cpu', threads: 1, values: new Map(start) });
  const results = await session.run({ x });
  await session.close();
  return (name: string) => Array.from(results[name]!.data, Number);
}

/** Every expert on every token, and the chosen one kept. */
function dense(scope: Scope, x: Tensor): Tensor {
  const chance = x
    .linear(
      scope.at('router').parameter('weight', [WIDTH, EXPERTS], any),
      scope.at('router').parameter('bias', [EXPERTS], any),
    )
    .softmax(-1);
  const chosen = chance.argMax(1).oneHot(EXPERTS);
  const part = (at: Scope, name: string, shape: number[], e: number) =>
    at
      .parameter(name, shape, any, { decay: false })
      .slice(0, e, e + 1)
      .reshape(shape.slice(1));
  const parts = Array.from({ length: EXPERTS }, (_, e) => {
    const inner = x
      .matmul(part(scope.at('in'), 'weight', [EXPERTS, WIDTH, INNER], e))
      .add(part(scope.at('in'), 'bias', [EXPERTS, 1, INNER], e))
      .relu();
    const y = inner
      .matmul(part(scope.at('out'), 'weight', [EXPERTS, INNER, WIDTH], e))
      .add(part(scope.at('out'), 'bias', [EXPERTS, 1, WIDTH], e));
    return y.mul(chance.mul(chosen).slice(1, e, e + 1));
  });
  return parts.reduce((sum, y) => sum.add(y));
}
const any = { name: 'any', fill: (shape: readonly number[]) => new Float32Array(shape.reduce((n, dim) => n * dim, 1)) };

const options: ExpertsOptions = { experts: EXPERTS, inner: INNER };
const roomy = { ...options, capacity: EXPERTS };

describe('experts', () => {
  it('with room for all, each token gets its own expert times the chance of that choice, and so do the gradients', async () => {
    const of = (build: (scope: Scope, x: Tensor) => Tensor) => (scope: Scope, input: Tensor) => {
      const y = build(scope, input);
      const weights = [
        scope.at('router').parameter('weight', [WIDTH, EXPERTS], any),
        scope.at('in').parameter('weight', [EXPERTS, WIDTH, INNER], any),
        scope.at('out').parameter('bias', [EXPERTS, 1, WIDTH], any, { decay: false }),
      ];
      const found = gradients(y.square().sum(), [input, ...weights]);
      return { y, ...Object.fromEntries(found.map((gradient, i) => [`g${i}`, gradient])) };
    };
    const routed = await run(
      of((scope, input) => switchExperts(scope, input, roomy).output),
      weightsByName,
    );
    const full = await run(of(dense), weightsByName);
    for (const name of ['y', 'g0', 'g1', 'g2', 'g3'])
      expectClose(routed(name), full(name), name, { relative: 1e-4, absolute: 1e-5 });
    expect(Math.max(...routed('y').map(Math.abs))).toBeGreaterThan(0.1);
  });

  it('passes over the tokens that find their expert full, and says how many', async () => {
    const everything = (capacity: number) =>
      run(
        (scope, input) => {
          const { output, passedOver, load } = switchExperts(scope, input, { ...options, capacity });
          return { output, passedOver, load };
        },
        { ...weightsByName, 'router.weight': Array(WIDTH * EXPERTS).fill(0), 'router.bias': [0, 1, 0] },
      );
    const small = await everything(1); // 4 places each, and all 12 tokens want expert 1
    expect(small('load')).toEqual([0, 1, 0]);
    expectClose(small('passedOver'), [8 / 12]);
    expect(
      small('output')
        .slice(4 * WIDTH)
        .every((value) => value === 0),
    ).toBe(true);
    const large = await everything(EXPERTS);
    expectClose(large('passedOver'), [0]);
    expectClose(small('output').slice(0, 4 * WIDTH), large('output').slice(0, 4 * WIDTH));
  });

  it('the balance is 1 when all experts are as likely, and E when one gets everything', async () => {
    const balance = async (bias: number[]) => {
      const values = { ...weightsByName, 'router.weight': Array(WIDTH * EXPERTS).fill(0), 'router.bias': bias };
      return (await run((scope, input) => ({ balance: switchExperts(scope, input, roomy).balance }), values))(
        'balance',
      )[0]!;
    };
    expect(await balance([0, 0, 0])).toBeCloseTo(1, 5);
    expect(await balance([0, 30, 0])).toBeCloseTo(EXPERTS, 5);
  });
});

const weightsByName: Record<string, number[]> = Object.fromEntries(
  Object.entries({
    'router.weight': WIDTH * EXPERTS,
    'router.bias': EXPERTS,
    'in.weight': EXPERTS * WIDTH * INNER,
    'in.bias': EXPERTS * INNER,
    'out.weight': EXPERTS * INNER * WIDTH,
    'out.bias': EXPERTS * WIDTH,
  }).map(([name, count]) => [name, Array.from(stream(4).split(name).normal(count), (value) => value * 0.7)]),
);
