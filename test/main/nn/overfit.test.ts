import { describe, expect, it } from 'vitest';
import {
  adamW,
  compileTrainStep,
  glorotUniform,
  normal,
  openTrainSession,
  type Scope,
  stream,
  type Tensor,
} from '#main/engine';
import { crossEntropy } from '#main/engine/functions/losses';
import {
  bertStyle,
  bidirectional,
  embed,
  gpt2Style,
  maskedTokenLogits,
  recurrentStack,
  tiedLogits,
  tokenTable,
  transformer,
} from '#main/nn';

const [N, T, WIDTH, VOCABULARY] = [4, 8, 32, 16];
const table = { vocabulary: VOCABULARY, width: WIDTH, positions: T };
const stack = { layers: 2, heads: 4, inner: 64 };

const random = stream(7);
const integers = (count: number, below: number, name: string) =>
  Int32Array.from(random.split(name).integers(count, below));
const text = integers(N * T, VOCABULARY, 'text');
const source = integers(N * T, VOCABULARY, 'source');

type Feeds = Record<string, { shape: number[]; data: Int32Array<ArrayBuffer> }>;

/** The loss after so many steps on one batch, in nats. */
async function fit(
  steps: number,
  feeds: Feeds,
  loss: (scope: Scope, inputs: Record<string, Tensor>) => Tensor,
): Promise<number> {
  const program = compileTrainStep({
    inputs: Object.fromEntries(Object.entries(feeds).map(([name, { shape }]) => [name, { dtype: 'int32', shape }])),
    objective: (scope, inputs) => ({ loss: loss(scope, inputs) }),
    optimizer: adamW({ weightDecay: 0 }),
    device: 'cpu',
    clipNorm: 1,
  });
  const session = await openTrainSession(program, { device: 'cpu', seed: 1, threads: 1 });
  const batch = Object.fromEntries(Object.entries(feeds).map(([name, { data }]) => [name, data]));
  let last = Number.NaN;
  for (let step = 0; step < steps; step++) last = (await session.step(batch, 3e-3))['loss']!;
  await session.close();
  return last;
}

const sequence = (data: Int32Array<ArrayBuffer>) => ({ shape: [N, T], data });
/** No two texts begin alike, so that each token follows from what came before it. */
const begun = text.map((token, i) => (i % T === 0 ? i / T : token));
/** The token after each; the last one is followed by the first. */
const next = begun.map((_, i) => begun[i % T === T - 1 ? i - T + 1 : i + 1]!);

describe('overfitting one batch of random tokens', () => {
  it('an LSTM language model learns it by heart', async () => {
    const wide = { ...table, init: normal(0.3) };
    const loss = await fit(150, { tokens: sequence(begun), labels: sequence(next) }, (scope, { tokens, labels }) => {
      const x = embed(scope.at('e'), { tokens: tokens! }, wide);
      const { output } = recurrentStack(scope.at('lstm'), x, { units: WIDTH, layers: 2 });
      return crossEntropy(tiedLogits(output, tokenTable(scope.at('e'), wide)), labels!);
    });
    expect(loss).toBeLessThan(0.05);
  });

  it('a GRU in two directions tags every token', async () => {
    const loss = await fit(150, { tokens: sequence(text), labels: sequence(source) }, (scope, { tokens, labels }) => {
      const x = embed(scope.at('e'), { tokens: tokens! }, table);
      const { output } = bidirectional(scope.at('gru'), x, { cell: 'gru', units: WIDTH });
      return crossEntropy(
        output.linear(scope.at('out').parameter('weight', [2 * WIDTH, VOCABULARY], glorotUniform)),
        labels!,
      );
    });
    expect(loss).toBeLessThan(0.05);
  });

  it('an encoder fills every blank', async () => {
    const places = Int32Array.from({ length: N * 2 }, (_, i) => Math.floor(i / 2) * T + (i % 2 === 0 ? 1 : 5));
    const covered = text.map((token, i) => (places.includes(i) ? 0 : token));
    const labels = places.map((place) => text[place]!);
    const feeds = {
      tokens: sequence(covered),
      places: { shape: [N * 2], data: places },
      labels: { shape: [N * 2], data: labels },
    };
    const loss = await fit(150, feeds, (scope, { tokens, places, labels }) => {
      const h = transformer(scope.at('encoder'), embed(scope.at('e'), { tokens: tokens! }, table), {
        ...stack,
        ...bertStyle,
      });
      return crossEntropy(maskedTokenLogits(scope.at('head'), h, places!, tokenTable(scope.at('e'), table)), labels!);
    });
    expect(loss).toBeLessThan(0.05);
  });

  it('a causal decoder continues every text', async () => {
    const loss = await fit(150, { tokens: sequence(begun), labels: sequence(next) }, (scope, { tokens, labels }) => {
      const x = embed(scope.at('e'), { tokens: tokens! }, table);
      const h = transformer(scope.at('decoder'), x, { ...stack, ...gpt2Style }, { causal: true });
      return crossEntropy(tiedLogits(h, tokenTable(scope.at('e'), table)), labels!);
    });
    expect(loss).toBeLessThan(0.05);
  });

  it('an encoder and a decoder translate every text', async () => {
    const input = text.map((_, i) => (i % T === 0 ? 0 : text[i - 1]!));
    const feeds = { source: sequence(source), input: sequence(input), labels: sequence(text) };
    const loss = await fit(150, feeds, (scope, { source: from, input: to, labels }) => {
      const e = scope.at('e');
      const options = { ...stack, ...gpt2Style };
      const memory = transformer(scope.at('encoder'), embed(e, { tokens: from! }, table), options);
      const h = transformer(scope.at('decoder'), embed(e, { tokens: to! }, table), options, { causal: true, memory });
      return crossEntropy(tiedLogits(h, tokenTable(e, table)), labels!);
    });
    expect(loss).toBeLessThan(0.05);
  });
});
