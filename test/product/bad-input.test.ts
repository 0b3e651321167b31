/**
 * Whatever is wrong with what the user gives or with the machine, the real command line says so in one line (what, where,
 * what to do), what was there before is still there, and the next command works.
 */
import {
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idx, pictures, zipBomb } from '#test/product/files';
import { smallDisk } from '#test/product/small-disk';
import { type Ended, newWorld, type Printed } from './cli-process';

const world = newWorld({ PRETEXT_ELECTRON: undefined });
afterAll(() => world.remove());
const at = (...names: string[]) => join(world.folder, ...names);
const inProject = (project: string, ...args: string[]) => world.run(...args, '--project', project, '--json');

/** A model of some hundred weights, so that a run takes no time. `more` comes last and wins. */
const training = (data: string, steps: number, ...more: string[]) => [
  ...['train', 'autoencoder', '--data', data, '--preset', 'tiny', '--seed', '7', '--device', 'cpu'],
  ...['--set', 'width=16', '--set', 'hiddenLayers=1', '--set', 'batchSize=16', '--steps', String(steps), ...more],
];

/** It ended with this code; of all that stderr says exactly one line, the last, is the error; stdout is JSON or empty. */
function expectTold({ code, out, err }: Ended, exit: number, message: RegExp): void {
  expect(code, err).toBe(exit);
  const lines = err.trimEnd().split('\n');
  expect(lines.filter((line) => line.startsWith('pretext: '))).toEqual([lines.at(-1)]);
  expect(lines.at(-1)).toMatch(message);
  expect(lines.at(-1)).not.toMatch(/\.\.|;;|\. ;|undefined|\[object|internal:/);
  expect(out.split('\n')).toHaveLength(out === '' ? 1 : 2);
  if (out !== '') expect(JSON.parse(out)).toBeTypeOf('object');
}

async function succeeded(work: Promise<Ended>): Promise<Printed> {
  const { code, err, json } = await work;
  expect(code, err).toBe(0);
  return json();
}

/** All that the project knows of its data sets and runs. */
async function recordsOf(project: string) {
  const [datasets, runs] = await Promise.all([inProject(project, 'datasets'), inProject(project, 'runs')]);
  expect([datasets.code, runs.code], datasets.err + runs.err).toEqual([0, 0]);
  return { datasets: datasets.json().datasets, runs: runs.json().runs };
}

async function lossesOf(project: string, run = 'last'): Promise<number[]> {
  const { metrics } = await succeeded(inProject(project, 'metrics', run));
  return metrics.filter(({ name }) => name === 'train/loss').map(({ value }) => value);
}

/** Overwrites a few bytes in the middle of a file. */
function damage(path: string): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(64, 0xa5), 0, 64, Math.floor(statSync(path).size / 2));
  closeSync(file);
}

/** The project that every other test starts from: 100 pictures and one finished run. */
const project = world.project;
let before: Awaited<ReturnType<typeof recordsOf>>;
let losses: number[];
beforeAll(async () => {
  await succeeded(inProject(project, 'import', await pictures(at('pictures'), 100)));
  await succeeded(inProject(project, ...training('pictures', 60, '--set', 'validations=60')));
  before = await recordsOf(project);
  losses = await lossesOf(project);
  expect(losses).toHaveLength(60);
});
/** A copy of it, to be harmed. */
function copy(name: string): string {
  cpSync(project, at(name), { recursive: true });
  return at(name);
}

