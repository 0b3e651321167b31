/** Addresses of the app, as text and as parts: pure, so that the window, the palette and tests agree. */

export const viewNames = ['home', 'data', 'new', 'run', 'runs', 'explore', 'report', 'lessons'] as const;
export type ViewName = (typeof viewNames)[number];

export interface Route {
  view: ViewName;
  /** What follows the view: `/data/<id>`, `/run/<id>`, `/explore/codebook`. */
  id: string | undefined;
  query: Readonly<Record<string, string>>;
}

/** `/run/r-1?tab=live` (a leading `#` is fine) → parts. An unknown address is home. */
export function parseRoute(address: string): Route {
  const [path = '', search = ''] = address.replace(/^#/, '').split('?', 2);
  const [, view = '', id] = path.split('/');
  const query = Object.fromEntries(new URLSearchParams(search));
  if (!(viewNames as readonly string[]).includes(view)) return { view: 'home', id: undefined, query: {} };
  return { view: view as ViewName, id: id ? decodeURIComponent(id) : undefined, query };
}

/** Parts → address; empty values are left out. */
export function writeRoute(path: string, query: Record<string, string | number | undefined> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return search ? `${path}?${search}` : path;
}

/** Addresses of everything that has one. */
export const to = {
  home: '/home',
  runs: '/runs',
  data: (id: string, tab?: string) => writeRoute(`/data/${id}`, { tab }),
  /** `from`: a run whose settings to take; `parent`: the one that it starts from, where the recipe needs one. */
  newRun: (query: { recipe?: string; data?: string; from?: string; parent?: string; preset?: string } = {}) =>
    writeRoute('/new', query),
  run: (id: string, tab?: string) => writeRoute(`/run/${id}`, { tab }),
  codebook: (run?: string, step?: number) => writeRoute('/explore/codebook', { run, step }),
  /** `beside`: a step of the same run, or `run:step`. */
  projector: (run?: string, step?: number, beside?: string) => writeRoute('/explore/projector', { run, step, beside }),
  anomaly: (run?: string, step?: number) => writeRoute('/explore/anomaly', { run, step }),
  latent: (run?: string, step?: number) => writeRoute('/explore/latent', { run, step }),
  generator: (run?: string, step?: number) => writeRoute('/explore/generator', { run, step }),
  /** Of a run, or of a recipe with settings: `set` as JSON. */
  network: (about: { run?: string; recipe?: string; data?: string; preset?: string; set?: string } = {}) =>
    writeRoute('/explore/network', about),
  lessons: (id?: string) => (id === undefined ? '/lessons' : `/lessons/${id}`),
  report: (runs?: readonly string[]) => writeRoute('/report', { runs: runs?.join(',') }),
};
