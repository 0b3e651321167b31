/** A thousand damaged or hostile versions of each kind of file that comes from others: each loads or is refused in words. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PretextError } from '#app/contract';
import { readTokenizer } from '#main/data/text/tokenizer';
import { describeOnnx, parseOnnx } from '#main/engine/foreign';
import { readPretrained } from '#main/jobs/imported/checkpoint';
import { readForeign } from '#main/jobs/imported/read';
import { decodeSafetensors, encodeSafetensors } from '#main/jobs/safetensors';
import { openSafetensors } from '#main/jobs/safetensors-file';
import type { Values } from '#main/recipes/recipe';
import { classifier } from '#test/foreign/models';
import { damaged, damagedJson, fuzz } from '#test/fuzz';

const count = 1000;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pretext-fuzz-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Names the file and is not a bug of ours. */
const names = (path: string) => (error: unknown) =>
  error instanceof PretextError && error.message.includes(path) && !error.message.includes('internal:');

it('an ONNX file', async () => {
  const path = join(folder, 'model.onnx');
  const good = classifier();
  const { loaded, refused } = await fuzz(
    count,
    async (number) => {
      await writeFile(path, damaged(good, 'onnx', number));
      describeOnnx((await readForeign(path)).parse());
    },
    names(path),
  );
  expect(loaded).toBeGreaterThan(25); // a turned bit in a weight is a weight
  expect(refused.size).toBeGreaterThan(8);
});

describe('a safetensors file', () => {
  const values: Values = new Map(
    Array.from({ length: 6 }, (_, at) => [
      `layer.${at}`,
      { dtype: 'float32', shape: [at + 1, 4], data: Float32Array.from({ length: 4 * (at + 1) }, (__, i) => i) },
    ]),
  );
  const good = Buffer.concat(encodeSafetensors(values, { run: 'r-1' }));

  it('read whole', async () => {
    const { loaded, refused } = await fuzz(
      count,
      (number) => {
        const bytes = damaged(good, 'safetensors', number);
        for (const { shape, data } of decodeSafetensors(bytes, 'some.safetensors').values.values()) {
          expect(data.length).toBe(shape.reduce((product, n) => product * n, 1));
          expect(data.byteLength).toBeLessThanOrEqual(bytes.length);
        }
      },
      names('some.safetensors'),
    );
    expect(loaded).toBeGreaterThan(25);
    expect(refused.size).toBeGreaterThan(5);
  });

  it('read a tensor at a time, never beyond its end', async () => {
    const path = join(folder, 'model.safetensors');
    const { loaded } = await fuzz(
      count,
      async (number) => {
        const bytes = damaged(good, 'safetensors-file', number);
        await writeFile(path, bytes);
        const file = await openSafetensors(path);
        try {
          let read = 0;
          for (const name of file.tensors.keys()) read += (await file.read(name)).data.byteLength;
          expect(read).toBeLessThan(2 * bytes.length); // half floats take twice their room
        } finally {
          await file.close();
        }
      },
      names(path),
    );
    expect(loaded).toBeGreaterThan(25);
  });
});

it.each(['wordpiece', 'byte-bpe'])('a tokenizer.json: %s', async (kind) => {
  const path = join(folder, 'tokenizer.json');
  const good = await readFile(`test/fixtures/tokenizers/${kind}.json`, 'utf8');
  const { loaded, refused } = await fuzz(
    count,
    async (number) => {
      await writeFile(path, damagedJson(good, kind, number));
      const tokenizer = await readTokenizer(path);
      try {
        const { ids } = tokenizer.encode('The lazy fox [MASK] learns: déjà-vu 3.14 🙂');
        for (const id of ids) expect(id).toBeLessThan(tokenizer.size);
        tokenizer.decode(ids);
      } catch (error) {
        // a text may have no token in a vocabulary that lost some
        if (!/^(en|de)code:/.test((error as Error).message)) throw error;
      }
    },
    names(path),
  );
  expect(loaded).toBeGreaterThan(25);
  expect(refused.size).toBeGreaterThan(8);
});

it.each(['bert', 'gpt2'])('a config.json and weights that do not fit it: %s', async (family) => {
  const home = join('test/fixtures/pretrained', family);
  const [config, weights] = [
    await readFile(join(home, 'config.json'), 'utf8'),
    await readFile(join(home, 'model.safetensors')),
  ];
  const { loaded, refused } = await fuzz(
    count,
    async (number) => {
      // two of three: the settings; one of three: the weights
      const isConfig = number % 3 !== 0;
      await writeFile(join(folder, 'config.json'), isConfig ? damagedJson(config, family, number) : config);
      await writeFile(join(folder, 'model.safetensors'), isConfig ? weights : damaged(weights, family, number));
      await readPretrained(folder);
    },
    names(folder),
  );
  expect(loaded).toBeGreaterThan(25);
  expect(refused.size).toBeGreaterThan(8);
});

it('every beginning of a good ONNX file', () => {
  const good = classifier({ side: 2 });
  for (let length = 0; length < good.length; length++)
    try {
      parseOnnx(good.subarray(0, length));
    } catch (error) {
      expect((error as Error).message).toMatch(/^(it|its|a constant) /);
    }
});
