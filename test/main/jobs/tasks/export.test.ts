import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closeModels } from '#main/jobs/models';
import type { ModelRef } from '#main/jobs/protocol';
import { decodeSafetensors } from '#main/jobs/safetensors';
import { makeProject, perform, type TestProject } from '#test/jobs/project';
import { trainedVqVae, vqVaeRooms } from '#test/jobs/vq-vae';

let project: TestProject;
let model: ModelRef;
beforeAll(async () => {
  project = await makeProject();
  model = await trainedVqVae(project);
});
afterAll(async () => {
  await closeModels();
  await project.remove();
});
const exported = async (to: string) => {
  const { files } = await perform('export', { folders: project.folders, model, to }, { rooms: vqVaeRooms }).done;
  for (const { path, bytes } of files) expect((await stat(path)).size).toBe(bytes);
  return files.map(({ path }) => path);
};
const valuesOf = async (head: string) => {
  const ask = { folders: project.folders, model, head, split: 'test' as const, config: {} };
  return (await perform('apply', ask, { rooms: vqVaeRooms }).done).values as Record<string, unknown>[];
};

it('a folder holds every head, the weights and a card, and each head runs alone for any batch', async () => {
  const folder = join(project.root, 'model');
  const files = await exported(folder);
  expect(files.map((path) => path.slice(folder.length + 1))).toEqual([
    ...['embed', 'reconstruct', 'codes', 'decode', 'sample'].map((id) => `${id}.onnx`),
    'weights.safetensors',
    'pretext.json',
  ]);
  const card = JSON.parse(await readFile(join(folder, 'pretext.json'), 'utf8'));
  expect(card).toMatchObject({ recipe: 'vq-vae', run: 'r-vqvae', step: '60', classes: ['across', 'down'] });
  const session = await ort.InferenceSession.create(join(folder, 'embed.onnx'));
  const pixels = Float32Array.from(
    (await perform('pictures', { ...project, indices: [4, 9, 14] }).done).pixels,
    (p) => p / 255,
  );
  const { embedding } = await session.run({ x: new ort.Tensor('float32', pixels, [3, 1, 8, 8]) });
  const own = (await valuesOf('embed')).slice(0, 3).flatMap((value) => value['embedding'] as number[]);
  const given = embedding!.data as Float32Array;
  expect(given).toHaveLength(own.length);
  given.forEach((value, i) => expect(value).toBeCloseTo(own[i]!, 5));
  await session.release();
});

it('a .safetensors file holds what the heads need and nothing of the optimizer, with where it came from', async () => {
  const path = join(project.root, 'weights.safetensors');
  await exported(path);
  const { values, metadata } = decodeSafetensors(await readFile(path), path);
  expect([...values.keys()].length).toBeGreaterThan(4);
  expect([...values.keys()].filter((name) => name.startsWith('optimizer') || name.includes('moment'))).toEqual([]);
  expect(metadata).toMatchObject({ recipe: 'vq-vae', run: 'r-vqvae', dataset: project.dataset.hash });
});

it('a .onnx file holds the head that its name says, else the embedding', async () => {
  const outputs = async (name: string) => {
    const [path] = await exported(join(project.root, name));
    const session = await ort.InferenceSession.create(path!);
    return [...session.outputNames];
  };
  expect(await outputs('model.onnx')).toEqual(['embedding']);
  expect(await outputs('model-decode.onnx')).toEqual(['y']);
  expect(await outputs('codes.onnx')).toEqual(['codes']);
});

it('another ending is refused before anything is written', async () => {
  await expect(exported(join(project.root, 'model.pt'))).rejects.toThrow(
    'must be a folder or end in .onnx or .safetensors',
  );
});
