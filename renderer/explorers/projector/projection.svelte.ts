/** One cloud of vectors and its picture: opened, laid out by a method, watched on its way. Comparing holds two. */
import { failureOf } from '#app/contract';
import type { Cloud, CloudSplit, LayoutProgress, LayoutSettings, VectorSource } from '#app/records/projector';
import type { Answers } from './answers';

export type Method = 'pca' | 'tsne' | 'umap';
export interface Which {
  run: string;
  step: number;
  source: VectorSource;
  split: CloudSplit;
}

let tickets = 0;

export class Projection {
  cloud = $state.raw<Cloud>();
  opening = $state(false);
  failure = $state.raw<unknown>();
  method = $state<Method>('pca');
  /** float32 [n, 2] as it is drawn now. */
  positions = $state.raw<Float32Array>();
  /** Whether the points should glide to where they are now: another method or checkpoint, not the next step of one. */
  glides = $state(false);
  progress = $state.raw<Pick<LayoutProgress, 'done' | 'total' | 'divergence'>>();
  /** A picture under way is moving, or held; `waiting` before its first step, while neighbours are found. */
  motion = $state<'waiting' | 'moving' | 'held'>();
  /** Share of the spread that laying it over the other picture left. */
  residual = $state<number>();
  /** The picture under which this one is laid: a checkpoint compared with. */
  over: (() => Float32Array | undefined) | undefined;
  which: Which | undefined;
  #settings: LayoutSettings | undefined;
  #ticket: string | undefined;
  #turn = 0;
  readonly answers: Answers;

  constructor(answers: Answers) {
    this.answers = answers;
  }

  /** Opens the vectors and shows their principal plane, or the method chosen before. */
  async open(which: Which, settings: LayoutSettings | undefined): Promise<void> {
    const turn = ++this.#turn;
    void this.stop();
    const before = this.cloud;
    const same = before?.run === which.run && before.split === which.split && before.source === which.source;
    this.which = which;
    this.opening = true;
    this.failure = undefined;
    if (!same) {
      this.cloud = undefined;
      this.positions = undefined;
    }
    try {
      const over = this.over?.() ?? (same ? this.positions : undefined);
      const cloud = await this.answers.call('projector.open', { ...which, ...(over && { over }) });
      if (turn !== this.#turn) return;
      this.cloud = cloud;
      this.residual = cloud.residual;
      if (!settings || !this.positions) this.#put(cloud.plane, same);
      if (settings) await this.layOut(settings);
    } catch (error) {
      if (turn === this.#turn) this.failure = error;
    } finally {
      if (turn === this.#turn) this.opening = false;
    }
  }

  #put(positions: Float32Array, glides: boolean): void {
    this.glides = glides;
    this.positions = positions;
  }

  /** Principal components are there at once. */
  showPlane(): void {
    void this.stop();
    this.method = 'pca';
    this.progress = undefined;
    this.residual = this.cloud?.residual;
    if (this.cloud) this.#put(this.cloud.plane, true);
  }

  /** Starts the method, or goes on with it from where it was stopped. */
  async layOut(settings: LayoutSettings): Promise<void> {
    const [which, cloud] = [this.which, this.cloud];
    if (!which || !cloud) return;
    await this.stop();
    this.method = settings.method;
    this.#settings = settings;
    const ticket = `p${++tickets}`;
    this.#ticket = ticket;
    this.motion = 'waiting';
    this.progress = { done: 0, total: settings.method === 'tsne' ? settings.steps : settings.epochs };
    const stopHearing = this.answers.moved((moved) => {
      if (moved.ticket !== ticket || this.#ticket !== ticket) return;
      if (this.motion === 'waiting') this.motion = 'moving';
      this.progress = moved;
      this.#put(moved.positions, false);
    });
    try {
      const over = this.over?.() ?? (cloud.residual === undefined ? undefined : cloud.plane);
      const ask = { ...which, settings, ticket, ...(over && { over }) };
      const layout = await this.answers.call('projector.layout', ask);
      if (this.#ticket !== ticket) return;
      const atOnce = this.motion === 'waiting';
      this.progress = layout;
      this.residual = layout.residual;
      this.#put(layout.positions, atOnce);
    } catch (error) {
      if (this.#ticket === ticket && failureOf(error).kind !== 'cancelled')
        this.answers.failed('The picture could not be made', error);
    } finally {
      stopHearing();
      if (this.#ticket === ticket) {
        this.#ticket = undefined;
        this.motion = undefined;
      }
    }
  }

  /** Goes on where a stopped picture was left. */
  async goOn(): Promise<void> {
    if (this.#settings) await this.layOut(this.#settings);
  }

  async hold(): Promise<void> {
    if (this.#ticket === undefined || this.motion !== 'moving') return;
    this.motion = 'held';
    await this.#signal('pause');
  }
  async release(): Promise<void> {
    if (this.motion !== 'held') return;
    this.motion = 'moving';
    await this.#signal('resume');
  }
  /** Ends the work; what is drawn stays. */
  async stop(): Promise<void> {
    if (this.#ticket === undefined) return;
    const asked = this.#signal('stop');
    this.#ticket = undefined;
    this.motion = undefined;
    await asked;
  }
  async #signal(signal: 'pause' | 'resume' | 'stop'): Promise<void> {
    const ticket = this.#ticket;
    if (ticket === undefined) return;
    try {
      await this.answers.call('projector.signal', { ticket, signal });
    } catch (error) {
      this.answers.failed(`The picture could not be told to ${signal}`, error);
    }
  }
}
