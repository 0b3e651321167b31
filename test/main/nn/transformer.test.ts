import { describe, expect, it } from 'vitest';
import { compileForward, gradients, openForwardSession, type Scope, stream, type Tensor } from '#main/engine';
import { relativeBias, rotary } from '#main/engine/functions/attention-bias';
import { crossEntropy } from '#main/engine/functions/losses';
import type { Context, TransformerOptions } from '#main/nn';
import {
  bertStyle,
  embed,
  gpt2Style,
  maskedTokenLogits,
  pooled,
  t5Style,
  tiedLogits,
  tokenTable,
  transformer,
} from '#main/nn';
import { expectClose } from '#test/numeric';

const [N, T, WIDTH, VOCABULARY] = [2, 6, 8, 11];
const table = { vocabulary: VOCABULARY, width: WIDTH, positions: T };
const small = { layers: 2, heads: 2, inner: 16 };

/** Tokens [N, T] from a seed. */
const tokensOf = (seed: number, length = T): Int32Array<ArrayBuffer> =>
  Int32Array.from(stream(seed).integers(N * length, VOCABULARY));

type Model = (scope: Scope, tokens: Tensor, mask: Tensor) => Tensor;

const model =
  (options: TransformerOptions, context: (scope: Scope, mask: Tensor) => Context = () => ({})): Model =>
  (scope, tokens, mask) => {
    const at = scope.at('embeddings');
    const h = transformer(scope.at('stack'), embed(at, { tokens }, table), options, context(scope, mask));
    return tiedLogits(h, tokenTable(at, table));
  };

/** Larger weights than at the start of training, so that every path matters. */
async function run(build: Model, tokens: Int32Array, mask = new Float32Array(tokens.length).fill(1)) {
  const length = tokens.length / N;
  const program = compileForward({
    inputs: { tokens: { dtype: 'int32', shape: [N, length] }, mask: { dtype: 'float32', shape: [N, length] } },
    outputs: (scope, traced) => ({ logits: build(scope, traced['tokens']!, traced['mask']!) }),
    device: 'cpu',
  });
  const values = new Map(
    program.variables.map(({ name, shape, init }) => {
      const data = init.fill(shape, stream(3).split(name));
      return [name, /gain|bias/.test(name) ? data : data.map((value) => value * 20)];
    }),
  );
  const session = await openForwardSession(program, { device: 'cpu', threads: 1, values });
  const { data } = (await session.run({ tokens, mask }))['logits']!;
  await session.close();
  return { logits: Array.from(data, Number), names: program.variables.map(({ name, shape }) => `${name} [${shape}]`) };
}

/** The logits at one place of one sequence. */
const at = (logits: number[], n: number, t: number, length = T): number[] =>
  logits.slice((n * length + t) * VOCABULARY, (n * length + t + 1) * VOCABULARY);

const variants: [string, Model][] = [
  ['GPT-2', model({ ...small, ...gpt2Style }, () => ({ causal: true }))],
  ['post-norm', model({ ...small, ...bertStyle }, () => ({ causal: true }))],
  ['with rotary positions', model({ ...small, ...gpt2Style }, () => ({ causal: true, turn: (x) => rotary(x) }))],
  [
    'T5',
    model({ ...small, ...t5Style }, (scope) => ({
      causal: true,
      bias: relativeBias(scope.parameter('relative', [8, 2], t5Style.init), T, T, { bidirectional: false }),
    })),
  ],
  [
    'with relative positions',
    model({ ...small, ...gpt2Style }, (scope) => ({
      causal: true,
      bias: relativeBias(scope.parameter('relative', [8, 2], gpt2Style.init), T, T, { bidirectional: false }),
    })),
  ],
];

