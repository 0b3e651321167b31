/** The generator that is open and what was drawn from it; beside it, another one drawn in the same way. */
import type { Ask, Reply } from '#app/contract';
import type { Draw, Generator, NearItems, NearSpace, Samples } from '#app/records/generator';
import { between, type Codes } from '../latent/codes';
import { Decoder } from '../latent/decoder.svelte';

type GeneratorCall = 'generator.open' | 'generator.sample' | 'generator.decode' | 'generator.nearest';
export interface Answers {
  call: <K extends GeneratorCall>(name: K, ask: Ask<K>) => Promise<Reply<K>>;
  failed: (what: string, error: unknown) => void;
  /** A stop by the user, which is no failure. */
  isCancelled: (error: unknown) => boolean;
}

/** Samples on a sheet, and pictures on the way between two of them. */
export const sheetCount = 64;
export const wayCount = 11;
/** No truncation. */
export const whole = 4;

export class GeneratorState {
  run = $state<string>();
  step = $state<number>();
  generator = $state.raw<Generator>();
  opening = $state(false);
  failure = $state.raw<unknown>();
  seed = $state(1);
  temperature = $state(1);
  truncation = $state(whole);
  samples = $state.raw<Samples>();
  /** Seconds would pass before new samples come: the old ones are dimmed. */
  isLate = $state(false);
  /** Two places of the sheet: the way goes from one to the other. */
  ends = $state.raw<readonly [number, number]>([0, 1]);
  way = $state<'linear' | 'spherical'>('spherical');
  space = $state<NearSpace>('pixels');
  near = $state.raw<NearItems>();
  /** What `near` is about; another draw has none yet. */
  comparing = $state(false);
  beside = $state<string>();
  other = $state.raw<Samples>();
  readonly between: Decoder;
  readonly #answers: Answers;
  #opened = 0;
  #drawn = 0;
  #compared = 0;

  constructor(answers: Answers) {
    this.#answers = answers;
    this.between = new Decoder(
      (codes) => answers.call('generator.decode', { run: this.run!, step: this.step, codes }),
      (error) => answers.failed('The way could not be drawn', error),
    );
  }

  get draw(): Draw {
    const hasNormals = (this.generator?.size ?? 0) > 0;
    return {
      ...{ seed: this.seed, count: sheetCount },
      ...(hasNormals && { temperature: this.temperature }),
      ...(hasNormals && this.truncation < whole && { truncation: this.truncation }),
    };
  }

  /** Another checkpoint of the same run keeps seed, temperature and what was chosen: the same chance, drawn anew. */
  async open(run: string, step: number | undefined): Promise<void> {
    const turn = ++this.#opened;
    this.opening = true;
    this.failure = undefined;
    if (run !== this.run) this.#forget();
    try {
      const generator = await this.#answers.call('generator.open', { run, ...(step !== undefined && { step }) });
      if (turn !== this.#opened) return;
      this.run = run;
      this.step = generator.step;
      this.generator = generator;
      if (!generator.hasFeatures) this.space = 'pixels';
      await this.redraw();
    } catch (error) {
      if (turn === this.#opened) this.failure = error;
    } finally {
      if (turn === this.#opened) this.opening = false;
    }
  }
  #forget(): void {
    this.generator = undefined;
    this.samples = undefined;
    this.other = undefined;
    this.near = undefined;
    this.between.clear();
  }

  another(): void {
    this.seed += 1;
    void this.redraw();
  }
  set(change: { seed?: number; temperature?: number; truncation?: number }): void {
    Object.assign(this, change);
    void this.redraw();
  }

  /** Draws the sheet, what lies between its chosen places, and the sheet beside it. */
  async redraw(): Promise<void> {
    const { run, step, draw } = this;
    if (run === undefined) return;
    const turn = ++this.#drawn;
    this.#compared++;
    this.near = undefined;
    const late = setTimeout(() => (this.isLate = true), 100);
    try {
      const samples = await this.#answers.call('generator.sample', { run, step, draw });
      if (turn !== this.#drawn) return;
      this.samples = samples;
      this.walk();
    } catch (error) {
      if (turn === this.#drawn) this.#answers.failed('No samples could be drawn', error);
    } finally {
      clearTimeout(late);
      if (turn === this.#drawn) this.isLate = false;
    }
    if (turn === this.#drawn) await this.#drawBeside(turn);
  }

  async #drawBeside(turn: number): Promise<void> {
    if (this.beside === undefined) return;
    try {
      const { seed, temperature, truncation } = this.draw;
      const draw = { seed, count: sheetCount, temperature, truncation };
      const other = await this.#answers.call('generator.sample', { run: this.beside, draw });
      if (turn === this.#drawn) this.other = other;
    } catch (error) {
      if (turn === this.#drawn) this.#answers.failed('The other run could not be sampled', error);
    }
  }
  /** Compares with another run; none: with nothing. */
  async compareWith(run: string | undefined): Promise<void> {
    this.beside = run;
    this.other = undefined;
    await this.#drawBeside(this.#drawn);
  }

  /** A click on a sample makes it the end of the way, and the end before the start. */
  choose(place: number): void {
    if (place === this.ends[1]) return;
    this.ends = [this.ends[1], place];
    this.walk();
  }
  codeOf(place: number): Codes | undefined {
    const { samples, generator } = this;
    if (!samples?.codes || !generator?.size) return undefined;
    return samples.codes.slice(place * generator.size, (place + 1) * generator.size);
  }
  walk(): void {
    const [from, to] = [this.codeOf(this.ends[0]), this.codeOf(this.ends[1])];
    if (from && to) void this.between.show(between(from, to, wayCount, this.way));
  }

  /** Looks through every training item for the nearest to each sample. */
  async findNearest(): Promise<void> {
    const { run, step, draw, space } = this;
    if (run === undefined || this.comparing) return;
    const turn = ++this.#compared;
    this.comparing = true;
    try {
      const near = await this.#answers.call('generator.nearest', { run, step, draw, space });
      if (turn === this.#compared) this.near = near;
    } catch (error) {
      if (turn === this.#compared && !this.#answers.isCancelled(error))
        this.#answers.failed('The nearest training items could not be found', error);
    } finally {
      this.comparing = false;
    }
  }
}
