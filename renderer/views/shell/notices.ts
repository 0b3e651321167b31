/** What the user is told when something ends while they look elsewhere. */
import type { Job } from '#app/records/job';
import { listen } from '#renderer/state/bridge';
import { countedItems } from '#renderer/state/data-words';
import { datasets } from '#renderer/state/datasets.svelte';
import { jobs } from '#renderer/state/jobs.svelte';
import { to } from '#renderer/state/route';
import { router } from '#renderer/state/router.svelte';
import { type ToastAction, toasts } from '#renderer/state/toasts.svelte';
import { plural } from '#renderer/widgets/format';
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

function tellImport({ dataset: id, message }: Job, title: string, open: ToastAction[]): void {
  const dataset = datasets.byId(id);
  if (!dataset) return void toasts.done(`${title} is done`, message, ...open);
  const problems = dataset.problemCount > 0 ? `, ${plural(dataset.problemCount, 'problem')}` : '';
  toasts.done(`${dataset.name} is ready`, `${countedItems(dataset.modality, dataset.count)}${problems}`, ...open);
}

function tell(job: Job): void {
  const { kind, status, message, run, dataset } = job;
  const title = subjectOf(job);
  const address = run ? to.run(run) : dataset ? to.data(dataset) : undefined;
  if (address && router.address.startsWith(address) && status === 'finished') return; // it is in sight
  // an import that failed has left nothing to open
  const open = address && (run || datasets.byId(dataset)) ? [{ label: 'Open', run: () => router.go(address) }] : [];
  if (status === 'failed')
    toasts.show({ kind: 'error', title: `${title} failed`, ...(message && { text: message }), actions: open });
  else if (status === 'interrupted')
    toasts.show({
      kind: 'error',
      title: `${title} was interrupted`,
      text: message ?? 'It can be resumed from its last checkpoint.',
      actions: open,
    });
  else if (status === 'finished' && kind === 'import') tellImport(job, title, open);
  else if (
    status === 'finished' &&
    kind !== 'codebook' &&
    kind !== 'anomaly' &&
    kind !== 'latent' &&
    kind !== 'generator' &&
    kind !== 'projector' &&
    kind !== 'profile'
  )
    toasts.done(`${title} is done`, message, ...open);
}
