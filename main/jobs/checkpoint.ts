/**
 * A checkpoint is two files in the folder of its run: `step-….safetensors`, the numbers, and `step-….json`, its manifest,
 * which is written only once the numbers are safe on disk. A manifest therefore always speaks of a whole checkpoint,
 * whenever the power is cut; files without one are rubbish of a crash.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { PretextError } from '#app/contract';
import { config } from '#app/records/recipe';
import { type Checkpoint, checkpoint, metricSummary } from '#app/records/run';
import type { Values } from '#main/recipes/recipe';
import { type Disk, diskError, disk as realDisk, syncFolder, writeDurably } from './disk';
import { decodeSafetensors, encodeSafetensors } from './safetensors';

/** What a run must remember besides its numbers to go on as if it had never stopped. */
const progress = z.object({
  step: z.int().min(0),
  /** Seconds of training so far, pauses left out. */
  seconds: z.number(),
  metrics: z.record(z.string(), metricSummary),
  /** The last step that was validated: a stop may come between a step and its validation. */
  validated: z.int().min(0),
  /** Best value of the headline metric so far; absent before the first validation. */
  best: z.number().optional(),
  /** In how many parts a batch was done for want of memory: parts round otherwise than the whole. */
  parts: z.int().min(1).optional(),
  /** How strong gradients have been, for the figures of health at the next validation. */
  gradient: z.object({ usual: z.number(), peak: z.number() }).optional(),
});
export type Progress = z.infer<typeof progress>;

/** Whose checkpoint it is: enough to rebuild the model without the project's data base. */
const origin = z.object({
  run: z.string(),
  recipe: z.string(),
  config,
  seed: z.int(),
  dataset: z.string(),
});
export type Origin = z.infer<typeof origin>;

const manifest = checkpoint.extend({
  format: z.literal('pretext-checkpoint'),
  version: z.literal(1),
  file: z.string().regex(/^[\w-]+\.safetensors$/),
  origin,
  progress,
});
export type Manifest = z.infer<typeof manifest>;

/** Milestones kept for scrubbing through a run; 12 frames fill the strip of the run view. */
const mostMilestones = 12;
/** The newest checkpoints that are never pruned: should the last one be found damaged, the one before it serves. */
const spares = 2;

const stem = (step: number) => `step-${String(step).padStart(10, '0')}`;
const sha256 = (pieces: readonly Uint8Array[]) =>
  pieces.reduce((hash, piece) => hash.update(piece), createHash('sha256')).digest('hex');

export const checkpointFolder = (checkpoints: string, run: string): string => join(checkpoints, run);

