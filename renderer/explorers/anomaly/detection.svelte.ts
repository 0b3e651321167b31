/** The scored split that is open: where its line lies and by which rule, the chosen item, and the items read so far. */
import type { Anomalies, AnomalyItems, Cell } from '#app/records/anomaly';
import type { Pictures, Split } from '#app/records/common';
import type { Item } from '#app/records/dataset';
import { Undo } from '../undo.svelte';
import type { Answers } from './answers';
import { groupsOf, scaleOf } from './histogram';
import { sectionsOf, type Tab } from './lists';
import { countsAt, isJudged, lineForAlarms, lineForCost, lineForF1, quantileOf, rank } from './ranked';

export type Rule = 'hand' | 'alarms' | 'quantile' | 'f1' | 'cost';

export interface Line {
  rule: Rule;
  threshold: number;
  /** Share of false alarms at most. */
  alarms: number;
  /** Quantile of normal items. */
  quantile: number;
  /** What a miss costs in false alarms. */
  cost: number;
}

/** An item as the table and the inspector show it. */
export interface Seen {
  item: Item;
  pictures?: { set: NonNullable<AnomalyItems['pictures']>; at: number };
  row?: Cell[];
}

/** Items asked for at once; so few that a tab opens at once. */
const page = 40;

export class Detection {
  run = $state<string>();
  step = $state<number>();
  split = $state<Split>('test');
  open = $state.raw<Anomalies>();
  opening = $state(false);
  failure = $state.raw<unknown>();
  tab = $state<Tab>('worst');
  /** Place in the split of the item that is looked at. */
  chosen = $state<number>();
  readonly #line = new Undo<Line>({ rule: 'quantile', threshold: 0, alarms: 0.02, quantile: 0.95, cost: 10 });
  #seen = $state.raw<ReadonlyMap<number, Seen>>(new Map());
  #asked = new Set<number>();
  #turn = 0;
  readonly answers: Answers;

  ranked = $derived(this.open && rank(this.open));
  scale = $derived(this.open && scaleOf(this.open.scores));
  groups = $derived(this.open && this.scale ? groupsOf(this.open, this.scale) : []);
  judged = $derived(this.ranked !== undefined && isJudged(this.ranked));
  counts = $derived(this.ranked && countsAt(this.ranked, this.#line.now.threshold));
  /** A tab that needs labels is the highest scores where there are none. */
  shownTab = $derived<Tab>(this.judged || this.tab === 'near' ? this.tab : 'highest');
  sections = $derived(
    this.open && this.ranked ? sectionsOf(this.shownTab, this.ranked, this.open, this.#line.now.threshold) : [],
  );

  constructor(answers: Answers) {
    this.answers = answers;
  }

  get line(): Line {
    return this.#line.now;
  }
  get canUndo(): boolean {
    return this.#line.canUndo;
  }
  get canRedo(): boolean {
    return this.#line.canRedo;
  }
  undo(): void {
    this.#line.undo();
  }
  redo(): void {
    this.#line.redo();
  }
  seen(place: number): Seen | undefined {
    return this.#seen.get(place);
  }

  async show(run: string, step: number | undefined, split: Split): Promise<void> {
    const turn = ++this.#turn;
    this.opening = true;
    this.failure = undefined;
    if (run !== this.run || split !== this.split) this.open = undefined;
    try {
      const open = await this.answers.call('anomaly.open', { run, split, ...(step !== undefined && { step }) });
      if (turn !== this.#turn) return;
      const same = run === this.run;
      Object.assign(this, { run, split, step: open.step });
      this.#seen = new Map();
      this.#asked = new Set();
      this.open = open;
      const { quantile, threshold } = open;
      if (!same) this.#line.reset({ ...this.line, rule: 'quantile', quantile, threshold });
      else if (this.line.rule !== 'hand') this.#line.amend(this.#by(this.line.rule, {}));
      this.chosen = this.ranked?.order[0];
    } catch (error) {
      if (turn === this.#turn) this.failure = error;
    } finally {
      if (turn === this.#turn) this.opening = false;
    }
  }

  /** Puts the line at a score. `going`: a drag goes on, which is one step to undo. */
  drag(threshold: number, going = false): void {
    const next: Line = { ...this.line, rule: 'hand', threshold };
    if (going) this.#line.amend(next);
    else this.#line.put(next);
  }
  setBy(rule: Rule, change: Partial<Line> = {}): void {
    this.#line.put(this.#by(rule, change));
  }
  #by(rule: Rule, change: Partial<Line>): Line {
    const line = { ...this.line, ...change, rule };
    const { open, ranked } = this;
    if (!open || !ranked) return line;
    if (rule === 'alarms') return { ...line, threshold: lineForAlarms(ranked, line.alarms) };
    if (rule === 'quantile') return { ...line, threshold: quantileOf(open.normalScores, line.quantile) };
    if (rule === 'f1') return { ...line, threshold: lineForF1(ranked) };
    if (rule === 'cost') return { ...line, threshold: lineForCost(ranked, line.cost) };
    return line;
  }

  /** Reads what is not known yet of these places; a failure is told and can be tried again. */
  async read(places: readonly number[]): Promise<void> {
    const { open, run, step, split } = this;
    if (!open || run === undefined || step === undefined) return;
    const missing = places.filter((place) => !this.#asked.has(place)).slice(0, page);
    if (missing.length === 0) return;
    for (const place of missing) this.#asked.add(place);
    const turn = this.#turn;
    try {
      const items = missing.map((place) => open.indices[place]!);
      const found = await this.answers.call('anomaly.items', { run, step, split, items });
      if (turn !== this.#turn) return;
      this.#seen = new Map([...this.#seen, ...missing.map((place, at) => [place, seenAt(found, at)] as const)]);
    } catch (error) {
      for (const place of missing) this.#asked.delete(place);
      if (turn === this.#turn) this.answers.failed('The items could not be read', error);
    }
    if (places.length > missing.length) await this.read(places);
  }
}

function seenAt({ items, pictures, rows }: AnomalyItems, at: number): Seen {
  return { item: items[at]!, ...(pictures && { pictures: { set: pictures, at } }), ...(rows && { row: rows[at]! }) };
}

/** The error of one picture in the colours of heat, as bytes that a canvas takes. */
export function heated({ pixels, height, width, channels }: Pictures, at: number): Pictures {
  const size = height * width;
  const out = new Uint8Array(size * 3);
  for (let p = 0; p < size; p++) {
    let value = 0;
    for (let c = 0; c < channels; c++) value = Math.max(value, pixels[(at * size + p) * channels + c]!);
    out.set(heat(value / 255), p * 3);
  }
  return { count: 1, height, width, channels: 3, pixels: out };
}

/** Black, brown, orange, pale yellow: brighter with every step, so that it also reads without colour. */
const stops = [
  [19, 19, 19],
  [110, 30, 8],
  [222, 110, 20],
  [255, 214, 110],
  [255, 252, 235],
] as const;
function heat(share: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const from = Math.min(stops.length - 2, Math.floor(at));
  const part = at - from;
  const mix = (c: 0 | 1 | 2) => Math.round(stops[from]![c] * (1 - part) + stops[from + 1]![c] * part);
  return [mix(0), mix(1), mix(2)];
}
