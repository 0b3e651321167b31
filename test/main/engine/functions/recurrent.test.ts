import { InferenceSession, Tensor as Value } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { compileForward } from '#main/engine/compile';
import { gru, lstm, rnn } from '#main/engine/functions/recurrent';
import { gradients } from '#main/engine/gradient';
import { Emitter } from '#main/engine/onnx/emitter';
import { encode } from '#main/engine/onnx/encode';
import type { Tensor } from '#main/engine/tensor';
import {
  evaluate,
  expectClose,
  expectGradient,
  normal,
  numbers,
  type Sample,
  type TensorFunction,
  tolerance,
} from '#test/numeric';

const [T, N, I, H] = [4, 2, 3, 2];

const scaled = (shape: readonly number[], seed: number): Sample => {
  const { data, ...rest } = normal(shape, seed);
  return { ...rest, data: Float32Array.from(data as Float32Array, (value) => 0.6 * value) };
};

/** x, Wx, Wh, b and a first state. */
const inputs = (gates: number, steps = T, items = N): Sample[] => [
  scaled([steps, items, I], 1),
  scaled([I, gates * H], 2),
  scaled([H, gates * H], 3),
  scaled([gates * H], 4),
  scaled([items, H], 5),
];

const plainLstm: TensorFunction = (...[x, input, recurrent, bias, initial, initialCell]) =>
  lstm(
    x!,
    { input: input!, recurrent: recurrent!, bias: bias! },
    { initial: initial!, ...(initialCell ? { initialCell } : {}) },
  ).output;
const plainGru: TensorFunction = (...[x, input, recurrent, bias, initial, recurrentBias]) =>
  gru(
    x!,
    { input: input!, recurrent: recurrent!, bias: bias!, ...(recurrentBias ? { recurrentBias } : {}) },
    { initial: initial! },
  );
const plainRnn: TensorFunction = (...[x, input, recurrent, bias, initial]) =>
  rnn(x!, { input: input!, recurrent: recurrent!, bias: bias! }, { initial: initial! });

/** [T, N]: the second sequence ends before the last step. */
const maskOf = (x: Tensor) =>
  x.constant(
    Float32Array.from({ length: T * N }, (_, at) => (at === T * N - 1 ? 0 : 1)),
    [T, N],
  );

/** ONNX's own operator on the same numbers; its rows are gates, in an order of its own. */
async function onnx(
  type: 'LSTM' | 'GRU' | 'RNN',
  samples: readonly Sample[],
  order: readonly number[],
  reverse: boolean,
) {
  const [x, wx, wh, b, first, more] = samples as [Sample, Sample, Sample, Sample, Sample, Sample | undefined];
  const emit = new Emitter('cpu');
  const gates = order.length;
  const rows = (weight: Sample): Float32Array<ArrayBuffer> => {
    const width = Number(weight.shape[0]);
    const at = (row: number, column: number) => {
      const gate = order[Math.floor(row / H)]! * H + (row % H);
      return Number(weight.data[column * gates * H + gate]);
    };
    return Float32Array.from({ length: gates * H * width }, (_, i) => at(Math.floor(i / width), i % width));
  };
  const vector = (values: Sample | undefined) =>
    Array.from({ length: gates * H }, (_, row) =>
      Number(values?.data[order[Math.floor(row / H)]! * H + (row % H)] ?? 0),
    );
  const constant = (data: ArrayLike<number>, shape: number[]) =>
    emit.constant(Float32Array.from(data), shape, 'float32');
  const operands = [
    { name: 'x', shape: x.shape, dtype: 'float32' as const },
    constant(rows(wx), [1, gates * H, I]),
    constant(rows(wh), [1, gates * H, H]),
    constant([...vector(b), ...vector(type === 'GRU' ? more : undefined)], [1, 2 * gates * H]),
    '',
    constant(Array.from(first.data, Number), [1, N, H]),
    ...(type === 'LSTM' ? [constant(Array.from(more!.data, Number), [1, N, H])] : []),
  ];
  const settings = { hidden_size: H, direction: reverse ? 'reverse' : 'forward' };
  const y = emit.node(type, operands, type === 'GRU' ? { ...settings, linear_before_reset: 1 } : settings);
  const model = encode({
    nodes: emit.nodes,
    constants: emit.constants,
    inputs: [{ name: 'x', shape: x.shape, dtype: 'float32' }],
    outputs: [{ name: y, shape: [T, 1, N, H], dtype: 'float32' }],
  });
  const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
  const results = await session.run({ x: new Value('float32', x.data as Float32Array, x.shape as number[]) });
  await session.release();
  return results[y]!.data as Float32Array;
}

