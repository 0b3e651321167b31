/** What the command line gives can be used elsewhere: every head in every format, ONNX that runs without Pretext, reports. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNpy } from '#main/jobs/output/npy';
import { decodeSafetensors, encodeSafetensors } from '#main/jobs/safetensors';
import { pictures } from '#test/product/files';
import { newWorld } from './cli-process';

const world = newWorld({ PRETEXT_ELECTRON: undefined });
afterAll(() => world.remove());
const at = (...names: string[]) => join(world.folder, ...names);
const recipes = ['autoencoder', 'vq-vae'] as const;
const size = 16; // of the pictures

async function pretext(...args: string[]) {
  const { code, out, err, json } = await world.run(...args, '--project', world.project, '--json');
  expect(code, err).toBe(0);
  expect(out.split('\n')).toHaveLength(2); // one line
  return json() as unknown as Record<string, unknown>;
}
const refused = async (...args: string[]) => (await world.run(...args, '--project', world.project)).err;
const apply = (run: string, head: string, ...more: string[]) => pretext('apply', run, head, ...more);
const jsonOf = (name: string) => JSON.parse(readFileSync(at(name), 'utf8')) as Record<string, unknown>[];
const numbersOf = (rows: Record<string, unknown>[], name: string) =>
  (rows.map((row) => row[name]) as number[][]).flat(9);

/** The largest difference, which is infinite where there is not as much of both. */
function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length || a.length === 0) return Number.POSITIVE_INFINITY;
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
}

beforeAll(async () => {
  await pretext('import', await pictures(at('pictures'), 100));
  const settings = ['--preset', 'tiny', '--steps', '30', '--seed', '1', '--device', 'cpu', '--set', 'batchSize=16'];
  for (const recipe of recipes) await pretext('train', recipe, '--data', 'pictures', '--name', recipe, ...settings);
});

describe('heads', () => {
  it('numbers come as JSON, CSV and NPY, and are the same in each', async () => {
    for (const ending of ['json', 'csv', 'npy'])
      expect(await apply('autoencoder', 'embed', '--limit', '5', '--output', at(`embed.${ending}`))).toMatchObject({
        ...{ head: 'embed', step: 30, count: 5, files: [at(`embed.${ending}`)] },
      });
    const embedded = numbersOf(jsonOf('embed.json'), 'embedding');
    const npy = readNpy(readFileSync(at('embed.npy')), 'embed.npy');
    expect(npy.shape).toEqual([5, embedded.length / 5]);
    expect(apart(npy.values, embedded)).toBe(0);
    const [heading, ...rows] = readFileSync(at('embed.csv'), 'utf8').trim().split('\n');
    expect(heading).toMatch(/^item,label,/);
    expect(
      apart(
        rows.flatMap((row) => row.split(',').slice(2).map(Number)),
        embedded,
      ),
    ).toBeLessThan(1e-6);
  });

  it('decoding what was encoded is reconstructing, for either recipe', async () => {
    for (const [recipe, encode] of [
      ['autoencoder', 'embed'],
      ['vq-vae', 'codes'],
    ] as const) {
      await apply(recipe, encode, '--limit', '4', '--output', at('encoded.json'));
      await apply(recipe, 'decode', '--input', at('encoded.json'), '--output', at('decoded.npy'));
      await apply(recipe, 'reconstruct', '--limit', '4', '--output', at('again.npy'));
      const [decoded, again] = ['decoded.npy', 'again.npy'].map((name) => readNpy(readFileSync(at(name)), name));
      expect(again!.shape).toEqual([4, 1, size, size]);
      expect(apart(decoded!.values, again!.values), recipe).toBeLessThan(1e-5);
    }
  });

  it('pictures come as one sheet or as a folder, drawn ones by a seed', async () => {
    await apply('vq-vae', 'sample', '--limit', '4', '--output', at('sheet.png'));
    expect(await sharp(at('sheet.png')).metadata()).toMatchObject({ width: 2 * size, height: 2 * size });
    for (const [folder, seed] of [
      ['a', '1'],
      ['b', '1'],
      ['c', '2'],
    ] as const)
      await apply('vq-vae', 'sample', '--limit', '2', '--set', `seed=${seed}`, '--output', at(folder));
    const bytes = (folder: string) => readdirSync(at(folder)).map((name) => readFileSync(at(folder, name), 'base64'));
    expect(bytes('a')).toHaveLength(2);
    expect(bytes('b')).toEqual(bytes('a'));
    expect(bytes('c')).not.toEqual(bytes('a'));
    expect(await refused('apply', 'vq-vae', 'embed', '--output', at('x.png'))).toMatch(
      /must end in a folder, \.npy, \.csv or \.json/,
    );
  });
});

