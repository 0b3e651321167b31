/** Models that are being looked at stay open, so that a click is answered in milliseconds: a few, the latest used last. */
import { checkpointFolder, chooseCheckpoint } from './checkpoint';
import { type Model, openModel } from './model';
import type { Folders, ModelRef } from './protocol';
import type { TaskContext } from './task';

/** One being looked at, one beside it for comparison, and one to come back to: 30–100 MB each. */
const most = 3;

interface Held {
  model: Promise<Model>;
  users: number;
}
const held = new Map<string, Held>();

/** Opens a model, or takes it as it is open already, and keeps it so while `use` runs. */
export async function withModel<T>(
  folders: Folders,
  ref: ModelRef,
  context: TaskContext,
  use: (model: Model) => Promise<T>,
): Promise<T> {
  const { run, dataset } = ref;
  const { step, hash } = await chooseCheckpoint(checkpointFolder(folders.checkpoints, run.id), run.id, ref.step);
  const key = [folders.checkpoints, run.id, step, hash, dataset.hash].join('\n');
  const entry = held.get(key) ?? { model: openModel(folders, { ...ref, step }, context), users: 0 };
  held.delete(key);
  held.set(key, entry); // last in order: the latest used
  entry.users++;
  try {
    return await use(await entry.model);
  } catch (error) {
    if (
      await entry.model.then(
        () => false,
        () => true,
      )
    )
      held.delete(key); // it could not be opened: try again next time
    throw error;
  } finally {
    entry.users--;
    await evict();
  }
}

async function evict(): Promise<void> {
  const idle = [...held].filter(([, { users }]) => users === 0);
  for (const [key, { model }] of idle.slice(0, Math.max(0, held.size - most))) {
    held.delete(key);
    await (await model).close();
  }
}

/** Closes every model that nobody uses; for tests, which remove the files under them. */
export async function closeModels(): Promise<void> {
  for (const [key, { model }] of [...held]) {
    held.delete(key);
    await (await model).close();
  }
}
