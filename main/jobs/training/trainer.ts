/**
 * The loop of every training run. All that a step depends on is a function of (seed, step) and of the values in the last
 * checkpoint, so a run that was interrupted goes on with bitwise the same losses.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { PretextError } from '#app/contract';
import { alarmsOf, healthIn } from '#app/records/health';
import type { RecipeDescription } from '#app/records/recipe';
import type { RunEvent } from '#app/records/run';
import type { Stream, TrainSession } from '#main/engine';
import type { System } from '#main/recipes/recipe';
import type { Keeper, Progress } from '../checkpoint';
import type { Forwards } from '../forwards';
import { type Items, validationItems } from '../items';
import type { TaskContext } from '../task';
import { Diverged } from './first-nan';
import { type GradientRecord, gradientHealth, healthItems, healthOf, withGradient, withUnits } from './health';
import { watchingMemory } from './micro-batches';
import type { Pace } from './pace';
import type { Reporter } from './reporter';
import { takeStep } from './step';

/** A crash costs at most this much work … */
const saveEvery = 30_000; // ms
/** … unless writing is so slow that it would take more than this share of the time. */
const savingShare = 0.05;
const pausePoll = 50; // ms
const previewItems = 8;

export interface TrainerOptions {
  context: TaskContext;
  system: System;
  headline: RecipeDescription['headline'];
  items: Items;
  /** float32 [batch, c, h, w] of a step. */
  batchOf(step: number): Promise<Float32Array>;
  session: TrainSession;
  forwards: Forwards;
  keeper: Keeper;
  reporter: Reporter;
  pace: Pace;
  random: Stream;
  /** Where the run goes on; step 0 at its start. */
  from: Progress;
  /** In how many parts a step's batch is done. */
  parts: number;
}
export interface Outcome {
  status: 'finished' | 'cancelled';
  step: number;
  seconds: number;
}

export class Trainer {
  readonly #o: TrainerOptions;
  #step: number;
  #best: number | undefined;
  #validated: number;
  #saved: { step: number; at: number; length: number };
  #warned: string[] = [];
  #gradient: GradientRecord | undefined;

  constructor(options: TrainerOptions) {
    this.#o = options;
    this.#step = options.from.step;
    this.#best = options.from.best;
    this.#validated = options.from.validated;
    this.#gradient = options.from.gradient;
    this.#saved = { step: options.from.step, at: performance.now(), length: 0 };
  }

