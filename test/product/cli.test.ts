/** What scripts rely on: exit codes, the shape of JSON, errors in one line, and a run that survives anything. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newWorld, type Printed, type World } from './cli-process';

const worlds: World[] = [];
function world(): World {
  const made = newWorld({ PRETEXT_ELECTRON: undefined });
  worlds.push(made);
  return made;
}
afterAll(() => {
  for (const made of worlds) made.remove();
});

/** Long enough to be caught in the middle, short enough to be finished. */
const training = (project: string, steps: number) => [
  ...['train', 'autoencoder', '--project', project, '--data', 'sample:digits', '--preset', 'tiny'],
  ...['--steps', String(steps), '--seed', '7', '--device', 'cpu', '--json'],
];

describe('wrong usage ends with 2, one line on stderr and nothing on stdout', () => {
  const here = world();
  it.each([
    ['a verb that does not exist, with the nearest', ['trian'], /unknown command 'trian'.*Did you mean train\?/],
    [
      'an option that does not exist, with the nearest',
      ['recipes', '--jsn'],
      /unknown option '--jsn'.*Did you mean --json\?/,
    ],
    ['an option that is missing', ['train', 'vq-vae'], /required option '--data <dataset>' not specified/],
    [
      'a word that is none of those that are',
      ['train', 'vq-vae', '--data', 'x', '--preset', 'tyni'],
      /must be one of tiny, small, base, got “tyni”. Did you mean tiny\?/,
    ],
    [
      'a number out of its range',
      ['train', 'vq-vae', '--data', 'x', '--steps', '0'],
      /must be a whole number of at least 1, got “0”/,
    ],
    [
      'two options that exclude each other',
      ['train', 'vq-vae', '--data', 'x', '--steps', '1', '--epochs', '1'],
      /--steps <n>' cannot be used with option '--epochs <n>'/,
    ],
    [
      'a recipe that does not exist, with the nearest',
      ['train', 'vq-vea', '--data', 'sample:digits'],
      /got vq-vea; Did you mean vq-vae/,
    ],
    [
      'a sample that does not exist',
      ['import', 'sample:digit', '--project', 'p'],
      /there is no sample data set “sample:digit”; did you mean sample:digits\?/,
    ],
    [
      'a project that does not exist',
      ['runs', '--project', 'nowhere'],
      /nowhere must be a project folder, but it has no project\.sqlite/,
    ],
    ['a run that does not exist', ['show', 'r-zzz'], /there is no run “r-zzz”/],
  ])('%s', async (_, args, message) => {
    const { code, out, err } = await here.run(...args);
    expect(err).toMatch(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect([code, out]).toEqual([2, '']);
  });
});

it('help and version end with 0 and need no project', async () => {
  const here = world();
  const [help, version] = await Promise.all([here.run('--help'), here.run('--version')]);
  expect([help.code, version.code]).toEqual([0, 0]);
  for (const verb of [
    'recipes',
    'import',
    'train',
    'resume',
    'evaluate',
    'explain',
    'apply',
    'export',
    'report',
    'doctor',
  ])
    expect(help.out).toContain(`\n  ${verb}`);
  expect(version.out.trim()).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
});

it('describe tells every field with unit, range, default and reason', async () => {
  const { code, json } = await world().run('describe', 'vq-vae', '--json');
  expect(code).toBe(0);
  for (const field of json().fields)
    expect(field).toMatchObject({
      path: expect.any(String),
      reason: expect.stringMatching(/.{10}/),
      presets: expect.any(Object),
    });
});

it('without --project it works in the default project and brings a sample in once', async () => {
  const here = world();
  const train = () =>
    here.run('train', 'vq-vae', '--data', 'sample:digits', '--preset', 'tiny', '--seed', '1', '--steps', '3', '--json');
  const [first, second] = [await train(), await train()];
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(second.json().metrics).toEqual(first.json().metrics); // the same seed gives the same run
  expect(first.json()).toMatchObject({
    run: expect.stringMatching(/^r-/),
    recipe: 'vq-vae',
    dataset: expect.stringMatching(/^d-/),
    status: 'finished',
    steps: 3,
    seconds: expect.any(Number),
    itemsPerSecond: expect.any(Number),
    device: expect.stringMatching(/^(cpu|webgpu)$/),
    metrics: { 'train/loss': { last: expect.any(Number), best: expect.any(Number), step: 3 } },
    checkpoint: { step: 3, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  expect((await here.run('datasets', '--json')).json().datasets).toHaveLength(1);
  expect(
    (await here.run('runs', '--json', '--where', 'status=finished', '--sort', 'train/loss')).json().runs,
  ).toHaveLength(2);
});

it('explain takes a network apart, of a recipe before and of a run after training, and times it when asked', async () => {
  const here = world();
  const tiny = ['--preset', 'tiny', '--data', 'sample:digits', '--project', here.project];
  const recipe = await here.run('explain', 'vq-vae', ...tiny, '--profile', '--json');
  expect(recipe.code, recipe.err).toBe(0);
  expect((await here.run('train', 'vq-vae', ...tiny, '--steps', '2', '--json')).code).toBe(0);
  const run = await here.run('explain', 'last', '--project', here.project, '--json');
  expect(run.code, run.err).toBe(0);
  const { profile, blocks, parameters } = recipe.json();
  expect(profile!.secondsPerStep).toBeGreaterThan(0);
  expect(blocks.reduce((sum, block) => sum + block.parameters, 0)).toBe(parameters);
  expect(run.json().blocks).toEqual(blocks.map(({ seconds: _, ...block }) => block));
  const slip = await here.run('explain', 'vq-vea', '--project', here.project);
  expect([slip.code, slip.err]).toEqual([2, 'pretext: “vq-vea” is neither a recipe nor a run; did you mean vq-vae?\n']);
});

it('a reader that closes the pipe early is no error', async () => {
  const started = world().start('describe', 'vq-vae', '--json');
  started.child.stdout?.destroy();
  const { code, err } = await started.ended;
  expect([code, err]).toEqual([0, '']);
});

describe('a run that is stopped', () => {
  const whole = world();
  let expected: Printed['metrics'];
  beforeAll(async () => {
    const { code, err } = await whole.run(...training(whole.project, 60));
    expect(code, err).toBe(0);
    expected = (await whole.run('metrics', 'last', '--project', whole.project, '--json')).json().metrics;
    expect(expected.filter(({ name }) => name === 'train/loss')).toHaveLength(60);
  });
  const historyOf = async (here: World) =>
    (await here.run('metrics', 'last', '--project', here.project, '--json')).json().metrics;

  it('by kill -9 is interrupted, and resumed it equals the unbroken run in every number', async () => {
    const here = world();
    const started = here.start(...training(here.project, 60));
    await started.says(/step (1[2-9]|[2-9]\d):/);
    started.child.kill('SIGKILL');
    expect((await started.ended).signal).toBe('SIGKILL');

    const [run] = (await here.run('runs', '--project', here.project, '--json')).json().runs;
    expect(run).toMatchObject({ status: 'interrupted' });
    expect(run!.step).toBeLessThan(60);
    const resumed = await here.run('resume', 'last', '--project', here.project, '--json');
    expect(resumed.json()).toMatchObject({ run: run!.id, status: 'finished', steps: 60 });
    expect(resumed.code).toBe(0);
    expect(await historyOf(here)).toEqual(expected);
  });

  it('by Ctrl-C keeps a last checkpoint, ends with 130, and resumed it equals the unbroken run', async () => {
    const here = world();
    const started = here.start(...training(here.project, 60));
    await started.says(/step \d+:/);
    process.kill(-started.child.pid!, 'SIGINT'); // the whole group, as a terminal does
    const { code, err, json } = await started.ended;
    expect(code, err).toBe(130);
    expect(json().status).toBe('cancelled');
    expect(json().checkpoint.step).toBe(json().steps);
    expect(err).toContain('stopping after a last checkpoint');
    expect((await here.run('resume', 'last', '--project', here.project, '--json')).code).toBe(0);
    expect(await historyOf(here)).toEqual(expected);
  });

  it('by another process ends with 130 and can be seen from there', async () => {
    const here = world();
    const started = here.start(...training(here.project, 100_000));
    await started.says(/Train .*: /);
    const cancelled = await here.run('cancel', 'last', '--project', here.project, '--json');
    expect(cancelled.err).toBe('');
    expect(cancelled.json().status).toBe('cancelled');
    expect((await started.ended).code).toBe(130);
  });
});

it('a PDF without the window’s program fails in one line that says what to do instead', async () => {
  const here = world();
  await here.run(...training(here.project, 2));
  const { code, err } = await here.run(
    'report',
    'last',
    '--project',
    here.project,
    '--to',
    join(here.folder, 'x.pdf'),
    '--sections',
    'summary',
  );
  expect(code).toBe(1);
  expect(err).toBe(
    'pretext: a PDF needs the window’s program, which is not at hand here; export the report as .html instead, and print that from a browser\n',
  );
});