describe('exports', () => {
  it.each(recipes)(
    'the ONNX of %s runs in plain ONNX Runtime with any batch, and equals the head to 1e-5',
    async (recipe) => {
      const files = ['0000', '0002', '0004', '0006', '0008'].map((name) => at('pictures', 'even', `${name}.png`));
      const { values } = (await apply(recipe, 'embed', ...files.flatMap((file) => ['--input', file]))) as {
        values: Record<string, unknown>[];
      };
      const expected = numbersOf(values, 'embedding');
      await pretext('export', recipe, '--to', at('model.onnx'));
      const session = await InferenceSession.create(at('model.onnx'));
      const raw = await Promise.all(files.map((file) => sharp(file).greyscale().raw().toBuffer()));
      const pixels = Float32Array.from(
        raw.flatMap((picture) => [...picture]),
        (byte) => byte / 255,
      );
      for (const batch of [1, 5]) {
        const x = new Tensor('float32', pixels.slice(0, batch * size * size), [batch, 1, size, size]);
        const output = (await session.run({ [session.inputNames[0]!]: x }))[session.outputNames[0]!]!;
        expect(output.dims[0]).toBe(batch);
        expect(apart(output.data as Float32Array, expected.slice(0, (batch * expected.length) / 5))).toBeLessThan(1e-5);
      }
    },
  );

  it('safetensors hold the weights of the checkpoint, and survive a round trip byte by byte', async () => {
    await pretext('export', 'autoencoder', '--to', at('weights.safetensors'), '--step', '30');
    const bytes = readFileSync(at('weights.safetensors'));
    const { values, metadata } = decodeSafetensors(bytes, 'weights.safetensors');
    expect(Buffer.concat(encodeSafetensors(values, metadata)).equals(bytes)).toBe(true);
    const { id } = await pretext('show', 'autoencoder');
    const path = join(world.project, 'checkpoints', id as string, 'step-0000000030.safetensors');
    const saved = decodeSafetensors(readFileSync(path), path).values;
    expect(values.size).toBeGreaterThan(0);
    for (const [name, value] of values) expect(value, name).toEqual(saved.get(name));
  });

  it('a folder holds every head, the weights and a card; another ending is refused', async () => {
    await pretext('export', 'vq-vae', '--to', at('all'));
    expect(readdirSync(at('all'))).toEqual(
      expect.arrayContaining([
        'embed.onnx',
        'reconstruct.onnx',
        'codes.onnx',
        'decode.onnx',
        'weights.safetensors',
        'pretext.json',
      ]),
    );
    expect(await refused('export', 'vq-vae', '--to', at('x.pt'))).toMatch(
      /must be a folder or end in \.onnx or \.safetensors/,
    );
  });
});

it('metrics as CSV and as JSON are the same in full precision; comparing names what differs', async () => {
  const { metrics } = (await pretext('metrics', 'vq-vae')) as {
    metrics: { step: number; name: string; value: number }[];
  };
  const csv = (await world.run('metrics', 'vq-vae', '--project', world.project, '--csv')).out;
  expect(csv).toBe(
    ['step,name,value', ...metrics.map(({ step, name, value }) => `${step},${name},${value}`), ''].join('\n'),
  );
  const { settings } = (await pretext('compare', ...recipes)) as { settings: { name: string; differ: boolean }[] };
  expect(settings.find(({ name }) => name === 'batchSize')?.differ).toBe(false);
  expect(settings.find(({ name }) => name === 'learningRate')?.differ).toBe(true);
});

it('a report is one page of its own in HTML, and text in Markdown, and names each run', async () => {
  for (const ending of ['html', 'md']) {
    const { bytes } = await pretext('report', ...recipes, '--to', at(`report.${ending}`));
    const page = readFileSync(at(`report.${ending}`), 'utf8');
    expect(Buffer.byteLength(page)).toBe(bytes);
    for (const recipe of recipes) expect(page).toContain(recipe);
    expect(page).not.toMatch(/(src|href)="https?:|<script/); // opens without a network and runs nothing
  }
  expect(await refused('report', 'last', '--to', at('report.doc'))).toMatch(/\.html.*\.pdf.*\.md/);
});

it('doctor tells versions, memory, disk and the measured speed of the CPU', async () => {
  const { code, json } = await world.run('doctor', '--json');
  expect(code).toBe(0);
  expect(json()).toMatchObject({
    versions: { pretext: expect.stringMatching(/^\d/) },
    memory: { freeBytes: expect.any(Number) },
    disk: { freeBytes: expect.any(Number) },
    problems: expect.any(Array),
  });
  const { devices } = json() as unknown as { devices: { device: string; available: boolean; gflops: number }[] };
  const cpu = devices.find(({ device }) => device === 'cpu')!;
  expect(cpu.available).toBe(true);
  expect(cpu.gflops).toBeGreaterThan(0);
});
