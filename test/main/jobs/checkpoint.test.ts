import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  chooseCheckpoint,
  latestCheckpoint,
  loadValues,
  manifestsIn,
  type Origin,
  openKeeper,
  type Progress,
} from '#main/jobs/checkpoint';
import type { Values } from '#main/recipes/recipe';
import { fullAfter, lockable } from '#test/jobs/disks';

const origin: Origin = { run: 'r-test1', recipe: 'linear', config: { width: 4 }, seed: 7, dataset: 'abc' };
const valuesAt = (step: number): Values =>
  new Map([['w', { dtype: 'float32', shape: [64], data: new Float32Array(64).fill(step) }]]);
const progressAt = (step: number): Progress => ({
  step,
  seconds: step / 10,
  metrics: {},
  validated: step,
  best: 1 / step,
});
const plain = { best: false, milestone: false };
const file = (step: number, end = 'safetensors') => `step-${String(step).padStart(10, '0')}.${end}`;

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'pretext-checkpoint-')), 'r-test1');
});
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }));

describe('a checkpoint', () => {
  it('comes back with its numbers, its progress and where it came from', async () => {
    const keeper = await openKeeper(folder, origin, 0);
    await keeper.save(valuesAt(5), progressAt(5), { best: true, milestone: false });
    const { loaded, damaged } = await latestCheckpoint(folder);
    expect(damaged).toEqual([]);
    expect(loaded?.manifest).toMatchObject({ step: 5, kept: ['last', 'best'], origin, progress: progressAt(5) });
    expect(loaded?.values).toEqual(valuesAt(5));
  });

  it('is kept as best until a better one is, and as last until the next', async () => {
    const keeper = await openKeeper(folder, origin, 0);
    await keeper.save(valuesAt(1), progressAt(1), { best: true, milestone: false });
    await keeper.save(valuesAt(2), progressAt(2), plain);
    await keeper.save(valuesAt(3), progressAt(3), plain);
    const list = await keeper.save(valuesAt(4), progressAt(4), plain);
    expect(list.map(({ step, kept }) => [step, kept])).toEqual([
      [1, ['best']],
      [4, ['last']],
    ]);
    await keeper.save(valuesAt(5), progressAt(5), { best: true, milestone: false });
    expect(keeper.list().map(({ step, kept }) => [step, kept])).toEqual([[5, ['last', 'best']]]);
    expect((await chooseCheckpoint(folder, 'r-test1')).step).toBe(5);
    expect((await readdir(folder)).sort()).toEqual([file(4, 'json'), file(4), file(5, 'json'), file(5)]); // 4: the spare
  });

  it('saved twice at one step is one checkpoint, kept as both', async () => {
    const keeper = await openKeeper(folder, origin, 0);
    await keeper.save(valuesAt(3), progressAt(3), plain);
    await keeper.save(valuesAt(3), progressAt(3), { best: true, milestone: true });
    expect(keeper.list().map(({ kept }) => kept)).toEqual([['last', 'best', 'milestone']]);
  });

  it('milestones stay at most 12, with the first and the last, and spread over the run', async () => {
    const keeper = await openKeeper(folder, origin, 0);
    for (let step = 1; step <= 60; step++)
      await keeper.save(valuesAt(step), progressAt(step), { best: false, milestone: true });
    const steps = keeper.list().map(({ step }) => step);
    expect(steps).toHaveLength(12);
    expect([steps[0], steps.at(-1)]).toEqual([1, 60]);
    const gaps = steps.slice(1).map((step, i) => step - steps[i]!);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(12);
  });

  it('that a run does not have is asked for in vain, and the error names those it has', async () => {
    await expect(chooseCheckpoint(folder, 'r-test1')).rejects.toThrow('run r-test1 has no checkpoint yet');
    const keeper = await openKeeper(folder, origin, 0);
    await keeper.save(valuesAt(5), progressAt(5), plain);
    await expect(chooseCheckpoint(folder, 'r-test1', 6)).rejects.toThrow('no checkpoint of step 6; there are: 5');
  });
});

