/** Data tasks: look at what could be imported, import it, and read pictures of what was. */
import { importDataset, inspect } from '#main/data';
import { openItems } from '../items';
import { progressOf } from '../progress';
import type { Task } from '../task';

export const inspectData: Task<'inspect'> = ({ sources }, { check }) => inspect(sources, { check });

export const importData: Task<'import'> = ({ folders, sources, options }, context) =>
  importDataset(sources, options, {
    objects: folders.objects,
    check: context.check,
    progress: progressOf(context, 'items'),
    items: (items) => context.note({ kind: 'items', items }),
    problems: (problems) => context.note({ kind: 'problems', problems }),
  });

export const pictures: Task<'pictures'> = async ({ folders, dataset, indices }) => {
  const items = openItems(folders.objects, dataset);
  try {
    return await items.pictures(indices);
  } finally {
    items.close();
  }
};