describe('what is imported', () => {
  const importing = (...sources: string[]) => inProject(project, 'import', ...sources);

  it('an empty folder, a path that does not exist and a file of 0 bytes are refused, and nothing is lost', async () => {
    mkdirSync(at('empty'));
    const zero = idx(at('zero-images-idx3-ubyte'), 0, 0);
    rmSync(zero);
    closeSync(openSync(zero, 'w'));
    const [empty, nowhere, nothing] = await Promise.all([importing(at('empty')), importing(at('no')), importing(zero)]);
    expectTold(empty, 1, /empty holds nothing that can be imported. Pretext imports folders and zip archives/);
    expectTold(nowhere, 1, /cannot import .*no: there is no such file or folder; check the path/);
    expectTold(nothing, 1, /zero-images-idx3-ubyte: The file is empty \(0 bytes\)\. Pretext imports/);
    expect(await recordsOf(project)).toEqual(before);
  });

  it('a truncated PNG among 1,000 is named, and the other 999 are there', async () => {
    const folder = await pictures(at('thousand'), 1000, 501);
    const ended = await inProject(at('thousand.project'), 'import', folder);
    expect(await succeeded(Promise.resolve(ended))).toMatchObject({ count: 999, problemCount: 1 });
    expect(ended.err).toMatch(/\n1 unreadable: .*odd\/0501\.png: .*(cut short|truncated|ends)/i);
    const shown = await world.run('show', 'last', '--project', at('thousand.project'));
    expect(shown.out).toMatch(/1 unreadable: .*0501\.png/);
  });

  it('an IDX file whose header lies gives what is there and says how much is missing', async () => {
    const here = at('idx.project');
    const ended = await inProject(here, 'import', idx(at('lie-images-idx3-ubyte'), 4_000_000_000, 10));
    expect(await succeeded(Promise.resolve(ended))).toMatchObject({ count: 10 });
    expect(ended.err).toMatch(/unreadable: .*lie-images-idx3-ubyte: .*4,?000,?000,?000.*10/);
  });

  it('of a zip bomb the good picture is taken and the bomb is named', async () => {
    const ended = await inProject(at('bomb.project'), 'import', await zipBomb(at('bomb.zip')));
    expect(await succeeded(Promise.resolve(ended))).toMatchObject({ count: 1, problemCount: 1 });
    expect(ended.err).toMatch(/1 skipped: .*bomb\.png: .* it looks like a zip bomb and was not unpacked/);
  });

  it('paths with Chinese characters and spaces are paths like any other, from the import to the report', async () => {
    const here = at('我的 项目 1');
    expect(await succeeded(inProject(here, 'import', await pictures(at('我的 数据'), 40)))).toMatchObject({
      count: 40,
    });
    await succeeded(inProject(here, ...training('我的 数据', 3, '--name', '第一 次')));
    await succeeded(inProject(here, 'report', '第一 次', '--to', at('报告 1.html')));
    expect(readFileSync(at('报告 1.html'), 'utf8')).toContain('第一 次');
  });
});

it('a setting out of range, an unknown setting and an unknown recipe start no run', async () => {
  const asked = (recipe: string, set: string) =>
    inProject(project, 'train', recipe, '--data', 'pictures', '--steps', '3', '--set', set);
  const [range, name, recipe] = await Promise.all([
    asked('autoencoder', 'learningRate=99'),
    asked('autoencoder', 'learninRate=0.1'),
    asked('autoencodr', 'width=16'),
  ]);
  expectTold(
    range,
    2,
    /learningRate must be a number from 1e-7 to 10, got 99; the default is 0.001; see `pretext describe/,
  );
  expectTold(name, 2, /learninRate is not a setting of this recipe; did you mean learningRate\?/);
  expectTold(recipe, 2, /recipe must be one of .*got autoencodr; Did you mean autoencoder\?/);
  expect(await recordsOf(project)).toEqual(before);
});

it('names that fit several runs, no run, or a run that has ended are refused with what can be done', async () => {
  const here = copy('names');
  await succeeded(inProject(here, ...training('pictures', 2)));
  const [several, none, ended, head, setting] = await Promise.all([
    inProject(here, 'show', 'r-'),
    inProject(here, 'metrics', 'r-!'),
    inProject(here, 'resume', 'last'),
    inProject(here, 'apply', 'last', 'embd'),
    inProject(here, 'apply', 'last', 'embed', '--set', 'colour=1'),
  ]);
  expectTold(several, 2, /“r-” must name one run, but it names 2: r-.*; give more letters of the id/);
  expectTold(none, 2, /there is no run “r-!” in this project; newest: r-/);
  expectTold(
    ended,
    2,
    /cannot be resumed: it is finished; to train it further, .*`pretext train autoencoder .*--from r-/,
  );
  expectTold(head, 2, /autoencoder has no head “embd”; did you mean embed\?/);
  expectTold(setting, 2, /embed has no setting “colour”; it has none: leave the setting out/);
});

