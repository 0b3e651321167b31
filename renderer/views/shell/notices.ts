/** What the user is told when something ends while they look elsewhere. */
import type { Job } from '#app/records/job';
import { listen } from '#renderer/state/bridge';
import { datasets } from '#renderer/state/datasets.svelte';
import { jobs } from '#renderer/state/jobs.svelte';
import { to } from '#renderer/state/route';
import { router } from '#renderer/state/router.svelte';
import { toasts } from '#renderer/state/toasts.svelte';
import { subjectOf } from './job-words';

/** Starts telling; gives back how to stop. */
export function registerNotices(): () => void {
  const stops = [
    jobs.onEnd(tell),
    listen('engine.changed', ({ state, message }) => {
      if (state === 'crashed')
        toasts.show({
          kind: 'error',
          title: 'The training engine stopped unexpectedly',
          text: `${message ?? 'Its process ended.'} What was saved is safe; the run can be resumed from its last checkpoint.`,
        });
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

/** The message of an import begins with the name, which the title has said. */
function tellImport(name: string, message: string | undefined, open: { label: string; run: () => void }[]): void {
  toasts.done(`${name} is ready`, message?.replace(`${name}: `, ''), ...open);
}

function tell(job: Job): void {
  const { kind, status, message, run, dataset } = job;
  const title = subjectOf(job);
  const address = run ? to.run(run) : dataset ? to.data(dataset) : undefined;
  if (address && router.address.startsWith(address) && status === 'finished') return; // it is in sight
  const open = address ? [{ label: 'Open', run: () => router.go(address) }] : [];
  if (status === 'failed')
    toasts.show({ kind: 'error', title: `${title} failed`, ...(message && { text: message }), actions: open });
  else if (status === 'interrupted')
    toasts.show({
      kind: 'error',
      title: `${title} was interrupted`,
      text: message ?? 'It can be resumed from its last checkpoint.',
      actions: open,
    });
  else if (status === 'finished' && kind === 'import') tellImport(datasets.byId(dataset)?.name ?? title, message, open);
  else if (status === 'finished' && kind !== 'codebook') toasts.done(`${title} is done`, message, ...open);
}
