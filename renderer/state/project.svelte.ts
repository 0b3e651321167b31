/** The open project, and those opened before. */
import type { Project, RecentProject } from '#app/records/project';
import { call, listen } from './bridge';

class ProjectState {
  current = $state.raw<Project | null>(null);
  recent = $state.raw<RecentProject[]>([]);
  /** False until the first answer: nothing is drawn of a project before. */
  ready = $state(false);
  /** Hears of every other project that is opened: the lists of the old one are then read anew. */
  readonly #changed = new Set<() => Promise<void>>();

  onOpen(read: () => Promise<void>): void {
    this.#changed.add(read);
  }

  async load(): Promise<void> {
    listen('project.changed', (project) => void this.#take(project));
    this.current = await call('projects.current');
    await Promise.all([this.refreshRecent(), this.#readAll()]);
    this.ready = true;
  }

  async refreshRecent(): Promise<void> {
    this.recent = await call('projects.recent');
  }
  async open(directory: string): Promise<void> {
    await this.#take(await call('projects.open', { directory }));
  }
  async create(directory: string, name: string): Promise<void> {
    await this.#take(await call('projects.create', { directory, name }));
  }
  async change(change: { name?: string; note?: string }): Promise<void> {
    this.current = await call('projects.change', change);
  }

  async #take(project: Project): Promise<void> {
    const other = project.directory !== this.current?.directory;
    this.current = project;
    if (other) await Promise.all([this.refreshRecent(), this.#readAll()]);
  }
  async #readAll(): Promise<void> {
    await Promise.all([...this.#changed].map((read) => read()));
  }
}

export const project = new ProjectState();
