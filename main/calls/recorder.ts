/**
 * Takes what a training run tells and writes it in batches: first into the store, then told to the listeners, so that
 * what anyone has seen is also what a crash leaves.
 */
import type { Tell } from '#app/contract';
import type { Run } from '#app/records/run';
import type { Note } from '#main/jobs/protocol';
import type { RemoteStore, RunBatch } from '#main/store';
import { pace } from './job-center';

export interface Recorder {
  take(note: Note): void;
  /** Writes what is left, with a last change of the run's record, and tells it. */
  finish(change: NonNullable<RunBatch['change']>): Promise<Run>;
}

/** `onError` hears the first batch that could not be written; later ones are kept and tried again. */
export function createRecorder(
  store: RemoteStore,
  run: string,
  tell: Tell,
  onError: (error: unknown) => void,
): Recorder {
  let batch: RunBatch = {};
  let writing: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  /** One batch after another: the store and the listeners see the order in which things happened. */
  function flush(change?: RunBatch['change']): Promise<Run> {
    clearTimeout(timer);
    timer = undefined;
    const turn = writing.then(() => write(change));
    writing = turn.catch(() => {});
    return turn;
  }

  async function write(change?: RunBatch['change']): Promise<Run> {
    const full: RunBatch = { ...batch, ...((batch.change || change) && { change: { ...batch.change, ...change } }) };
    batch = {};
    try {
      const record = await store.runs.record(run, full);
      announce(full, record);
      return record;
    } catch (error) {
      batch = joined(full, batch);
      throw error;
    }
  }

  function announce({ points, events, previews }: RunBatch, record: Run): void {
    const finite = points?.filter(({ value }) => Number.isFinite(value));
    if (finite?.length) tell('run.points', { run, points: finite });
    for (const event of events ?? []) tell('run.event', { run, event });
    for (const preview of previews ?? []) tell('run.preview', { run, preview });
    tell('run.changed', record);
  }

  return {
    take(note) {
      const fresh = batchOf(note);
      if (!fresh) return;
      batch = joined(batch, fresh);
      // What a checkpoint rests on is recorded with it, at once: a crash should find both or neither.
      if (note.kind === 'checkpoints') void flush().catch(onError);
      else timer ??= setTimeout(() => void flush().catch(onError), pace);
    },
    finish: (change) => flush(change),
  };
}

function batchOf(note: Note): RunBatch | undefined {
  switch (note.kind) {
    case 'state': {
      const { kind: _, ...change } = note;
      return { change };
    }
    case 'points':
      return { points: note.points };
    case 'event':
      return { events: [note.event] };
    case 'preview':
      return { previews: [note.preview] };
    case 'checkpoints':
      return { checkpoints: note.checkpoints };
    default:
      return undefined;
  }
}

/** Two batches in order as one; what comes later stands where both speak of the same thing. */
const joined = (a: RunBatch, b: RunBatch): RunBatch => ({
  ...((a.change || b.change) && { change: { ...a.change, ...b.change } }),
  ...((a.points || b.points) && { points: [...(a.points ?? []), ...(b.points ?? [])] }),
  ...((a.events || b.events) && { events: [...(a.events ?? []), ...(b.events ?? [])] }),
  ...((a.previews || b.previews) && { previews: [...(a.previews ?? []), ...(b.previews ?? [])] }),
  ...((b.checkpoints ?? a.checkpoints) && { checkpoints: b.checkpoints ?? a.checkpoints! }),
});