  /** @throws OutOfMemory where a step or a validation did not fit */
  run(): Promise<Outcome> {
    return watchingMemory(
      () => ({ parts: this.#o.parts, step: this.#step }),
      () => this.#run(),
    );
  }

  async #run(): Promise<Outcome> {
    const { context, system, pace, reporter } = this.#o;
    const { flag } = context;
    try {
      while (this.#step < system.steps && !pace.overtime()) {
        context.check();
        if (flag.paused) await this.#pause();
        else if (this.#validationIsDue()) await this.#validate();
        else {
          await this.#train(this.#step + 1);
          if (this.#saveIsDue()) await this.#save();
        }
      }
      if (this.#validated < this.#step) await this.#validate();
    } catch (error) {
      if (!flag.stopped || !(error instanceof PretextError) || error.kind !== 'cancelled') throw error;
      await this.#save();
      return this.#outcome('cancelled');
    }
    await this.#save();
    reporter.flush(this.#step);
    return this.#outcome('finished');
  }

  #outcome(status: Outcome['status']): Outcome {
    const seconds = this.#o.pace.seconds();
    this.#o.reporter.state('running', this.#step);
    return { status, step: this.#step, seconds };
  }

  async #train(step: number): Promise<void> {
    const { session, system, batchOf, random, pace, reporter, parts, context } = this.#o;
    const learningRate = system.learningRate(step);
    const terms = await pace.step(async () => {
      const x = await batchOf(step);
      const chance = random.split('step').split(step);
      return takeStep(session, system, { x, step, parts, chance, learningRate, check: context.check });
    });
    const wasSkipped = terms['skipped'] === 1; // mixed precision tries the next step with a smaller loss scale
    for (const name of ['loss', 'gradientNorm'])
      if (!wasSkipped && !Number.isFinite(terms[name] ?? 0)) throw this.#diverged(step, name);
    this.#step = step;
    if (!wasSkipped) this.#gradient = withGradient(this.#gradient, terms['gradientNorm'] ?? 0);
    const figures = Object.fromEntries(Object.entries(terms).map(([name, value]) => [`train/${snake(name)}`, value]));
    this.#points({ ...figures, 'train/learning_rate': learningRate });
    reporter.tick(step);
  }

  /** What is not a number has no place in a chart; a validation that gives one is warned of. */
  #points(figures: Record<string, number>): void {
    const { reporter } = this.#o;
    const finite = Object.entries(figures).filter(([, value]) => Number.isFinite(value));
    for (const [name, value] of Object.entries(figures))
      if (!Number.isFinite(value) && !name.startsWith('train/')) this.#event('warning', `${name} is ${value}`);
    reporter.points(this.#step, Object.fromEntries(finite));
  }

  #diverged(step: number, name: string): Diverged {
    const safe = this.#o.keeper.list().at(-1)?.step;
    this.#o.reporter.flush(step - 1);
    return new Diverged(
      step,
      `training stopped at step ${step}: ${name === 'loss' ? 'the loss' : 'the gradient'} is no longer a finite number; ${
        safe === undefined ? 'no checkpoint had been written yet' : `the checkpoint of step ${safe} is safe`
      }`,
    );
  }

  #validationIsDue(): boolean {
    const { validateEvery } = this.#o.system;
    return this.#step > 0 && this.#step % validateEvery === 0 && this.#validated < this.#step;
  }

  /** All of it is found before any of it is told: a stop in between leaves a validation that a resumed run makes whole. */
  async #validate(): Promise<void> {
    const { session, forwards, system, items, reporter, headline, context } = this.#o;
    reporter.flush(this.#step);
    await forwards.write(await session.read());
    const figures = items.count('validation') > 0 ? await this.#figures() : {};
    const health = await this.#health();
    const rows = await this.#preview();
    context.check();
    const value = figures[headline.metric];
    const isBest = value !== undefined && Number.isFinite(value) && this.#isBetter(value);
    if (isBest) this.#best = value;
    this.#validated = this.#step;
    this.#points(figures);
    if (value !== undefined) this.#event('validation', describe(figures, headline.metric));
    this.#points(health);
    if (this.#gradient) this.#gradient = { ...this.#gradient, peak: 1 };
    this.#warn(system.warnings?.(figures) ?? [], health);
    context.note({ kind: 'preview', preview: { step: this.#step, rows } });
    reporter.flush(this.#step);
    await this.#save({ best: isBest, milestone: true });
  }

  #figures(): Promise<Record<string, number>> {
    const { forwards, system, items, context } = this.#o;
    async function* batches() {
      for await (const { x } of items.chosen(validationItems(items, system.trainLabels), system.batchSize)) {
        context.check();
        yield x;
      }
    }
    return system.validate({ forward: forwards.using(context.check), batches: batches() });
  }

  #isBetter(value: number): boolean {
    if (this.#best === undefined) return true;
    return this.#o.headline.better === 'less' ? value < this.#best : value > this.#best;
  }

  async #health(): Promise<Record<string, number>> {
    const { forwards, system, items, context } = this.#o;
    const chosen = validationItems(items, system.trainLabels).slice(0, healthItems);
    const gradient = gradientHealth(this.#gradient);
    if (chosen.length === 0) return gradient;
    const watched = { heads: withUnits(system), ...(system.inside && { inside: system.inside }) };
    const x = await items.read(chosen);
    return { ...(await healthOf(watched, forwards.using(context.check), x, chosen.length)), ...gradient };
  }

  /**
   * The same warning is told once, until it has gone and come back. The recipe's own words, which know its settings, go
   * before those that hold for any network.
   */
  #warn(own: string[], health: Record<string, number>): void {
    const general = alarmsOf(healthIn(health)).map(({ text, rule }) => `${text}. ${rule.advice}`);
    const warnings = own.length > 0 ? own : general;
    for (const text of warnings) if (!this.#warned.includes(text)) this.#event('warning', text);
    this.#warned = warnings;
  }

  async #preview(): ReturnType<System['preview']> {
    const { items, system, forwards, random, context } = this.#o;
    const split = items.count('validation') > 0 ? 'validation' : 'train';
    const count = Math.min(previewItems, items.count(split));
    const x = await items.at(
      split,
      Int32Array.from({ length: count }, (_, i) => i),
    );
    const forward = forwards.using(context.check);
    return system.preview({ forward, x, count, random: random.split('preview') });
  }

  #saveIsDue(): boolean {
    const { at, length } = this.#saved;
    return performance.now() - at > Math.max(saveEvery, length / savingShare);
  }

  async #save(as = { best: false, milestone: false }): Promise<void> {
    const { session, keeper, reporter, context, pace, parts } = this.#o;
    const step = this.#step;
    if (step === this.#saved.step && !as.best && !as.milestone) return;
    reporter.flush(step); // what a checkpoint has behind it has been told before the checkpoint is
    const start = performance.now();
    const [best, validated, metrics] = [this.#best, this.#validated, reporter.metrics];
    const progress = {
      step,
      seconds: pace.seconds(),
      metrics,
      validated,
      ...(best !== undefined && { best }),
      ...(parts > 1 && { parts }),
      ...(this.#gradient && { gradient: this.#gradient }),
    };
    const checkpoints = await keeper.save(await session.read(), progress, as);
    this.#saved = { step, at: performance.now(), length: performance.now() - start };
    context.note({ kind: 'checkpoints', checkpoints });
    if (as.best) this.#event('checkpoint', `checkpoint of step ${step} kept as the best so far`);
  }

  async #pause(): Promise<void> {
    const { context, pace, reporter } = this.#o;
    const goOn = pace.pause();
    await this.#save();
    this.#event('info', `paused after step ${this.#step}`);
    reporter.state('paused', this.#step);
    while (context.flag.paused) await sleep(pausePoll);
    goOn();
    if (context.flag.stopped) return;
    this.#event('info', 'training goes on');
    reporter.state('running', this.#step);
  }

  #event(level: RunEvent['level'], text: string): void {
    this.#o.reporter.event(this.#step, level, text);
  }
}

const snake = (name: string) => name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);

/** The headline first, then the others, in one line. */
function describe(figures: Record<string, number>, headline: string): string {
  const short = (value: number) => String(Number(value.toPrecision(4)));
  const others = Object.entries(figures).filter(([name]) => name !== headline);
  const all = [[headline, figures[headline]!] as const, ...others];
  return all.map(([name, value]) => `${name.replace('validation/', '')} ${short(value)}`).join(' · ');
}