describe('damage', () => {
  beforeEach(async () => {
    const keeper = await openKeeper(folder, origin, 0);
    for (const step of [10, 20, 30]) await keeper.save(valuesAt(step), progressAt(step), plain);
  });

  it('a truncated checkpoint falls back to the one before it, and says so', async () => {
    await truncate(join(folder, file(30)), 100);
    const { loaded, damaged } = await latestCheckpoint(folder);
    expect(loaded?.manifest.step).toBe(20);
    expect(loaded?.values).toEqual(valuesAt(20));
    expect(damaged).toEqual([{ step: 30, reason: expect.stringContaining('is damaged') }]);
  });

  it('one flipped bit is found', async () => {
    const bytes = await readFile(join(folder, file(30)));
    bytes[bytes.length - 3]! ^= 1;
    await writeFile(join(folder, file(30)), bytes);
    const [newest] = (await manifestsIn(folder)).slice(-1);
    await expect(loadValues(folder, newest!)).rejects.toThrow('SHA-256');
  });

  it('a manifest that is no manifest is passed over', async () => {
    for (const text of [
      '',
      '{',
      '{}',
      'null',
      JSON.stringify({ ...(await manifestsIn(folder))[1], file: '../../etc/x' }),
    ]) {
      await writeFile(join(folder, file(30, 'json')), text);
      expect((await latestCheckpoint(folder)).loaded?.manifest.step).toBe(20);
    }
  });

  it('opening for writing removes what a crash left, and everything after the step gone on from', async () => {
    await writeFile(join(folder, `${file(40)}.part`), 'half');
    await writeFile(join(folder, file(40)), 'whole, but no manifest yet');
    const keeper = await openKeeper(folder, origin, 20);
    expect(keeper.list().map(({ step }) => step)).toEqual([20]);
    expect((await readdir(folder)).sort()).toEqual([file(20, 'json'), file(20)]);
  });

  it('two manifests that both claim to be best or last: the newer is right', async () => {
    for (const m of await manifestsIn(folder))
      await writeFile(join(folder, file(m.step, 'json')), JSON.stringify({ ...m, kept: ['best', 'last'] }));
    expect((await manifestsIn(folder)).map(({ step, kept }) => [step, kept])).toEqual([
      [20, []],
      [30, ['best', 'last']],
    ]);
  });
});

describe('a disk that refuses', () => {
  it('full: says so, what is safe and what to do; leaves no part of a file and the older checkpoint whole', async () => {
    const before = await openKeeper(folder, origin, 0);
    await before.save(valuesAt(10), progressAt(10), { best: true, milestone: false });
    const listing = await readdir(folder);
    let refused = 0;
    // Wherever the room runs out: in the numbers, in the manifest, or only when the older one is tidied.
    for (let room = 0; room < 2400; room += 100) {
      const keeper = await openKeeper(folder, origin, 10, fullAfter(room));
      const error = await keeper.save(valuesAt(20), progressAt(20), plain).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
      const { loaded, damaged } = await latestCheckpoint(folder);
      expect(damaged).toEqual([]);
      expect(loaded).toMatchObject({ manifest: { step: error ? 10 : 20 }, values: valuesAt(error ? 10 : 20) });
      if (error) {
        refused++;
        expect(String(error)).toMatch(/step 20 could not be written.*the disk is full; .*step 10 is safe/);
        expect(error).toMatchObject({ kind: 'failed', advice: expect.stringContaining('Free some space') });
      }
      await openKeeper(folder, origin, 10);
      expect(await readdir(folder)).toEqual(listing);
    }
    expect(refused).toBeGreaterThan(5);
    expect(refused).toBeLessThan(24);
  });

  it('read-only: says so, and goes on where it can be written again', async () => {
    const { disk, lock } = lockable();
    const keeper = await openKeeper(folder, origin, 0, disk);
    await keeper.save(valuesAt(10), progressAt(10), plain);
    lock();
    await expect(keeper.save(valuesAt(20), progressAt(20), plain)).rejects.toThrow(/cannot be written to \(EROFS\)/);
    const again = await openKeeper(folder, origin, 10);
    await again.save(valuesAt(20), progressAt(20), plain);
    expect((await latestCheckpoint(folder)).loaded?.values).toEqual(valuesAt(20));
  });
});
