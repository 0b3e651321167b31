/**
 * Work on the window's thread in pieces: each in a task of its own, so that a frame can be drawn and a key be heard
 * between two of them. A view of five panes built at once holds the thread for longer than a frame takes.
 */

interface Scheduler {
  postTask(work: () => void, options: { priority: 'user-visible' }): Promise<void>;
}

const waiting = new Set<() => void>();
let due = false;

/** Does `work` after everything that was asked for before it. Gives back how to withdraw it. */
export function inTurn(work: () => void): () => void {
  waiting.add(work);
  schedule();
  return () => void waiting.delete(work);
}

function schedule(): void {
  if (due) return;
  due = true;
  const { scheduler } = globalThis as { scheduler?: Scheduler };
  if (scheduler) void scheduler.postTask(next, { priority: 'user-visible' });
  else setTimeout(next);
}

function next(): void {
  due = false;
  const [first] = waiting;
  if (!first) return;
  waiting.delete(first);
  if (waiting.size > 0) schedule(); // before the work, which may throw
  first();
}
