import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Flag } from '#main/jobs/flag';
import { makeProject, perform, type TestProject } from '#test/jobs/project';

let project: TestProject;
let source: string;
beforeAll(async () => {
  project = await makeProject();
  source = join(project.root, 'shapes');
  for (const [name, shade] of [
    ['dark', 20],
    ['light', 200],
  ] as const) {
    await mkdir(join(source, name), { recursive: true });
    for (let i = 0; i < 10; i++) {
      const pixels = Uint8Array.from({ length: 64 }, (_, p) => (shade + 3 * i + 17 * (p % 7)) % 256);
      await sharp(pixels, { raw: { width: 8, height: 8, channels: 1 } })
        .png()
        .toFile(join(source, name, `${i}.png`));
    }
  }
  await writeFile(join(source, 'dark', 'broken.png'), 'not a picture');
});
afterAll(() => project.remove());

it('inspects, imports with items, problems and progress, and reads the pictures back', async () => {
  const inspection = await perform('inspect', { sources: [source] }).done;
  expect(inspection).toMatchObject({ format: 'folder', classes: ['dark', 'light'] });
  const { done, notes } = perform('import', { folders: project.folders, sources: [source], options: {} });
  const imported = await done;
  expect(imported).toMatchObject({ count: 20, problemCount: 1, image: { height: 8, width: 8 } });
  const items = notes.flatMap((note) => (note.kind === 'items' ? note.items : []));
  expect(items.map(({ index }) => index)).toEqual([...Array(20).keys()]);
  expect(notes.flatMap((note) => (note.kind === 'problems' ? note.problems : []))).toHaveLength(1);
  expect(notes.some((note) => note.kind === 'progress' && note.done === note.total)).toBe(true);
  const dataset = { ...imported, id: 'd-new', version: 1, createdAt: 0, archived: false };
  const pictures = await perform('pictures', { folders: project.folders, dataset, indices: [3, 0] }).done;
  expect(pictures).toMatchObject({ count: 2, height: 8, width: 8 });
});

it('a stopped import is cancelled and leaves nothing behind', async () => {
  const before = await readdir(project.folders.objects);
  const flag = Flag.create();
  flag.raise('stop');
  const { done } = perform('import', { folders: project.folders, sources: [source], options: { seed: 5 } }, { flag });
  await expect(done).rejects.toMatchObject({ kind: 'cancelled' });
  expect(await readdir(project.folders.objects)).toEqual(before);
});

it('tells the devices of this machine, the CPU always among them', async () => {
  const devices = await perform('devices', { measure: false }).done;
  expect(devices.map(({ device }) => device)).toEqual(['cpu', 'webgpu']);
  expect(devices.filter((one) => one.default)).toHaveLength(1);
  for (const { available, reason } of devices) expect(available || typeof reason === 'string').toBe(true);
});