describe('a damaged project', () => {
  it('of a newer schema is refused and not one byte of it is changed', async () => {
    const here = copy('newer');
    const file = join(here, 'project.sqlite');
    const db = new Database(file);
    db.pragma('user_version = 99');
    db.close();
    const bytes = readFileSync(file);
    for (const verb of [['runs'], ['import', at('pictures')], training('pictures', 3)])
      expectTold(
        await inProject(here, ...verb),
        1,
        /newer Pretext \(schema 99; .* open it with the newer Pretext; nothing/,
      );
    expect(readFileSync(file).equals(bytes)).toBe(true);
    expect(readdirSync(here).sort()).toEqual(readdirSync(project).sort());
  });

  it('whose records are damaged or emptied is refused, and its files are left alone', async () => {
    const [damaged, emptied] = [copy('damaged'), copy('emptied')];
    const file = openSync(join(damaged, 'project.sqlite'), 'r+');
    writeSync(file, Buffer.alloc(200_000, 0xa5), 0, 200_000, 4096);
    closeSync(file);
    closeSync(openSync(join(emptied, 'project.sqlite'), 'w'));
    const [a, b] = await Promise.all([inProject(damaged, 'datasets'), inProject(emptied, 'datasets')]);
    expectTold(a, 1, /damaged\/project\.sqlite: the file is damaged; restore the project folder from a backup/);
    expectTold(b, 1, /project's records, but it is empty \(0 bytes\); restore it from a backup; .* is untouched/);
    expect(readdirSync(join(emptied, 'objects'))).toEqual(readdirSync(join(project, 'objects')));
  });

  it('whose pictures are damaged or gone does not train on them, and importing them again repairs it', async () => {
    const here = copy('pixels');
    const { pixels } = (await succeeded(inProject(here, 'show', 'pictures'))).blobs;
    const path = join(here, 'objects', pixels);
    damage(path);
    const message = /The data file .* of the data set pictures is damaged: .* Import the data set again/;
    expectTold(await inProject(here, ...training('pictures', 3)), 1, message);
    expectTold(await inProject(here, 'evaluate', before.runs[0]!.id, 'reconstruction'), 1, message);
    rmSync(path);
    expectTold(
      await inProject(here, ...training('pictures', 3)),
      1,
      /data set pictures cannot be read: it does not exist/,
    );
    await succeeded(inProject(here, 'import', at('pictures')));
    await succeeded(inProject(here, ...training('pictures@1', 60, '--set', 'validations=60')));
    expect(await lossesOf(here)).toEqual(losses);
  });
});

it('Ctrl-C ends with 130; with its newest checkpoint damaged the run goes on from the one before, and says so', async () => {
  const here = copy('interrupted');
  const long = training('pictures', 2500, '--set', 'validations=100');
  await succeeded(inProject(here, ...long));
  const expected = await lossesOf(here);

  const started = world.start(...long, '--project', here, '--json');
  await started.says(/step (8|1[2-9])0:/);
  process.kill(-started.child.pid!, 'SIGINT');
  expectTold(await started.ended, 130, /run r-\w+ was stopped at step \d+; go on with `pretext resume r-\w+`/);
  const { run, steps } = (await started.ended).json();
  expect(steps).toBeLessThan(2500);

  const folder = join(here, 'checkpoints', run);
  const newest = readdirSync(folder)
    .filter((name) => name.endsWith('.safetensors'))
    .sort()
    .at(-1)!;
  damage(join(folder, newest));
  expectTold(
    await inProject(here, 'apply', run, 'embed', '--step', String(steps)),
    1,
    /the checkpoint is damaged: .*; Choose that of another step of the run: \d+/,
  );
  const resumed = await inProject(here, 'resume', run);
  expect(resumed.err).toMatch(new RegExp(`the checkpoint of step ${steps} is passed over: .*is damaged`));
  expect(resumed.code).toBe(0);
  expect(await lossesOf(here, run)).toEqual(expected);
});

it('two processes train in one project at once; a run that trains elsewhere cannot be resumed', async () => {
  const here = copy('both');
  const first = world.start(...training('pictures', 1_000_000, '--name', 'first'), '--project', here, '--json');
  await first.says(/ of 1000000 steps/);
  const [second, again] = await Promise.all([
    inProject(here, ...training('pictures', 60, '--set', 'validations=60')),
    inProject(here, 'resume', 'first'),
  ]);
  expect(second.code, second.err).toBe(0);
  expectTold(again, 2, /run r-\w+ \(first\) cannot be resumed: it is (running|queued)/);
  expect(await lossesOf(here)).toEqual(losses);
  await succeeded(inProject(here, 'cancel', 'first'));
  expect((await first.ended).code).toBe(130);
});

const disk = smallDisk(24);
if (!disk) console.warn('skipped: a full and a read-only disk need the right to mount a tmpfs');
afterAll(() => disk?.remove());

describe.skipIf(!disk)('a disk that cannot be written', () => {
  const { folder, fill, free, readOnly } = disk ?? ({} as NonNullable<typeof disk>);
  const here = join(folder ?? '', 'project');
  beforeAll(() => cpSync(project, here, { recursive: true }));

  it('because it is full: an import leaves no trace, and works once there is room', async () => {
    const more = await pictures(at('more'), 1000);
    const objects = readdirSync(join(here, 'objects'));
    for (const room of [0, 150]) {
      fill(room);
      expectTold(
        await inProject(here, 'import', more),
        1,
        /(is full|No space is left on the disk that holds|only .* are free on the disk).*free some/i,
      );
    }
    free();
    expect(readdirSync(join(here, 'objects'))).toEqual(objects);
    expect(await recordsOf(here)).toEqual(before);
    expect(await succeeded(inProject(here, 'import', more))).toMatchObject({ count: 1000 });
  });

  it.each([
    ['checkpoint', ['--set', 'validations=60', '--set', 'width=64'], 60, 1400],
    ['record of what was measured', ['--set', 'validations=1'], 1500, 100],
  ])(
    'because it is full: a run stops at the %s, and resumed it equals the unbroken run',
    async (_, more, steps, room) => {
      await succeeded(inProject(project, ...training('pictures', steps, ...more)));
      const expected = await lossesOf(project);
      fill(room);
      expectTold(
        await inProject(here, ...training('pictures', steps, ...more)),
        1,
        /run r-\w+ failed: .*full.*free some space/i,
      );
      free();
      const [run] = (await recordsOf(here)).runs;
      expect(run!.status).toMatch(/failed|interrupted/);
      expect(run!.step).toBeLessThan(steps);
      await succeeded(inProject(here, 'resume', run!.id));
      expect(await lossesOf(here, run!.id)).toEqual(expected);
      rmSync(join(here, 'checkpoints', run!.id), { recursive: true });
    },
  );

  it('because it is read-only: every verb says so, and nothing is changed', async () => {
    const known = await recordsOf(here);
    readOnly(true);
    try {
      for (const verb of [['import', at('pictures')], training('pictures', 3), ['resume', 'last'], ['runs']])
        expectTold(await inProject(here, ...verb), 1, /read-only|cannot be opened for writing/);
    } finally {
      readOnly(false);
    }
    expect(await recordsOf(here)).toEqual(known);
  });
});