describe('a causal decoder', () => {
  it.each(variants)(
    '%s: changing token t changes no logit before t, and does change the one at t',
    async (_, build) => {
      const tokens = tokensOf(1);
      const before = (await run(build, tokens)).logits;
      for (const changed of [0, 3, T - 1]) {
        const other = tokens.slice();
        other[changed] = (other[changed]! + 1) % VOCABULARY;
        const { logits } = await run(build, other);
        for (let t = 0; t < changed; t++) expectClose(at(logits, 0, t), at(before, 0, t), `place ${t}`, LEAK);
        expect(at(logits, 0, changed)).not.toEqual(at(before, 0, changed));
        expect(logits.slice(T * VOCABULARY)).toEqual(before.slice(T * VOCABULARY)); // the other sequence
      }
    },
  );

  it('without the causal mask the law is broken', async () => {
    const tokens = tokensOf(1);
    const other = tokens.with(T - 1, (tokens[T - 1]! + 1) % VOCABULARY);
    const build = model({ ...small, ...gpt2Style });
    expect(at((await run(build, other)).logits, 0, 0)).not.toEqual(at((await run(build, tokens)).logits, 0, 0));
  });

  it('starts with smaller weights where it writes to the residual stream, by 1/√(2 · layers)', () => {
    const program = compileForward({
      inputs: { tokens: { dtype: 'int32', shape: [N, T] } },
      outputs: (scope, { tokens }) => ({ y: variants[0]![1](scope, tokens!, tokens!) }),
      device: 'cpu',
    });
    const std = (name: string) =>
      program.variables.find((variable) => variable.name === `stack.layers.0.${name}`)!.init.name;
    expect(std('attention.query.weight')).toBe('normal(0.02)');
    expect(std('attention.output.weight')).toBe('normal(0.01)');
    expect(std('feedForward.out.weight')).toBe('normal(0.01)');
  });
});

const LEAK = { relative: 0, absolute: 1e-6 };
const PADDING = { relative: 0, absolute: 1e-5 };

describe('an encoder', () => {
  const encoder = model({ ...small, ...bertStyle }, (_, mask) => ({ mask }));

  it('gives the same logits with and without padding', async () => {
    const short = tokensOf(2, 4);
    const padded = new Int32Array(N * T);
    const mask = new Float32Array(N * T);
    for (let n = 0; n < N; n++) {
      padded.set(short.subarray(n * 4, n * 4 + 4), n * T);
      padded.fill(7, n * T + 4, n * T + T); // what stands in the padding does not matter
      mask.fill(1, n * T, n * T + 4);
    }
    const [plain, filled] = [await run(encoder, short), await run(encoder, padded, mask)];
    for (let n = 0; n < N; n++) {
      for (let t = 0; t < 4; t++)
        expectClose(at(filled.logits, n, t), at(plain.logits, n, t, 4), `${n}, ${t}`, PADDING);
    }
    const unmasked = await run(encoder, padded);
    expect(Math.abs(at(unmasked.logits, 0, 0)[0]! - at(plain.logits, 0, 0, 4)[0]!)).toBeGreaterThan(1e-3);
  });

  it('names its parameters so that BERT checkpoints find their place', async () => {
    const { names } = await run(model({ ...small, ...bertStyle, layers: 1 }), tokensOf(1));
    const part = (name: string, shape: string) => [
      `stack.layers.0.${name}.weight [${shape}]`,
      `stack.layers.0.${name}.bias [${shape.split(',')[1]}]`,
    ];
    const norm = (name: string) => [`stack.layers.0.${name}.norm.gain [8]`, `stack.layers.0.${name}.norm.bias [8]`];
    expect(names.sort()).toEqual(
      [
        'embeddings.token [11,8]',
        'embeddings.position [6,8]',
        ...['query', 'key', 'value', 'output'].flatMap((name) => part(`attention.${name}`, '8,8')),
        ...norm('attention'),
        ...part('feedForward.in', '8,16'),
        ...part('feedForward.out', '16,8'),
        ...norm('feedForward'),
      ].sort(),
    );
  });

  it('with shared layers has the parameters of one', async () => {
    const one = await run(model({ ...small, ...bertStyle, layers: 1 }), tokensOf(1));
    const twelve = await run(model({ ...small, ...bertStyle, layers: 12, shared: true }), tokensOf(1));
    expect(twelve.names).toEqual(one.names);
    expect(twelve.logits).not.toEqual(one.logits);
  });

  it('in the style of T5 has neither biases nor means', async () => {
    const { names } = await run(model({ ...small, ...t5Style, layers: 1 }), tokensOf(1));
    expect(names.filter((name) => name.includes('bias'))).toEqual([]);
    expect(names).toContain('stack.norm.gain [8]');
  });

  it('summarizes a sequence by its first vector only', async () => {
    const summary: Model = (scope, tokens, mask) =>
      pooled(scope.at('pooler'), embed(scope.at('e'), { tokens }, table)).add(mask.sum().scale(0));
    const [one, other] = [tokensOf(4), tokensOf(4).with(3, 0)];
    expect((await run(summary, one)).logits).toEqual((await run(summary, other)).logits);
  });
});

