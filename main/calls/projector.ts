/** Calls about clouds of vectors: opened and moved as jobs in a process of their own, so that decoding never waits. */
import { type Asked, type Handlers, PretextError } from '#app/contract';
import type { Run } from '#app/records/run';
import type { Signal, VectorsRef } from '#main/jobs/protocol';
import type { Started } from './job-center';
import type { Rooms } from './rooms';
import { modelOf } from './runs';

type Which = Pick<Asked<'projector.open'>, 'run' | 'step' | 'source' | 'split'>;

interface Picture {
  started?: Started<'projector.layout'>;
  /** What was signalled before the job was there. */
  early: Signal[];
}

export const projectorCalls = (rooms: Rooms): Handlers<'projector'> => {
  /** Pictures under way by their ticket: from the question on, for a stop may come before the job is there. */
  const moving = new Map<string, Picture>();

  async function vectors({ run: word, step, source, split }: Which): Promise<{ run: Run; ask: VectorsRef }> {
    const { store, folders } = rooms.session();
    const run = await store.runs.find(word);
    const saved = await store.runs.checkpoints(run.id);
    const best = saved.findLast((checkpoint) => checkpoint.kept.includes('best')) ?? saved.at(-1);
    // Which step that is may change while the run trains, so it is fixed here for all that follows.
    const model = await modelOf(rooms, run, step ?? best?.step);
    return { run, ask: { folders, model, source, split } };
  }

  function pass({ job, signal: send }: Started<'projector.layout'>, signal: Signal): void {
    send(signal);
    if (signal !== 'stop') rooms.jobs.change(job.id, { status: signal === 'pause' ? 'paused' : 'running' });
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
      const picture: Picture = { early: [] };
      moving.set(ticket, picture);
      try {
        const { run, ask } = await vectors(which);
        const method = settings.method === 'tsne' ? 't-SNE' : 'UMAP';
        picture.started = rooms.jobs.start(rooms.hosts, {
          ...{ kind: 'projector', title: `${method} of ${run.name}`, run: run.id, lane: 'project' },
          task: 'projector.layout',
          ask: { ...ask, settings, ...(over && { over }) },
          note: (note) => void (note.kind === 'moved' && rooms.tell('projector.moved', { ticket, ...note.moved })),
        });
        for (const signal of picture.early) pass(picture.started, signal);
        return await picture.started.result;
      } finally {
        moving.delete(ticket);
      }
    },

    'projector.signal'({ ticket, signal }) {
      const picture = moving.get(ticket);
      if (picture?.started) pass(picture.started, signal);
      else picture?.early.push(signal); // without a picture: it has just come to its end
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
