/** What happened, as it is told to every listener: the window, the command line, tests. */
import { z } from 'zod';
import { dataset } from '../records/dataset';
import { job } from '../records/job';
import { project } from '../records/project';
import { layoutProgress } from '../records/projector';
import { evaluation, point, preview, run, runEvent } from '../records/run';

export const facts = {
  'project.changed': project,
  'dataset.changed': dataset,
  'job.changed': job,
  /** The whole record; at most four a second while a run trains. */
  'run.changed': run,
  'run.points': z.object({ run: z.string(), points: z.array(point) }),
  'run.event': z.object({ run: z.string(), event: runEvent }),
  'run.preview': z.object({ run: z.string(), preview }),
  'run.evaluated': evaluation,
  /** A picture of the projector on its way, a few times a second. */
  'projector.moved': layoutProgress,
  /** The state of the child process that trains: a crash is told here, and the window lives on. */
  'engine.changed': z.object({
    state: z.enum(['starting', 'ready', 'training', 'crashed']),
    message: z.string().optional(),
  }),
  /** Asked for from the system menu or a second start of the program. */
  'app.command': z.object({ command: z.string(), path: z.string().optional() }),
};

export type Facts = typeof facts;
export type FactName = keyof Facts;
export type Fact<K extends FactName> = z.output<Facts[K]>;
/** Tells a fact to whoever listens. */
export type Tell = <K extends FactName>(name: K, fact: Fact<K>) => void;