describe('an encoder and a decoder', () => {
  /** The encoder reads all tokens, the decoder the first three of them. */
  const both: Model = (scope, tokens, mask) => {
    const shared = scope.at('embeddings');
    const memory = transformer(
      scope.at('encoder'),
      embed(shared, { tokens }, table),
      { ...small, ...bertStyle },
      { mask },
    );
    const target = embed(shared, { tokens: tokens.slice(1, 0, 3) }, table);
    const context = { causal: true, memory, memoryMask: mask };
    return tiedLogits(
      transformer(scope.at('decoder'), target, { ...small, ...bertStyle }, context),
      tokenTable(shared, table),
    );
  };

  it('the decoder sees the memory, and not its padding', async () => {
    const tokens = tokensOf(5);
    const mask = Float32Array.from({ length: N * T }, (_, i) => Number(i % T < 5));
    const before = (await run(both, tokens, mask)).logits;
    expectClose((await run(both, tokens.with(5, 9 - tokens[5]! / 2), mask)).logits, before, 'padding', PADDING);
    expect((await run(both, tokens.with(4, (tokens[4]! + 1) % VOCABULARY), mask)).logits).not.toEqual(before);
  });
});

it('a tied matrix gets the sum of the gradients of its two uses', async () => {
  const program = (tied: boolean) =>
    compileForward({
      inputs: { tokens: { dtype: 'int32', shape: [N, T] }, labels: { dtype: 'int32', shape: [N, T] } },
      outputs: (scope, { tokens, labels }) => {
        const here = scope.at('embeddings');
        const input = tokenTable(here, table);
        const output = tied ? input : tokenTable(scope.at('other'), table);
        const h = transformer(scope.at('stack'), embed(here, { tokens: tokens! }, table), { ...small, ...gpt2Style });
        const loss = crossEntropy(tiedLogits(h, output), labels!);
        const [first, second] = gradients(loss, [input, output]);
        return tied ? { total: first! } : { input: first!, output: second! };
      },
      device: 'cpu',
    });
  const feeds = { tokens: tokensOf(1), labels: tokensOf(2) };
  const values = new Map<string, Float32Array<ArrayBuffer>>(
    program(false).variables.map(({ name, shape, init }) => [name, init.fill(shape, stream(1).split(name))]),
  );
  values.set('other.token', values.get('embeddings.token')!);
  const gradientsOf = async (tied: boolean) => {
    const session = await openForwardSession(program(tied), { device: 'cpu', threads: 1, values });
    const results = await session.run(feeds);
    await session.close();
    return results;
  };
  const [one, two] = [await gradientsOf(true), await gradientsOf(false)];
  const sum = Array.from(two['input']!.data, Number).map((value, i) => value + Number(two['output']!.data[i]));
  expectClose(one['total']!.data, sum, 'the tied gradient', { relative: 1e-4, absolute: 1e-7 });
  expect(Math.max(...Array.from(two['input']!.data, Number))).toBeGreaterThan(1e-4);
});

it('the head for covered tokens computes the rows that are asked about, in order', async () => {
  const rows =
    (places: number[]): Model =>
    (scope, tokens) => {
      const here = scope.at('embeddings');
      const h = embed(here, { tokens }, table);
      const at = tokens.constant(Int32Array.from(places), [places.length], 'int32');
      return maskedTokenLogits(scope.at('head'), h, at, tokenTable(here, table));
    };
  const all = (await run(rows(Array.from({ length: N * T }, (_, i) => i)), tokensOf(6))).logits;
  const some = (await run(rows([9, 2]), tokensOf(6))).logits;
  expectClose(some, [...at(all, 1, 3), ...at(all, 0, 2)]);
});
