/** The same numbers as transformers gives, for tiny checkpoints that scripts/pretrained-fixtures.py made with it. */
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { batchDim, compileForward, openForwardSession } from '#main/engine';
import { readPretrained } from '#main/jobs/imported/checkpoint';
import { openSafetensors } from '#main/jobs/safetensors-file';
import { families, hiddenStates, summary, tokenLogits } from '#main/nn/pretrained';

const folder = (family: string) => join('test/fixtures/pretrained', family);

/** Exported with its weights inside, the network gives the same in plain ONNX Runtime, for other numbers of texts too. */
async function expectSameOutside(
  file: Uint8Array,
  fed: Record<string, Int32Array>,
  got: Record<string, { data: ArrayLike<number | bigint> }>,
): Promise<void> {
  const plain = await InferenceSession.create(file);
  for (const count of [1, 2]) {
    const tensors = Object.entries(fed).map(([name, all]) => {
      const length = all.length / 2;
      return [name, new Tensor('int32', all.slice(0, count * length), [count, length])] as const;
    });
    for (const [name, { data }] of Object.entries(await plain.run(Object.fromEntries(tensors))))
      (data as Float32Array).forEach((value, at) => expect(value).toBeCloseTo(Number(got[name]!.data[at]), 5));
  }
  await plain.release();
}

/** What our engine computes from a checkpoint, and what transformers computed. */
async function compared(family: string) {
  const { config, values, parts, unused } = await readPretrained(folder(family));
  const file = await openSafetensors(join(folder(family), 'expected.safetensors'));
  const given = async (name: string) => (await file.read(name)).data;
  const [tokens, mask, segments] = (await Promise.all(['tokens', 'mask', 'segments'].map(given))) as Int32Array[];
  const [n, length] = [2, tokens!.length / 2];
  const ints = { dtype: 'int32', shape: [batchDim, length] } as const;
  const program = compileForward({
    inputs: { tokens: ints, mask: ints, segments: ints },
    outputs(scope, { tokens, mask, segments }) {
      const hidden = hiddenStates(scope, { tokens: tokens!, mask: mask!, segments: segments! }, config);
      return {
        hidden,
        logits: tokenLogits(scope, hidden, config, parts),
        ...(parts.pooler && { pooled: summary(scope, hidden) }),
      };
    },
    device: 'cpu',
  });
  const session = await openForwardSession(program, { device: 'cpu', values });
  try {
    const feeds = { tokens: tokens!, mask: mask!, segments: segments! };
    const fed = Object.fromEntries(Object.entries(feeds).filter(([name]) => name in program.inputs));
    const got = await session.run(fed, n);
    await expectSameOutside(program.bake(values), fed, got);
    const expected = Object.fromEntries(
      await Promise.all(Object.keys(got).map(async (name) => [name, (await given(name)) as Float32Array] as const)),
    );
    return { got, expected, mask: mask!, parts, unused };
  } finally {
    await session.close();
    await file.close();
  }
}

it.each(families)('%s gives the hidden states and logits of transformers to 1e-5', async (family) => {
  const { got, expected, mask, parts, unused } = await compared(family);
  expect(parts.head).toBe(true);
  expect(unused).toEqual([]);
  for (const [name, { data }] of Object.entries(got)) {
    const reference = expected[name]!;
    expect(data.length, name).toBe(reference.length);
    // Places of padding have no meaning, and are not the same in every version of transformers.
    const width = name === 'pooled' ? reference.length / 2 : reference.length / mask.length;
    let largest = 0;
    for (let at = 0; at < data.length; at++)
      if (name === 'pooled' || mask[Math.floor(at / width)] === 1)
        largest = Math.max(largest, Math.abs(Number(data[at]) - reference[at]!));
    expect(largest, `${family} ${name}`).toBeLessThan(1e-5);
    expect(Math.max(...reference) - Math.min(...reference), 'the outputs differ').toBeGreaterThan(0.5);
  }
});

it('the summary of the first token is BERT’s own', async () => {
  const { parts, got } = await compared('bert');
  expect(parts.pooler).toBe(true);
  expect(got['pooled']!.shape).toEqual([2, 16]);
});