describe('lstm', () => {
  const samples = [...inputs(4), scaled([N, H], 6)];

  it('is the LSTM of ONNX, in both directions', async () => {
    expectClose(await numbers(plainLstm, ...samples), await onnx('LSTM', samples, [0, 2, 1, 3], false));
    const reverse: TensorFunction = (...[x, input, recurrent, bias, initial, initialCell]) =>
      lstm(
        x!,
        { input: input!, recurrent: recurrent!, bias: bias! },
        { initial: initial!, initialCell: initialCell!, reverse: true },
      ).output;
    expectClose(await numbers(reverse, ...samples), await onnx('LSTM', samples, [0, 2, 1, 3], true));
  });

  it('has gradients through time for inputs, weights and both first states', async () => {
    await expectGradient(plainLstm, ...samples);
    await expectGradient(plainLstm, ...inputs(4, 1, 1), scaled([1, H], 6));
  });

  it('has gradients through the cells, and with h and c used together', async () => {
    const cells: TensorFunction = (x, input, recurrent) => {
      const { hidden, cell } = lstm(x!, { input: input!, recurrent: recurrent! }, { reverse: true });
      return hidden.add(cell.square());
    };
    await expectGradient(cells, ...samples.slice(0, 3));
  });

  it('keeps its state where the mask is 0, forwards and backwards', async () => {
    const masked =
      (reverse: boolean): TensorFunction =>
      (x, input, recurrent, bias, initial) =>
        lstm(
          x!,
          { input: input!, recurrent: recurrent!, bias: bias! },
          { initial: initial!, mask: maskOf(x!), reverse },
        ).output;
    const y = await numbers(masked(false), ...inputs(4));
    expect(y.slice(-H)).toEqual(y.slice(-(N + 1) * H, -N * H));
    const back = await numbers(masked(true), ...inputs(4));
    expectClose(back.slice(-H), Array.from(inputs(4)[4]!.data, Number).slice(-H));
    for (const reverse of [false, true]) await expectGradient(masked(reverse), ...inputs(4));
  });

  it('sees only a projection of its state, with gradients', async () => {
    const projected: TensorFunction = (x, input, recurrent, projection, initial) =>
      lstm(x!, { input: input!, recurrent: recurrent!, projection: projection! }, { initial: initial! }).output;
    const P = 1;
    const small = [
      scaled([T, N, I], 1),
      scaled([I, 4 * H], 2),
      scaled([P, 4 * H], 3),
      scaled([H, P], 4),
      scaled([N, H], 5),
    ];
    expect((await evaluate(projected, ...small)).shape).toEqual([T, N, P]);
    await expectGradient(projected, ...small);
    // The same network without the shortcut: the recurrent weight is a product of two.
    const full: TensorFunction = (x, input, recurrent, projection, initial) =>
      lstm(x!, { input: input!, recurrent: projection!.matmul(recurrent!) }, { initial: initial! }).output.linear(
        projection!,
      );
    expectClose(await numbers(projected, ...small), await numbers(full, ...small));
  });

  it('says what does not fit', async () => {
    await expect(
      evaluate(
        plainLstm,
        scaled([T, N, I], 1),
        scaled([I, 8], 1),
        scaled([3, 8], 1),
        scaled([8], 1),
        scaled([N, H], 1),
      ),
    ).rejects.toThrow('lstm: the recurrent weight must be [2, 8], got [3, 8]');
  });
});

describe('gru', () => {
  const samples = [...inputs(3), scaled([3 * H], 6)];

  it('is the GRU of ONNX with the reset after the product', async () => {
    expectClose(await numbers(plainGru, ...samples), await onnx('GRU', samples, [1, 0, 2], false));
  });

  it('has gradients through time', async () => {
    await expectGradient(plainGru, ...samples);
    await expectGradient(plainGru, ...inputs(3, 1, 1), scaled([3 * H], 6));
  });

  it('keeps its state where the mask is 0', async () => {
    const masked: TensorFunction = (x, input, recurrent, bias, initial) =>
      gru(
        x!,
        { input: input!, recurrent: recurrent!, bias: bias! },
        { initial: initial!, mask: maskOf(x!), reverse: true },
      );
    await expectGradient(masked, ...inputs(3));
  });
});

describe('rnn', () => {
  it('is the RNN of ONNX, and has gradients through time', async () => {
    expectClose(await numbers(plainRnn, ...inputs(1)), await onnx('RNN', inputs(1), [0], false));
    await expectGradient(plainRnn, ...inputs(1));
    const masked: TensorFunction = (x, input, recurrent, bias, initial) =>
      rnn(x!, { input: input!, recurrent: recurrent!, bias: bias! }, { initial: initial!, mask: maskOf(x!) });
    await expectGradient(masked, ...inputs(1));
  });
});

describe('a loop over time', () => {
  /** Value and all gradients, from the graph that is written for `device`, run on the CPU. */
  async function everything(device: 'cpu' | 'webgpu', compute: TensorFunction, samples: readonly Sample[]) {
    const program = compileForward({
      inputs: Object.fromEntries(samples.map(({ shape, dtype }, i) => [`x${i}`, { shape, dtype }])),
      outputs: (_, traced) => {
        const tensors = samples.map((_, i) => traced[`x${i}`]!);
        const y = compute(...tensors);
        return { y, ...Object.fromEntries(gradients(y.square().sum(), tensors).map((g, i) => [`g${i}`, g])) };
      },
      device,
    });
    const session = await InferenceSession.create(program.onnx, { logSeverityLevel: 3 });
    const results = await session.run(
      Object.fromEntries(
        samples.map(({ data, shape }, i) => [`x${i}`, new Value('float32', data as Float32Array, shape as number[])]),
      ),
    );
    await session.release();
    return { results, scans: new TextDecoder('latin1').decode(program.onnx).split('Scan_').length - 1 };
  }

  it('gives the same value and gradients scanned and unrolled', async () => {
    const cases: [TensorFunction, Sample[]][] = [
      [plainLstm, [...inputs(4), scaled([N, H], 6)]],
      [plainGru, [...inputs(3), scaled([3 * H], 6)]],
      [plainRnn, inputs(1)],
    ];
    for (const [compute, samples] of cases) {
      const [scanned, unrolled] = [
        await everything('cpu', compute, samples),
        await everything('webgpu', compute, samples),
      ];
      expect([scanned.scans, unrolled.scans]).toEqual([2, 0]);
      for (const [name, { data }] of Object.entries(scanned.results)) {
        expectClose(unrolled.results[name]!.data as Float32Array, data as Float32Array, name, tolerance.value);
      }
    }
  });
});