/** The manifests in a folder by ascending step; one that cannot be read is passed over. No folder: none. */
export async function manifestsIn(folder: string, on: Disk = realDisk): Promise<Manifest[]> {
  const names = await on.readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const found: Manifest[] = [];
  for (const name of names.filter((name) => /^step-\d+\.json$/.test(name))) {
    const read = manifest.safeParse(parsed(await on.readFile(join(folder, name), 'utf8')));
    if (read.success && `${stem(read.data.step)}.json` === name) found.push(read.data);
  }
  return settle(found.sort((a, b) => a.step - b.step));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** A crash between two writes may leave `best` or `last` in two manifests: the newer one is right. */
function settle(ascending: Manifest[]): Manifest[] {
  const newest = (kept: Checkpoint['kept'][number]) => ascending.findLast((m) => m.kept.includes(kept))?.step;
  const [best, last] = [newest('best'), newest('last')];
  return ascending.map((m) => ({
    ...m,
    kept: m.kept.filter((kept) => kept === 'milestone' || m.step === (kept === 'best' ? best : last)),
  }));
}

/**
 * The numbers of one checkpoint, proven to be those that were written.
 *
 * @throws PretextError that names the file and what is wrong with it
 */
export async function loadValues(folder: string, { file, hash, step }: Manifest, on: Disk = realDisk): Promise<Values> {
  const path = join(folder, file);
  const refuse = async (what: string, cause?: unknown) => {
    const others = (await manifestsIn(folder, on)).map((other) => other.step).filter((other) => other !== step);
    return new PretextError(`${path}: the checkpoint ${what}`, {
      advice:
        others.length > 0
          ? `Choose that of another step of the run: ${others.slice(-5).reverse().join(', ')}.`
          : 'Restore it from a backup, or train the run again: it has no other.',
      cause,
    });
  };
  const bytes = await on.readFile(path).catch(async (error: Error) => {
    throw await refuse(`cannot be read: ${error.message}`, error);
  });
  if (sha256([bytes]) !== hash) throw await refuse('is damaged: its SHA-256 is not the one that was written');
  return decodeSafetensors(bytes, path).values;
}

export interface Loaded {
  manifest: Manifest;
  values: Values;
}

/** The newest checkpoint of at most step `upTo` that is whole, and what was wrong with the newer ones. */
export async function latestCheckpoint(
  folder: string,
  on: Disk = realDisk,
  upTo = Number.POSITIVE_INFINITY,
): Promise<{ loaded: Loaded | undefined; damaged: { step: number; reason: string }[] }> {
  const damaged: { step: number; reason: string }[] = [];
  for (const newest of (await manifestsIn(folder, on)).filter(({ step }) => step <= upTo).reverse()) {
    try {
      return { loaded: { manifest: newest, values: await loadValues(folder, newest, on) }, damaged };
    } catch (error) {
      if (!(error instanceof PretextError)) throw error;
      damaged.push({ step: newest.step, reason: error.message });
    }
  }
  return { loaded: undefined, damaged };
}

/**
 * The manifest of one step; without a step the best checkpoint, else the last.
 *
 * @throws PretextError when the run has no such checkpoint
 */
export async function chooseCheckpoint(folder: string, run: string, step?: number): Promise<Manifest> {
  const all = await manifestsIn(folder);
  const chosen =
    step === undefined
      ? (all.findLast((m) => m.kept.includes('best')) ?? all.at(-1))
      : all.find((m) => m.step === step);
  if (chosen) return chosen;
  throw new PretextError(
    step === undefined
      ? `run ${run} has no checkpoint yet`
      : `run ${run} has no checkpoint of step ${step}; there are: ${all.map((m) => m.step).join(', ') || 'none'}`,
    {
      advice:
        step === undefined
          ? 'It gets one at its first validation: train it further, or choose another run.'
          : 'Choose one of these steps.',
    },
  );
}

/** Writes the checkpoints of one run and prunes those that nothing needs any more. One writer at a time. */
export interface Keeper {
  save(values: Values, progress: Progress, as: { best: boolean; milestone: boolean }): Promise<Checkpoint[]>;
  list(): Checkpoint[];
}

/**
 * Opens a run's folder for writing. What a crash left half-written is removed, and so is everything after step `from`,
 * from which the run goes on.
 */
export async function openKeeper(folder: string, origin: Origin, from: number, on: Disk = realDisk): Promise<Keeper> {
  const write = (m: Manifest) =>
    writeDurably(join(folder, `${stem(m.step)}.json`), [Buffer.from(`${JSON.stringify(m, null, 1)}\n`)], on);
  let kept: Manifest[] = [];
  try {
    await on.mkdir(folder, { recursive: true });
    kept = prune((await manifestsIn(folder, on)).filter((m) => m.step <= from));
    await sweep(folder, kept, on);
    const newest = kept.at(-1);
    if (newest && !newest.kept.includes('last')) {
      newest.kept.push('last'); // it was the spare of one that was damaged
      await write(newest);
    }
  } catch (error) {
    throw diskError(error, `checkpoints of run ${origin.run}`, 'nothing was changed');
  }
  async function add(values: Values, progress: Progress): Promise<Manifest> {
    const file = `${stem(progress.step)}.safetensors`;
    const { run, recipe } = origin;
    const pieces = encodeSafetensors(values, { format: 'pretext', run, recipe, step: String(progress.step) });
    const bytes = await writeDurably(join(folder, file), pieces, on);
    const [format, version, createdAt] = ['pretext-checkpoint' as const, 1 as const, Date.now()];
    const { step } = progress;
    return { format, version, step, file, hash: sha256(pieces), bytes, kept: [], createdAt, origin, progress };
  }

  return {
    async save(values, progress, as) {
      try {
        const older = kept.filter((m) => m.step < progress.step);
        const known = kept.find((m) => m.step === progress.step); // saved already: only what it is kept as changes
        const fresh = known ? { ...known, progress } : await add(values, progress);
        const marks = new Set<Checkpoint['kept'][number]>([...fresh.kept, 'last']);
        if (as.best) marks.add('best');
        if (as.milestone) marks.add('milestone');
        const settled = thin(settle([...older, { ...fresh, kept: [...marks] }]));
        await write(settled.at(-1)!); // from here on the new checkpoint survives; only now may others go
        kept = prune(settled);
        // What cannot be tidied now is harmless (the newer manifest is right) and is swept when the run is next opened.
        await tidy(folder, older, kept, write, on).catch(() => {});
        return checkpointsOf(kept);
      } catch (error) {
        const safe = kept.at(-1);
        throw diskError(
          error,
          `checkpoint of step ${progress.step}`,
          safe ? `the checkpoint of step ${safe.step} is safe` : 'the run had none before',
          safe ? 'resume the run' : 'start the run again',
        );
      }
    },
    list: () => checkpointsOf(kept),
  };
}

/** What the rest of the program sees; the spare that is kept for damage alone is not shown. */
const checkpointsOf = (manifests: readonly Manifest[]): Checkpoint[] =>
  manifests
    .filter((m) => m.kept.length > 0)
    .map(({ step, hash, bytes, kept, createdAt }) => ({ step, hash, bytes, kept, createdAt }));

/** Too many milestones: drop the one whose neighbours are closest together, so the rest stay spread over the run. */
function thin(ascending: Manifest[]): Manifest[] {
  const milestones = ascending.filter((m) => m.kept.includes('milestone'));
  if (milestones.length <= mostMilestones) return ascending;
  const gap = (i: number) => milestones[i + 1]!.step - milestones[i - 1]!.step;
  let closest = 1;
  for (let i = 2; i < milestones.length - 1; i++) if (gap(i) < gap(closest)) closest = i;
  const { step } = milestones[closest]!;
  const without = (m: Manifest) => ({ ...m, kept: m.kept.filter((kept) => kept !== 'milestone') });
  return ascending.map((m) => (m.step === step ? without(m) : m));
}

/** Drops what is kept as nothing, but for the newest ones. */
const prune = (ascending: Manifest[]): Manifest[] =>
  ascending.filter((m, i) => m.kept.length > 0 || i >= ascending.length - spares);

/** Brings the older checkpoints on disk to what they are now kept as; of those that go, the manifest goes first. */
async function tidy(
  folder: string,
  before: readonly Manifest[],
  after: readonly Manifest[],
  write: (m: Manifest) => Promise<unknown>,
  on: Disk,
): Promise<void> {
  for (const old of before) {
    const now = after.find((m) => m.step === old.step);
    if (now && now.kept.join() !== old.kept.join()) await write(now);
    if (now) continue;
    await on.rm(join(folder, `${stem(old.step)}.json`), { force: true });
    await on.rm(join(folder, old.file), { force: true });
  }
  if (before.length >= after.length) await syncFolder(folder, on);
}

async function sweep(folder: string, keep: readonly Manifest[], on: Disk): Promise<void> {
  const wanted = new Set(keep.flatMap((m) => [m.file, `${stem(m.step)}.json`]));
  const rubbish = (await on.readdir(folder)).filter((name) => name.startsWith('step-') && !wanted.has(name));
  for (const name of rubbish.sort()) await on.rm(join(folder, name), { force: true }); // .json sorts before .safetensors
}
