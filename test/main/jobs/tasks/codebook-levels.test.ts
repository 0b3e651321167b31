import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeModels } from '#main/jobs/models';
import type { ModelRef, TaskName, Tasks } from '#main/jobs/protocol';
import { makeProject, perform, type TestProject } from '#test/jobs/project';
import { trainedVqVae, vqVaeRooms } from '#test/jobs/vq-vae';

let project: TestProject;
let model: ModelRef;
beforeAll(async () => {
  project = await makeProject();
  model = await trainedVqVae(project, 'vq-vae-2');
});
afterAll(async () => {
  await closeModels();
  await project.remove();
});

const ask = <K extends TaskName>(task: K, what: Omit<Tasks[K]['ask'], 'folders' | 'model'>) =>
  perform(task, { folders: project.folders, model, ...what } as Tasks[K]['ask'], { rooms: vqVaeRooms }).done;
const both = ['fine', 'coarse'] as const;
const sides = { fine: 4, coarse: 2 };

describe('a codebook of two levels', () => {
  it.each(both)('%s: is opened with its own map and patches, and names both', async (level) => {
    const book = await ask('codebook.open', { level, split: 'train' });
    const side = sides[level];
    expect(book.level).toBe(level);
    expect(book.levels).toEqual(both.map((one) => ({ level: one, map: { height: sides[one], width: sides[one] } })));
    expect(book.map).toEqual({ height: side, width: side });
    expect(book.counts.reduce((sum, n) => sum + n, 0)).toBe(60 * side * side);
    expect(book.patches).toMatchObject({ count: 12, height: 8 / side, width: 8 / side });
  });

  it('opens the fine one where none is named', async () => {
    expect((await ask('codebook.open', { split: 'train' })).level).toBe('fine');
  });

  it('has codes of its own at each level, and the codes fire where its maps hold them', async () => {
    const [fine, coarse] = await Promise.all(both.map((level) => ask('codebook.open', { level, split: 'test' })));
    expect([...fine!.plane]).not.toEqual([...coarse!.plane]);
    for (const level of both) {
      const { counts } = level === 'fine' ? fine! : coarse!;
      const code = counts.indexOf(Math.max(...counts));
      const where = await ask('codebook.where', { level, split: 'test', code, offset: 0, limit: 3 });
      expect(where.places).toBe(counts[code]);
      for (const { index, cells } of where.page) {
        const { codes } = await ask('codebook.map', { level, item: index });
        expect(cells).toEqual([...codes].flatMap((one, at) => (one === code ? [at] : [])));
      }
    }
  });

  it('a map of either level, decoded beside the item’s own map of the other, is the picture of both', async () => {
    const pictures = both.map(async (level) => {
      const { codes, decoded } = await ask('codebook.map', { level, item: 7 });
      const { picture } = await ask('codebook.decode', { level, codes, item: 7 });
      expect([...picture.pixels]).toEqual([...decoded.pixels]);
      const other = codes.map((code) => (code + 1) % 12);
      const changed = await ask('codebook.decode', { level, codes: other, item: 7 });
      expect([...changed.picture.pixels]).not.toEqual([...decoded.pixels]);
      return [...decoded.pixels];
    });
    const [first, second] = await Promise.all(pictures);
    expect(first).toEqual(second);
  });
});
