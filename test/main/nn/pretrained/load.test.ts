import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openSafetensors } from '#main/jobs/safetensors-file';
import { type Checkpoint, languageConfig, loadPretrained } from '#main/nn/pretrained';

type Tensors = Map<string, { shape: readonly number[]; data: Float32Array }>;
async function fixture(family: string) {
  const folder = join('test/fixtures/pretrained', family);
  const file = await openSafetensors(join(folder, 'model.safetensors'));
  const tensors: Tensors = new Map();
  for (const name of file.tensors.keys()) tensors.set(name, await file.floats(name));
  await file.close();
  return { json: JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')), tensors };
}

let bert: Awaited<ReturnType<typeof fixture>>;
let gpt2: Awaited<ReturnType<typeof fixture>>;
beforeAll(async () => {
  bert = await fixture('bert');
  gpt2 = await fixture('gpt2');
});
const load = ({ json, tensors }: { json: unknown; tensors: Checkpoint }) =>
  loadPretrained(languageConfig(json), tensors);
const renamed = (tensors: Tensors, rename: (name: string) => string) =>
  new Map([...tensors].map(([name, tensor]) => [rename(name), tensor]));

describe('names', () => {
  it('with and without the prefix of the family are the same weights', () => {
    const bare = renamed(bert.tensors, (name) => name.replace(/^bert\./, ''));
    expect(load({ json: bert.json, tensors: bare }).values).toEqual(load(bert).values);
    const gpt = renamed(gpt2.tensors, (name) => name.replace(/^transformer\./, ''));
    expect(load({ json: gpt2.json, tensors: gpt }).values).toEqual(load(gpt2).values);
  });

  it('of 2018, gamma and beta, are understood', () => {
    const old = renamed(bert.tensors, (name) =>
      name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta'),
    );
    expect(load({ json: bert.json, tensors: old }).values).toEqual(load(bert).values);
  });

  it('that nothing uses are told; masks and heads that everybody has are not', () => {
    const tensors = new Map(bert.tensors);
    tensors.set('bert.adapter.weight', { shape: [1], data: new Float32Array(1) });
    tensors.set('bert.embeddings.position_ids', { shape: [1], data: new Float32Array(1) });
    expect(load({ json: bert.json, tensors }).unused).toEqual(['bert.adapter.weight']);
    const masked = new Map(gpt2.tensors);
    masked.set('transformer.h.0.attn.bias', { shape: [1], data: new Float32Array(1) });
    expect(load({ json: gpt2.json, tensors: masked }).unused).toEqual([]);
  });

  it('that are missing are told, the first of them by name', () => {
    const tensors = new Map(bert.tensors);
    tensors.delete('bert.encoder.layer.1.output.dense.weight');
    expect(() => load({ json: bert.json, tensors })).toThrow('it lacks bert.encoder.layer.1.output.dense.weight');
    expect(() => load({ json: gpt2.json, tensors: bert.tensors })).toThrow(
      /it lacks wte\.weight, wpe\.weight, .* more/,
    );
  });

  it('of a head or a pooler may be missing: the network alone is loaded', () => {
    const body = new Map([...bert.tensors].filter(([name]) => !/^cls\.|pooler/.test(name)));
    const { parts, values } = load({ json: bert.json, tensors: body });
    expect(parts).toEqual({ head: false, pooler: false, untied: false });
    expect([...values.keys()].some((name) => name.startsWith('head'))).toBe(false);
  });
});

describe('an output layer', () => {
  it('with a matrix of its own is told from the embeddings', () => {
    expect(load(gpt2).parts.untied).toBe(false);
    const own = gpt2.tensors.get('transformer.wte.weight')!;
    const tensors = new Map(gpt2.tensors);
    tensors.set('lm_head.weight', { ...own });
    expect(load({ json: gpt2.json, tensors }).parts.untied).toBe(false);
    tensors.set('lm_head.weight', { ...own, data: own.data.map((one) => one + 1) });
    const { parts, values } = load({ json: gpt2.json, tensors });
    expect(parts.untied).toBe(true);
    expect(values.get('head.token')![0]).toBe(Math.fround(own.data[0]! + 1));
  });
});

it('a shape that is not the one of config.json is told with both names', () => {
  expect(() => load({ json: { ...bert.json, intermediate_size: 25 }, tensors: bert.tensors })).toThrow(
    'bert.encoder.layer.0.intermediate.dense.weight must give encoder.layers.0.feedForward.in.weight the shape [16,25]',
  );
  const flat = new Map(bert.tensors);
  const name = 'bert.encoder.layer.0.attention.self.query.weight';
  flat.set(name, { shape: [256], data: bert.tensors.get(name)!.data });
  expect(() => load({ json: bert.json, tensors: flat })).toThrow(`${name} must be a matrix, got the shape [256]`);
});

describe('config.json', () => {
  it.each<[string, object, string]>([
    ['of an unknown family', { model_type: 'llama' }, 'model_type must be one of bert, roberta'],
    ['of none', { model_type: undefined }, 'model_type must be one of'],
    ['with a negative size', { hidden_size: -16 }, 'hidden_size: '],
    ['with a huge size', { vocab_size: 1e12 }, 'vocab_size: '],
    ['with heads that do not divide the width', { num_attention_heads: 3 }, 'must be a multiple of the 3 heads'],
    ['with an activation nobody knows', { hidden_act: 'sine' }, 'hidden_act: '],
    ['with relative positions', { position_embedding_type: 'relative_key' }, 'position_embedding_type: '],
  ])('%s is refused', (_, change, cause) => {
    expect(() => languageConfig({ ...bert.json, ...change })).toThrow(cause);
  });
  it('that is no object is refused', () => {
    for (const json of [null, [], 'bert', 7]) expect(() => languageConfig(json)).toThrow('model_type must be one of');
  });
});
