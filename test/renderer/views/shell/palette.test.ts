/** What the palette finds, and in which order. */
import { expect, it } from 'vitest';
import { folderName, parentFolder } from '#renderer/views/shell/folder-name';
import { type Entry, prefixOf, readQuery, search } from '#renderer/views/shell/palette';
import { trailOf } from '#renderer/views/shell/trail';

const entry = (group: Entry['group'], label: string, more: Partial<Entry> = {}): Entry => ({
  id: label,
  group,
  label,
  icon: 'runs',
  run: () => undefined,
  ...more,
});
const entries = [
  entry('Do', 'Export the codebook'),
  entry('Go to', 'Codebook'),
  entry('Runs', 'vq-k64', { hint: 'VQ-VAE · glyphs' }),
  entry('Runs', 'gpt-codes'),
  entry('Data', 'glyphs', { words: '/home/ada/data' }),
];
const labels = (text: string) => search(entries, text).map(({ label }) => label);

it('groups keep their order; within one, a beginning goes before a middle', () => {
  expect(labels('code')).toEqual(['Codebook', 'Export the codebook', 'gpt-codes']);
  expect(search([entry('Runs', 'a-vq'), entry('Runs', 'vq-a')], 'vq').map(({ label }) => label)).toEqual([
    'vq-a',
    'a-vq',
  ]);
});
it('a sign in front narrows to commands, runs or data', () => {
  expect(labels('>')).toEqual(['Export the codebook']);
  expect(labels('#vq')).toEqual(['vq-k64']);
  expect(labels('@')).toEqual(['glyphs']);
  for (const scope of ['commands', 'runs', 'items'] as const)
    expect(readQuery(`${prefixOf(scope)}x`)).toEqual({ scope, words: 'x' });
});
it('marks where the words were found', () => {
  const [found] = search(entries, 'book');
  expect(found?.label.slice(...found.hit)).toBe('book');
});
it('hints and other words are searched too, every word of them', () => {
  expect(labels('vae glyphs')).toEqual(['vq-k64']);
  expect(labels('ada')).toEqual(['glyphs']);
  expect(labels('nothing so called')).toEqual([]);
});

it('a project folder has a name that every file system takes', () => {
  expect(folderName('/home/ada/', ' Lecture 7: codes? ')).toBe('/home/ada/lecture-7-codes');
  expect(folderName('C:\\Users\\ada', '第七讲')).toBe('C:\\Users\\ada\\第七讲');
  expect(folderName('/x', '***')).toBe('/x/project');
  expect(parentFolder('/home/ada/lecture-7')).toBe('/home/ada');
});
it('the trail names the thing that is open', () => {
  const trail = trailOf({ view: 'run', id: 'r-1', query: {} }, { run: 'vq-k64' });
  expect(trail).toEqual([{ label: 'Runs', to: '/runs' }, { label: 'vq-k64' }]);
});
