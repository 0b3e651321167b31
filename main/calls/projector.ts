/** Calls about clouds of vectors: opened and moved as jobs in a process of their own, so that decoding never waits. */
import { type Asked, type Handlers, PretextError } from '#app/contract';
import type { Run } from '#app/records/run';
import type { VectorsRef } from '#main/jobs/protocol';
import type { Started } from './job-center';
import type { Rooms } from './rooms';
import { modelOf } from './runs';

type Which = Pick<Asked<'projector.open'>, 'run' | 'step' | 'source' | 'split'>;

export const projectorCalls = (rooms: Rooms): Handlers<'projector'> => {
  /** Pictures under way by their ticket. */
  const moving = new Map<string, Started<'projector.layout'>>();

  async function vectors({ run: word, step, source, split }: Which): Promise<{ run: Run; ask: VectorsRef }> {
    const { store, folders } = rooms.session();
    const run = await store.runs.find(word);
    const saved = await store.runs.checkpoints(run.id);
    const best = saved.findLast((checkpoint) => checkpoint.kept.includes('best')) ?? saved.at(-1);
    // Which step that is may change while the run trains, so it is fixed here for all that follows.
    const model = await modelOf(rooms, run, step ?? best?.step);
    return { run, ask: { folders, model, source, split } };
  }

  return {
    async 'projector.open'({ over, ...which }) {
      const { run, ask } = await vectors(which);
      return rooms.jobs.start(rooms.hosts, {
        ...{ kind: 'projector', title: `Open the vectors of ${run.name}`, run: run.id, lane: 'project' },
        task: 'projector.open',
        ask: { ...ask, ...(over && { over }) },
      }).result;
    },

    async 'projector.layout'({ settings, ticket, over, ...which }) {
      if (moving.has(ticket))
        throw new PretextError(`projector: the ticket ${ticket} is taken by a picture under way`, { kind: 'usage' });
      const { run, ask } = await vectors(which);
      const method = settings.method === 'tsne' ? 't-SNE' : 'UMAP';
      const started = rooms.jobs.start(rooms.hosts, {
        ...{ kind: 'projector', title: `${method} of ${run.name}`, run: run.id, lane: 'project' },
        task: 'projector.layout',
        ask: { ...ask, settings, ...(over && { over }) },
        note: (note) => void (note.kind === 'moved' && rooms.tell('projector.moved', { ticket, ...note.moved })),
      });
      moving.set(ticket, started);
      try {
        return await started.result;
      } finally {
        moving.delete(ticket);
      }
    },

    'projector.signal'({ ticket, signal }) {
      const started = moving.get(ticket);
      if (!started) return undefined; // it has just come to its end
      started.signal(signal);
      if (signal !== 'stop') rooms.jobs.change(started.job.id, { status: signal === 'pause' ? 'paused' : 'running' });
      return undefined;
    },

    async 'projector.colours'({ colouring, ...which }) {
      const { ask } = await vectors(which);
      return rooms.hosts.run('project', 'projector.colours', { ...ask, colouring }).done;
    },
    async 'projector.nearest'({ row, count, metric, ...which }) {
      const { ask } = await vectors(which);
      return rooms.hosts.run('look', 'projector.nearest', { ...ask, row, count, metric }).done;
    },
    async 'projector.quality'({ positions, ...which }) {
      const { ask } = await vectors(which);
      return rooms.hosts.run('project', 'projector.quality', { ...ask, ...(positions && { positions }) }).done;
    },
  };
};
