/** The report that is being put together: what goes in, and how it looks now. It outlives the view. */
import type { ReportFormat, ReportOptions, ReportSection } from '#app/records/report';
import type { Run } from '#app/records/run';
import { call } from '../../state/bridge';
import { type ReportPage, readPage } from './page';
import { parts } from './parts';

/** What changes the report without an option being touched: a run that goes on, ends, or is renamed. */
const stampOf = (run: Run | undefined): string => (run ? `${run.name} ${run.status}` : '');

class Draft {
  title = $state('');
  format = $state<ReportFormat>('html');
  theme = $state<'light' | 'dark'>('light');
  figureData = $state(true);
  leftOut = $state.raw<readonly ReportSection[]>([]);

  page = $state.raw<ReportPage>();
  notes = $state.raw<string[]>([]);
  /** When the page was made, milliseconds. */
  madeAt = $state<number>();
  reading = $state(false);
  failure = $state.raw<unknown>();
  #turn = 0;

  includes(section: ReportSection): boolean {
    return !this.leftOut.includes(section);
  }
  toggle(section: ReportSection): void {
    this.leftOut = this.includes(section)
      ? [...this.leftOut, section]
      : this.leftOut.filter((other) => other !== section);
  }

  options(runs: readonly string[]): ReportOptions {
    const title = this.title.trim();
    return {
      runs: [...runs],
      ...(title !== '' && { title }),
      sections: parts.map(({ id }) => id).filter((id) => this.includes(id)),
      theme: this.theme,
      figureData: this.figureData,
    };
  }
  /** What the page is made from, as one text: when it is another, the page is out of date. */
  basis(runs: readonly Run[]): string {
    return JSON.stringify([this.options(runs.map(({ id }) => id)), runs.map(stampOf)]);
  }

  /** Makes the page anew. Of several askings the last one counts; the old page stays until it is there. */
  async read(runs: readonly string[]): Promise<void> {
    const turn = ++this.#turn;
    this.reading = true;
    try {
      const { html, notes } = await call('reports.preview', this.options(runs));
      if (turn !== this.#turn) return;
      this.page = readPage(html);
      this.notes = notes;
      this.madeAt = Date.now();
      this.failure = undefined;
    } catch (error) {
      if (turn === this.#turn) this.failure = error;
    } finally {
      if (turn === this.#turn) this.reading = false;
    }
  }
}

export const draft = new Draft();
