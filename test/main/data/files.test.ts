import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decodeImageFiles } from '#main/data';
import { fill, flat, grey, greyPng, temporary } from './make';

const spec = { height: 8, width: 8, channels: 1 } as const;

it('gives files, and the pictures of folders, as the data set would', async () => {
  const folder = fill(temporary(), {
    'one.png': await greyPng(1),
    'more/2.png': await greyPng(2),
    'more/notes.txt': 'x',
  });
  const { names, bytes, x, problems } = await decodeImageFiles([join(folder, 'one.png'), join(folder, 'more')], spec);
  expect(names).toEqual(['one.png', '2.png']);
  expect(bytes).toEqual(new Uint8Array([...grey(1), ...grey(2)]));
  expect([...x]).toEqual([...bytes].map((v) => Math.fround(v / 255)));
  expect(problems).toEqual([]);
});

it('fits size and channels to what the system was trained on', async () => {
  const folder = fill(temporary(), { 'red.png': await flat('#ff0000', 20, 20) });
  const { x } = await decodeImageFiles([folder], { ...spec, channels: 3 });
  expect([x[0], x[64], x[128]]).toEqual([1, 0, 0]);
});

it('reports what it cannot read, and fails only when nothing is left', async () => {
  const folder = fill(temporary(), { '1.png': await greyPng(1), '2.png': 'no picture' });
  expect((await decodeImageFiles([folder], spec)).problems).toMatchObject([{ kind: 'skipped' }]);
  await expect(decodeImageFiles([join(folder, '2.png')], spec)).rejects.toThrow(
    /No picture could be read: .*2\.png: Not a PNG/,
  );
  await expect(decodeImageFiles([join(folder, '3.png')], spec)).rejects.toThrow(/3\.png does not exist/);
});
