import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeModels } from '#main/jobs/models';
import { readNpy } from '#main/jobs/output/npy';
import type { ModelRef, Tasks } from '#main/jobs/protocol';
import { makeProject, perform, type TestProject } from '#test/jobs/project';
import { trainedVqVae, vqVaeRooms } from '#test/jobs/vq-vae';

let project: TestProject;
let model: ModelRef;
let out: string;
beforeAll(async () => {
  project = await makeProject();
  model = await trainedVqVae(project);
  out = join(project.root, 'out');
});
afterAll(async () => {
  await closeModels();
  await project.remove();
});

const apply = (what: Partial<Tasks['apply']['ask']> & { head: string }) =>
  perform('apply', { folders: project.folders, model, config: {}, ...what }, { rooms: vqVaeRooms }).done;

describe('the results of a head', () => {
  it('come back as values with item and class when no output is named', async () => {
    const result = await apply({ head: 'codes', split: 'test', limit: 5 });
    expect(result).toMatchObject({ head: 'codes', step: 60, count: 5, shape: [2, 2], files: [] });
    expect(result.values).toHaveLength(5);
    expect(result.values[1]).toEqual({
      item: '9',
      label: 'down',
      codes: [
        [expect.any(Number), expect.any(Number)],
        [expect.any(Number), expect.any(Number)],
      ],
    });
  });

  it('of items chosen by their numbers come in that order, the same as within their split', async () => {
    const { values } = await apply({ head: 'embed', split: 'test' });
    const all = values as { item: string }[];
    const items = [all[7]!, all[2]!].map(({ item }) => Number(item));
    expect((await apply({ head: 'embed', items })).values).toEqual([all[7], all[2]]);
    await expect(apply({ head: 'embed', items: [100_000] })).rejects.toThrow('does not exist');
  });

  it('are the same numbers as values, .npy, .csv and .json', async () => {
    const { values } = await apply({ head: 'embed', split: 'test' });
    const numbers = (values as { embedding: number[] }[]).flatMap(({ embedding }) => embedding);
    const { files, shape } = await apply({ head: 'embed', split: 'test', output: join(out, 'embed.npy') });
    expect(readNpy(await readFile(files[0]!), 'x')).toEqual({ shape: [20, ...shape], values: numbers });
    await apply({ head: 'embed', split: 'test', output: join(out, 'embed.csv') });
    const [head, ...lines] = (await readFile(join(out, 'embed.csv'), 'utf8')).trim().split('\n');
    expect(head).toMatch(/^item,label,embedding_0,embedding_1,/);
    expect(lines.flatMap((line) => line.split(',').slice(2).map(Number))).toEqual(numbers);
    await apply({ head: 'embed', split: 'test', output: join(out, 'embed.json') });
    expect(JSON.parse(await readFile(join(out, 'embed.json'), 'utf8'))).toEqual(values);
  });

  it('that are pictures become PNG files of the right pixels', async () => {
    const { files, count } = await apply({ head: 'reconstruct', split: 'test', output: join(out, 'pictures') });
    expect(files).toHaveLength(count);
    const shown = await sharp(await readFile(join(out, 'pictures', '4.png')))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(shown.info).toMatchObject({ width: 8, height: 8 });
    const { decoded } = await perform(
      'codebook.map',
      { folders: project.folders, model, item: 4 },
      { rooms: vqVaeRooms },
    ).done;
    const grey = shown.data.filter((_, i) => i % shown.info.channels === 0);
    expect(new Uint8Array(grey)).toEqual(decoded.pixels);
  });

  it('in one .png are a sheet about as wide as high', async () => {
    await apply({ head: 'sample', limit: 6, output: join(out, 'sheet.png') });
    expect(await sharp(join(out, 'sheet.png')).metadata()).toMatchObject({ width: 3 * 8, height: 2 * 8 });
  });

  it('leave no half-written file behind when something fails', async () => {
    await expect(apply({ head: 'embed', output: join(out, 'missing.png') })).rejects.toThrow('must end in');
    expect((await readdir(out)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe('what a head is given', () => {
  it('picture files give what the same pictures in the data give', async () => {
    const { pixels } = await perform('pictures', { ...project, indices: [4] }).done;
    const path = join(project.root, 'mine.png');
    await sharp(pixels, { raw: { width: 8, height: 8, channels: 1 } })
      .png()
      .toFile(path);
    const [own] = (await apply({ head: 'embed', inputs: [path] })).values as { item: string; embedding: number[] }[];
    const [of] = (await apply({ head: 'embed', split: 'test', limit: 1 })).values as { embedding: number[] }[];
    expect(own).toMatchObject({ item: 'mine.png', embedding: of!.embedding });
  });

  it('a file that is no picture is named, not left out', async () => {
    const path = join(project.root, 'words.png');
    await writeFile(path, 'these are words');
    await expect(apply({ head: 'embed', inputs: [path] })).rejects.toThrow('words.png');
  });

  it.each(['json', 'csv', 'npy'])('codes written as .%s decode to the reconstruction', async (ending) => {
    const path = join(out, `codes.${ending}`);
    await apply({ head: 'codes', split: 'test', output: path });
    const decoded = await apply({ head: 'decode', inputs: [path] });
    const whole = await apply({ head: 'reconstruct', split: 'test' });
    expect((decoded.values as { y: unknown }[]).map(({ y }) => y)).toEqual(
      (whole.values as { y: unknown }[]).map(({ y }) => y),
    );
  });

  it('chance draws the same from the same seed, and others from another', async () => {
    const draw = (seed: number) => apply({ head: 'sample', limit: 4, config: { seed } });
    expect((await draw(1)).values).toEqual((await draw(1)).values);
    expect((await draw(2)).values).not.toEqual((await draw(1)).values);
    expect((await apply({ head: 'sample' })).count).toBe(16);
  });

  it.each([
    [{ head: 'dream' }, 'vq-vae must have a head of this name; it has: embed, reconstruct'],
    [{ head: 'decode' }, 'takes numbers (codes), got none'],
  ])('what cannot be is refused in words', async (what, message) => {
    await expect(apply(what)).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining(message) });
  });

  it('codes that do not exist are refused', async () => {
    const path = join(project.root, 'bad.json');
    await writeFile(path, '[[0,1],[2,99]]');
    await expect(apply({ head: 'decode', inputs: [path] })).rejects.toThrow(
      'codes must be whole numbers in [0, 11], got 99',
    );
    await writeFile(path, '[0,1,2]');
    await expect(apply({ head: 'decode', inputs: [path] })).rejects.toThrow(
      '4 numbers (2 × 2) are needed for each item, got 3',
    );
    await writeFile(path, '{"a":');
    await expect(apply({ head: 'decode', inputs: [path] })).rejects.toThrow('must hold numbers only');
  });
});
