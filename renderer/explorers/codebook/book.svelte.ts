/** The codebook that is open: its codes, the chosen one, and where that fires. Opening another takes the place of this. */
import type { Codebook, CodeLevel, Firing } from '#app/records/codebook';
import type { Answers } from './answers';

/** Items of one page of "where it fires". */
const PAGE = 28;

export class Book {
  run = $state<string>();
  step = $state<number>();
  book = $state.raw<Codebook>();
  opening = $state(false);
  failure = $state.raw<unknown>();
  code = $state(0);
  /** Only where it fires at this position of the map. */
  position = $state<number>();
  firing = $state.raw<Firing>();
  #opened = 0;
  #searched = 0;
  readonly answers: Answers;

  constructor(answers: Answers) {
    this.answers = answers;
  }

  /** `level`: left out, the one that is open, and of another run the fine one. */
  async open(run: string, step: number | undefined, wanted?: CodeLevel): Promise<void> {
    const turn = ++this.#opened;
    const level = wanted ?? (run === this.run ? this.book?.level : undefined);
    const same = run === this.run && (level ?? 'fine') === this.book?.level;
    this.opening = true;
    this.failure = undefined;
    if (run !== this.run) this.book = undefined;
    try {
      const book = await this.answers.call('codebook.open', {
        run,
        ...(step !== undefined && { step }),
        ...(level && { level }),
      });
      if (turn !== this.#opened) return;
      this.run = run;
      this.step = book.step;
      this.book = book;
      // The same code stays chosen as a run goes on; in another run or level, the most used one that is not blank.
      if (!same) this.firing = undefined; // of maps of another size
      if (!same || this.code >= book.size) {
        this.code = mostUsed(book);
        this.position = undefined;
      }
      void this.find();
    } catch (error) {
      if (turn === this.#opened) this.failure = error;
    } finally {
      if (turn === this.#opened) this.opening = false;
    }
  }

  choose(code: number): void {
    if (code === this.code) return;
    this.code = code;
    this.position = undefined;
    void this.find();
  }
  at(position: number | undefined): void {
    this.position = position;
    void this.find();
  }

  /** Where the chosen code fires: the first page, or one more. */
  async find(more = false): Promise<void> {
    const { run, step, code, position, firing, book } = this;
    if (run === undefined || step === undefined || !book) return;
    const turn = ++this.#searched;
    try {
      const page = await this.answers.call('codebook.where', {
        run,
        step,
        level: book.level,
        code,
        ...(position !== undefined && { position }),
        offset: more ? (firing?.page.length ?? 0) : 0,
        limit: PAGE,
      });
      if (turn !== this.#searched) return;
      this.firing = more && firing ? joined(firing, page) : page;
    } catch (error) {
      if (turn === this.#searched) this.answers.failed(`Where code ${code} fires could not be read`, error);
    }
  }
}

function mostUsed({ counts, blank, size }: Codebook): number {
  let best = blank.code === 0 && size > 1 ? 1 : 0;
  for (let code = 0; code < size; code++) if (code !== blank.code && counts[code]! > counts[best]!) best = code;
  return best;
}

/** Two pages as one. */
function joined(first: Firing, next: Firing): Firing {
  const pixels = new Uint8Array(first.pictures.pixels.length + next.pictures.pixels.length);
  pixels.set(first.pictures.pixels);
  pixels.set(next.pictures.pixels, first.pictures.pixels.length);
  return {
    ...next,
    page: [...first.page, ...next.page],
    pictures: { ...next.pictures, count: first.pictures.count + next.pictures.count, pixels },
  };
}
