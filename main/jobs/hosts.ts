/** The job hosts as the rest of main sees them: five lanes of child processes, started when needed and ended when idle. */
import { PretextError } from '#app/contract';
import { type HostClient, HostDied, startHost } from './host-client';
import type { Fork, Hosts, Lane, Note, Running, TaskName, Tasks } from './protocol';

export { HostDied };

type State = Parameters<Parameters<Hosts['onState']>[0]>[0];

const titles: Record<Lane, string> = {
  train: 'the training process',
  data: 'the data process',
  look: 'the explorer process',
  project: 'the projector process',
  probe: 'the process that tries devices and models',
};

/** Time that a stopped task has to answer, ms. Training may have to finish a step (runs are kept under 2 s) and write. */
const grace: Record<Lane, number> = { train: 10_000, data: 3_000, look: 3_000, project: 5_000, probe: 3_000 };
/** An idle host holds 100–200 MB; opening it again costs half a second. One minute spans the pauses of someone looking. */
const idle = 60_000;

export interface HostsOptions {
  fork: Fork;
  /** The built entry of a host: out/main/host.js. */
  modulePath: string;
  env?: Record<string, string>;
  graceMs?: Partial<Record<Lane, number>>;
  idleMs?: number;
}

export function createHosts({ fork, modulePath, env, graceMs, idleMs = idle }: HostsOptions): Hosts {
  const listeners: ((state: State, message?: string) => void)[] = [];
  const tell = (state: State, message?: string) => {
    for (const listener of listeners) listener(state, message);
  };
  const alive = new Set<HostClient>();
  const shared = new Map<Lane, HostClient>();
  const idling = new Map<Lane, NodeJS.Timeout>();
  let training: HostClient | undefined;
  let closed = false;

  function start(lane: Lane): HostClient {
    tell('starting');
    const client = startHost({
      fork,
      modulePath,
      env: env ?? plainEnvironment(),
      title: titles[lane],
      graceMs: graceMs?.[lane] ?? grace[lane],
      onReady: () => tell(lane === 'train' ? 'training' : 'ready'),
      onEnd: (reason) => {
        alive.delete(client);
        if (shared.get(lane) === client) shared.delete(lane);
        if (training === client) training = undefined;
        if (reason !== undefined) tell('crashed', reason);
        else if (lane === 'train') tell('ready');
      },
      onSettled: (open) => {
        if (open > 0) return;
        if (lane !== 'train') return rest(lane, client);
        training = undefined; // whoever asks for the next run once this one has ended finds the lane free
        client.end();
      },
    });
    alive.add(client);
    return client;
  }

  /** Ends an idle host after a while, unless it is asked again before. */
  function rest(lane: Lane, client: HostClient): void {
    clearTimeout(idling.get(lane));
    const timer = setTimeout(() => {
      if (shared.get(lane) === client) shared.delete(lane);
      client.end();
    }, idleMs);
    timer.unref();
    idling.set(lane, timer);
  }

  function hostFor(lane: Lane): HostClient {
    if (closed) throw new PretextError('internal: the hosts are closed', { kind: 'internal' });
    if (lane === 'train') {
      if (training) throw new PretextError('internal: one training job at a time', { kind: 'internal' });
      training = start(lane);
      return training;
    }
    clearTimeout(idling.get(lane));
    const host = shared.get(lane) ?? start(lane);
    shared.set(lane, host);
    return host;
  }

  return {
    run<K extends TaskName>(lane: Lane, task: K, ask: Tasks[K]['ask'], note: (note: Note) => void = () => {}) {
      const running: Running<K> = hostFor(lane).run(task, ask, note);
      return running;
    },
    onState: (listener) => void listeners.push(listener),
    async close() {
      closed = true;
      for (const timer of idling.values()) clearTimeout(timer);
      await Promise.all(
        [...alive].map(async (client) => {
          await client.drain(); // a training run writes its last checkpoint
          client.end();
          await client.ended;
        }),
      );
    },
  };
}

/** A child gets this process's environment; `undefined` entries do not survive the way. */
function plainEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
