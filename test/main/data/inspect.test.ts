import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inspection } from '#app/records/dataset';
import { inspect } from '#main/data';
import { fill, greyPng, greys, idx, pictures, temporary, zip } from './make';

it('tells format, files, classes, sizes and bytes of a folder', async () => {
  const files = await pictures(6, ['b', 'a']);
  const folder = fill(temporary(), { ...files, 'a/big.png': await greyPng(50, 16, 12), 'a/read me.txt': 'x' });
  const look = await inspect([folder]);
  expect(() => inspection.parse(look)).not.toThrow();
  expect(look).toMatchObject({ format: 'folder', files: 7, classes: ['a', 'b'] });
  expect(look.sizes).toEqual([
    { height: 8, width: 8, channels: 1, count: 6 },
    { height: 16, width: 12, channels: 1, count: 1 },
  ]);
  const bytes = [...Object.values(files), await greyPng(50, 16, 12)].reduce((sum, { length }) => sum + length, 0);
  expect(look.bytes).toBe(bytes);
  expect(look.notes.join('\n')).toMatch(/Sizes differ: all will be fitted into 8 × 8.*read me\.txt: Not a PNG/s);
});

it('tells the size of IDX pictures from their header, and that labels are missing', async () => {
  const folder = fill(temporary(), { 'x-images-idx3-ubyte': idx([5, 9, 7], greys(5, 9, 7)) });
  expect(await inspect([folder])).toMatchObject({
    format: 'idx',
    sizes: [{ height: 9, width: 7, channels: 1, count: 5 }],
    notes: ['5 pictures in one IDX file.', 'No labels file was found beside the pictures.'],
  });
});

it('looks into archives', async () => {
  const path = join(temporary(), 'x.zip');
  writeFileSync(path, await zip(await pictures(4, ['a', 'b'])));
  expect(await inspect([path])).toMatchObject({ format: 'zip', name: 'x', files: 4, classes: ['a', 'b'] });
});

it('says that large pictures will be made smaller', async () => {
  const folder = fill(temporary(), { '1.png': await greyPng(1, 300, 600) });
  expect((await inspect([folder])).notes).toContain(
    'The pictures are large; their longer side will be 256 pixels, unless a size is chosen.',
  );
});

it('skips what cannot be read instead of failing', async () => {
  const folder = fill(temporary(), { '1.png': await greyPng(1), '2.png': 'x' });
  expect((await inspect([folder])).sizes).toEqual([{ height: 8, width: 8, channels: 1, count: 1 }]);
});
