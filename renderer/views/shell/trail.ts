/** Where the window is, in words: the bread crumbs of the title bar and the window's title. */
import type { Route } from '#renderer/state/route';

export interface Crumb {
  label: string;
  /** Where it leads; the last one leads nowhere. */
  to?: string;
}

const explorers: Readonly<Record<string, string>> = {
  anomaly: 'Anomalies',
  generator: 'Generator',
  latent: 'Latent dimensions',
  network: 'Network',
  projector: 'Projector',
};

export function trailOf(route: Route, names: { dataset?: string | undefined; run?: string | undefined }): Crumb[] {
  switch (route.view) {
    case 'data':
      return [{ label: 'Data' }, { label: names.dataset ?? '…' }];
    case 'run':
      return [{ label: 'Runs', to: '/runs' }, { label: names.run ?? '…' }];
    case 'runs':
      return [{ label: 'Runs' }];
    case 'new':
      return [{ label: 'New run' }];
    case 'explore':
      return [{ label: 'Explore' }, { label: explorers[route.id ?? ''] ?? 'Codebook' }];
    case 'report':
      return [{ label: 'Report' }];
    default:
      return [];
  }
}
