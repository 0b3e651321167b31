/** Where a run could train: the devices of a plan by name, and the one that `auto` stands for. */
import type { Doctor } from '#app/records/project';
import type { Plan } from '#app/records/recipe';

type Estimate = Plan['estimates'][number];

/** The fastest device whose time is known; where none is known, the first that can be used. */
export function fastest(estimates: readonly Estimate[]): Estimate['device'] | undefined {
  const usable = estimates.filter(({ unavailable }) => unavailable === undefined);
  const timed = usable.filter(({ seconds }) => seconds !== undefined);
  const best = timed.toSorted((a, b) => a.seconds! - b.seconds!)[0] ?? usable[0];
  return best?.device;
}

/** Its kind, and which one it is: `CPU`, `AMD Ryzen 7 · 8 threads`. Without a look at the machine only the kind. */
export function deviceName(
  { device, label }: Pick<Estimate, 'device' | 'label'>,
  doctor: Pick<Doctor, 'devices' | 'threads'> | undefined,
): { kind: string; which: string } {
  const kind = device === 'cpu' ? 'CPU' : 'GPU';
  const found = doctor?.devices.find((one) => one.device === device)?.label ?? label;
  const which = found === kind ? '' : found.replace(/^Graphics card \((.+)\)$/, '$1');
  const threads = device === 'cpu' && doctor ? `${doctor.threads} threads` : '';
  return { kind, which: [which, threads].filter(Boolean).join(' · ') };
}
