import { expect, it } from 'vitest';
import { adamW, compileTrainStep, openTrainSession, type Scope, stream, type Tensor } from '#main/engine';
import { crossEntropy } from '#main/engine/functions/losses';
import { staysOnDevice } from '#main/engine/session/placement';
import type { Device } from '#main/engine/session/runtime';
import { bertStyle, bidirectional, embed, gpt2Style, maskedTokenLogits, tokenTable, transformer } from '#main/nn';
import { expectClose, hasWebgpu } from '#test/numeric';

const [N, T, WIDTH, VOCABULARY] = [2, 3, 8, 11];
const table = { vocabulary: VOCABULARY, width: WIDTH, positions: T };
const stack = { layers: 1, heads: 2, inner: 16, dropout: 0.1 };

/** An encoder with padding, a causal decoder that looks at it, an LSTM in two directions, and the head of BERT. */
function model(scope: Scope, tokens: Tensor, places: Tensor): Tensor {
  const e = scope.at('e');
  const mask = tokens.greater(0).cast('float32');
  const x = embed(e, { tokens }, table);
  const memory = transformer(scope.at('encoder'), x, { ...stack, ...bertStyle }, { mask });
  const context = { causal: true, memory, memoryMask: mask };
  const h = transformer(scope.at('decoder'), x, { ...stack, ...gpt2Style }, context);
  const { output } = bidirectional(scope.at('lstm'), h, { units: WIDTH / 2 });
  return maskedTokenLogits(scope.at('head'), output, places, tokenTable(e, table));
}

const feeds = {
  tokens: Int32Array.from(stream(1).integers(N * T, VOCABULARY)),
  places: Int32Array.of(1, 3, 5),
  labels: Int32Array.from(stream(2).integers(3, VOCABULARY)),
};

const compile = (device: Device) =>
  compileTrainStep({
    inputs: {
      tokens: { dtype: 'int32', shape: [N, T] },
      places: { dtype: 'int32', shape: [3] },
      labels: { dtype: 'int32', shape: [3] },
    },
    objective: (scope, { tokens, places, labels }) => ({ loss: crossEntropy(model(scope, tokens!, places!), labels!) }),
    optimizer: adamW(),
    device,
    clipNorm: 1,
  });

async function losses(device: Device): Promise<number[]> {
  const session = await openTrainSession(compile(device), { device, seed: 3, threads: 1 });
  const found: number[] = [];
  for (let step = 0; step < 2; step++) found.push((await session.step(feeds, 1e-2))['loss']!);
  await session.close();
  return found;
}

it('a training step of transformers and an LSTM gives the same losses on WebGPU, and never leaves it', async () => {
  const cpu = await losses('cpu');
  expect(cpu.at(-1)).toBeLessThan(cpu[0]!);
  if (!(await hasWebgpu())) return;
  expect(await staysOnDevice(compile('webgpu'), 'webgpu')).toBe(true);
  expectClose(await losses('webgpu'), cpu, 'losses', { relative: 1e-3, absolute: 1e-4 });
});
