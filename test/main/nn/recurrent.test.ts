import { describe, expect, it } from 'vitest';
import { compileForward, openForwardSession, type Scope, stream, type Tensor } from '#main/engine';
import type { RecurrentLayerOptions } from '#main/nn';
import { bidirectional, recurrentStack } from '#main/nn';
import { expectClose } from '#test/numeric';

const [N, T, I, UNITS] = [2, 5, 3, 4];

type Build = (scope: Scope, x: Tensor) => Record<string, Tensor>;

/** Outputs as plain numbers, from weights that are the same in every call. */
async function run(build: Build, x: Float32Array<ArrayBuffer>, steps = T) {
  const program = compileForward({
    inputs: { x: { dtype: 'float32', shape: [N, steps, I] } },
    outputs: (scope, { x: traced }) => build(scope, traced!),
    device: 'cpu',
  });
  const session = await openForwardSession(program, { device: 'cpu', seed: 2, threads: 1 });
  const results = await session.run({ x });
  await session.close();
  const names = program.variables.map(({ name, shape }) => `${name} [${shape}]`);
  return { names, of: (name: string) => Array.from(results[name]!.data, Number) };
}

const x = stream(1).normal(N * T * I);
/** x with another value at one step of the first sequence. */
const changed = (step: number) => x.with(step * I, x[step * I]! + 1) as Float32Array<ArrayBuffer>;
/** The outputs of the first sequence at one step. */
const at = (values: number[], step: number, width = UNITS) => values.slice(step * width, (step + 1) * width);

const variants: [string, RecurrentLayerOptions][] = [
  ['LSTM', { units: UNITS, layers: 2 }],
  ['GRU', { cell: 'gru', units: UNITS, layers: 2 }],
  ['LSTM with projection and residual layers', { units: 6, projection: UNITS, layers: 2, residual: true }],
];

describe.each(variants)('%s', (_, options) => {
  const both: Build = (scope, input) => {
    const { forward, backward } = bidirectional(scope, input, options);
    return { forward: forward.output, backward: backward.output };
  };

  it('forward states know nothing of what comes later, backward states nothing of what came before', async () => {
    const [before, after] = [await run(both, x), await run(both, changed(2))];
    for (const step of [0, 1]) expect(at(after.of('forward'), step)).toEqual(at(before.of('forward'), step));
    for (const step of [3, 4]) expect(at(after.of('backward'), step)).toEqual(at(before.of('backward'), step));
    expect(at(after.of('forward'), 2)).not.toEqual(at(before.of('forward'), 2));
    expect(at(after.of('backward'), 0)).not.toEqual(at(before.of('backward'), 0));
  });

  it('a text in two pieces, with the states carried over, is the text in one', async () => {
    const whole: Build = (scope, input) => ({ y: recurrentStack(scope, input, options).output });
    const pieces: Build = (scope, input) => {
      const first = recurrentStack(scope, input.slice(1, 0, 3), options);
      const second = recurrentStack(scope, input.slice(1, 3), { ...options, initial: first.states });
      return { y: first.output.concat([second.output], 1) };
    };
    expectClose((await run(pieces, x)).of('y'), (await run(whole, x)).of('y'));
  });

  it('gives a short sequence the same states with and without padding, in both directions', async () => {
    const short = Float32Array.from(
      { length: N * 3 * I },
      (_, i) => x[Math.floor(i / (3 * I)) * T * I + (i % (3 * I))]!,
    );
    const masked: Build = (scope, input) => {
      const mask = input.constant(
        Float32Array.from({ length: N * T }, (_, i) => Number(i % T < 3)),
        [N, T],
      );
      const { forward, backward } = bidirectional(scope, input, { ...options, mask });
      return { forward: forward.output, backward: backward.output };
    };
    const [plain, padded] = [await run(both, short, 3), await run(masked, x)];
    for (const name of ['forward', 'backward']) {
      for (const step of [0, 1, 2]) expectClose(at(padded.of(name), step), at(plain.of(name), step), `${name} ${step}`);
    }
  });
});

it('names its parameters by direction and layer', async () => {
  const { names } = await run(
    (scope, input) => ({ y: bidirectional(scope, input, { units: 4, projection: 2 }).output }),
    x,
  );
  expect(names.sort()).toEqual(
    ['forward', 'backward']
      .flatMap((side) =>
        ['bias [16]', 'input [3,16]', 'projection [4,2]', 'recurrent [2,16]'].map((p) => `${side}.layers.0.${p}`),
      )
      .sort(),
  );
});
