/** Calls about long work: see it, stop it, clear what has ended. */
import type { Handlers } from '#app/contract';
import type { Rooms } from './rooms';

export const jobCalls = ({ jobs }: Rooms): Handlers<'jobs'> => ({
  'jobs.list': () => jobs.list(),
  'jobs.cancel': ({ job }) => jobs.cancel(job),
  'jobs.clear'() {
    jobs.clear();
    return undefined;
  },
});
