/** The data sets of the open project, and the samples that come with the app. */
import type { Dataset, ImportOptions, Sample } from '#app/records/dataset';
import { call, listen } from './bridge';
import { project } from './project.svelte';

class Datasets {
  #all = $state.raw<Dataset[]>([]);
  samples = $state.raw<Sample[]>([]);
  /** Newest first, without the archived. */
  readonly list: Dataset[] = $derived(
    this.#all.filter(({ archived }) => !archived).sort((a, b) => b.createdAt - a.createdAt),
  );
  readonly #byId = $derived(new Map(this.#all.map((dataset) => [dataset.id, dataset])));

  byId(id: string | undefined): Dataset | undefined {
    return id === undefined ? undefined : this.#byId.get(id);
  }

  /** Its name, with the version where another of the name is in the list. */
  nameOf({ id, name, version }: Dataset): string {
    return this.list.some((other) => other.name === name && other.id !== id) ? `${name} v${version}` : name;
  }

  start(): void {
    listen('dataset.changed', (dataset) => this.put(dataset));
    project.onOpen(() => this.read());
    void call('datasets.samples').then((samples) => {
      this.samples = samples;
    });
  }
  async read(): Promise<void> {
    this.#all = project.current ? await call('datasets.list', { archived: true }) : [];
  }
  put(dataset: Dataset): void {
    this.#all = this.#byId.has(dataset.id)
      ? this.#all.map((old) => (old.id === dataset.id ? dataset : old))
      : [...this.#all, dataset];
  }

  /** Starts an import; gives the job and the data set that will be. */
  async import(sources: string[], options?: ImportOptions): Promise<{ job: string; dataset: string }> {
    return call('datasets.import', { sources, ...(options && { options }) });
  }
  async rename(id: string, name: string): Promise<void> {
    this.put(await call('datasets.change', { dataset: id, name }));
  }
  async archive(id: string, archived = true): Promise<void> {
    this.put(await call('datasets.change', { dataset: id, archived }));
  }
}

export const datasets = new Datasets();
