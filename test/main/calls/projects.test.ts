import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, importedDataset, temporaryFolder, testRooms } from './rooms';

describe('a project', () => {
  it('is made, named, left and opened again', async () => {
    const { ask, folder, of } = await testRooms();
    const directory = join(folder, 'second');
    expect(await ask('projects.create', { directory, name: 'Second' })).toMatchObject({
      directory,
      name: 'Second',
      sample: false,
    });
    expect(await ask('projects.change', { name: 'Renamed', note: 'why' })).toMatchObject({
      name: 'Renamed',
      note: 'why',
    });
    expect((await ask('projects.open', { directory: join(folder, 'project') })).name).toBe('Test');
    expect((await ask('projects.current'))?.name).toBe('Test');
    expect((await ask('projects.recent')).map(({ name, exists }) => [name, exists])).toEqual([
      ['Test', true],
      ['Renamed', true],
    ]);
    expect(of('project.changed').at(-1)?.name).toBe('Test');
  });

  it('is not made among files of other people', async () => {
    const { ask, folder } = await testRooms();
    writeFileSync(join(folder, 'thesis.tex'), 'x');
    await expect(ask('projects.create', { directory: folder, name: 'x' })).rejects.toThrow('must be an empty folder');
    await expect(ask('projects.create', { directory: join(folder, 'project'), name: 'x' })).rejects.toThrow(
      'is a project already',
    );
  });

  it('is not opened where there is none', async () => {
    const { ask, folder } = await testRooms();
    await expect(ask('projects.open', { directory: folder })).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('has no project.sqlite'),
    });
    expect((await ask('projects.current'))?.name).toBe('Test');
  });

  it('is not left while a job is under way', async () => {
    const test = await testRooms();
    mkdirSync(join(test.folder, 'pets'));
    const { job } = await test.ask('datasets.import', { sources: [join(test.folder, 'pets')] });
    const leave = () => test.ask('projects.create', { directory: join(test.folder, 'second'), name: 'x' });
    await expect(leave()).rejects.toThrow('cannot be left while a job is under way: Import pets is running');
    await test.ask('jobs.cancel', { job });
    await eventually(async () => expect((await test.ask('jobs.list'))[0]?.status).toBe('cancelled'));
    expect((await leave()).name).toBe('x');
  });

  it('knows the space that it takes', async () => {
    const test = await testRooms();
    const project = join(test.folder, 'project');
    writeFileSync(join(project, 'objects', 'blob'), new Uint8Array(1000));
    mkdirSync(join(project, 'checkpoints', 'r-1'));
    writeFileSync(join(project, 'checkpoints', 'r-1', 'x'), new Uint8Array(300));
    const { space } = (await test.ask('projects.current'))!;
    expect(space).toMatchObject({ data: 1000, checkpoints: 300 });
    expect(space.other).toBeGreaterThan(0);
  });
});

describe('the first start', () => {
  it('makes the sample project and brings the digits in', async () => {
    const folder = temporaryFolder();
    const { rooms, hosts, ask } = await testRooms({ projectDirectory: undefined, create: undefined }, folder);
    expect(rooms.current()?.directory).toBe(join(folder, 'home', 'Samples'));
    expect(await ask('projects.current')).toMatchObject({ name: 'Lecture 7 samples', sample: true });
    expect((await hosts.asked('import')).ask.sources).toEqual(['sample:digits']);
  });

  it('is a first start only once: then the project of last time opens', async () => {
    const folder = temporaryFolder();
    const first = await testRooms({}, folder);
    await first.close();
    const { rooms, hosts } = await testRooms({ projectDirectory: undefined, create: undefined }, folder);
    expect(rooms.current()?.directory).toBe(join(folder, 'project'));
    expect(hosts.tasks).toEqual([]);
  });
});

it('without a project every call about one says so', async () => {
  const { ask } = await testRooms({ projectDirectory: null });
  expect(await ask('projects.current')).toBeNull();
  await expect(ask('runs.list')).rejects.toMatchObject({ message: 'no project is open', kind: 'usage' });
  expect((await ask('recipes.list')).length).toBeGreaterThan(0);
});

/** Root may write anywhere, so the test steps down for as long as it takes. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid!(65534);
  try {
    return await work();
  } finally {
    process.seteuid!(0);
  }
}

describe.skipIf(process.platform === 'win32')('a place that may not be written', () => {
  it('is refused in words when a project is to be made there, and nothing is left behind', async () => {
    const { ask, folder } = await testRooms();
    chmodSync(folder, 0o755);
    const directory = join(folder, 'locked', 'mine');
    mkdirSync(join(folder, 'locked'), { mode: 0o555 });
    await expect(asNobody(() => ask('projects.create', { directory, name: 'x' }))).rejects.toMatchObject({
      message: `cannot make the project folder ${directory}: permission denied`,
      advice: expect.stringContaining('choose a place you may write to'),
    });
    expect(existsSync(directory)).toBe(false);
    expect((await ask('projects.current'))?.name).toBe('Test');
  });

  it('is refused in words when a project there is to be opened', async () => {
    const folder = temporaryFolder();
    const first = await testRooms({}, folder);
    await first.close();
    const project = join(folder, 'project');
    for (const name of ['objects', 'checkpoints']) chmodSync(join(project, name), 0o555);
    for (const name of readdirSync(project, { withFileTypes: true }))
      if (name.isFile()) chmodSync(join(project, name.name), 0o444);
    chmodSync(folder, 0o755);
    chmodSync(project, 0o555);
    const other = await testRooms({ projectDirectory: null });
    await expect(asNobody(() => other.ask('projects.open', { directory: project }))).rejects.toThrow(
      /cannot use .*project\.sqlite: (it is read-only|it cannot be opened for writing)/,
    );
    chmodSync(project, 0o755);
  });

  it('is refused in words when a picture is to be saved there, and the old file stays', async () => {
    const { ask, folder } = await testRooms();
    chmodSync(folder, 0o755);
    const path = join(folder, 'chart.png');
    writeFileSync(path, 'old');
    await expect(asNobody(() => ask('app.save', { path, bytes: new Uint8Array(3) }))).rejects.toThrow(
      `cannot write ${path}: permission denied`,
    );
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

it('saves bytes as they are', async () => {
  const { ask, folder } = await testRooms();
  const path = join(folder, 'x.bin');
  expect(await ask('app.save', { path, bytes: Uint8Array.of(1, 2, 255) })).toEqual({ path, bytes: 3 });
  expect([...readFileSync(path)]).toEqual([1, 2, 255]);
  await expect(ask('app.save', { path: join(folder, 'no', 'x'), bytes: new Uint8Array() })).rejects.toThrow(
    'there is no such file or folder',
  );
});

it('keeps preferences from one start to the next, and passes over a file it cannot understand', async () => {
  const folder = temporaryFolder();
  const first = await testRooms({}, folder);
  await Promise.all([first.ask('app.prefer', { theme: 'dark' }), first.ask('app.prefer', { smoothing: 0.9 })]);
  await first.close();
  const second = await testRooms({}, folder);
  expect(await second.ask('app.preferences')).toMatchObject({ theme: 'dark', smoothing: 0.9, sidebar: 'full' });
  writeFileSync(join(folder, 'user', 'preferences.json'), '{"theme":');
  expect((await second.ask('app.preferences')).theme).toBe('system');
});

describe('an import', () => {
  it('is a job with progress whose end names the data set', async () => {
    const test = await testRooms();
    const dataset = await importedDataset(test);
    const record = await test.ask('datasets.get', { dataset });
    expect(test.of('dataset.changed')).toEqual([record]);
    expect((await test.ask('jobs.list'))[0]).toMatchObject({
      kind: 'import',
      status: 'finished',
      dataset,
      message: 'pets: 4 items',
    });
    expect((await test.ask('datasets.items', { dataset, offset: 0, limit: 10 })).total).toBe(4);
  });

  it('that fails or is stopped leaves no data set', async () => {
    const test = await testRooms();
    mkdirSync(join(test.folder, 'pets'));
    const begin = () => test.ask('datasets.import', { sources: [join(test.folder, 'pets')] });
    const [one, two] = [await begin(), await begin()];
    (await test.hosts.asked('import', 0)).die();
    await test.ask('jobs.cancel', { job: two.job });
    await eventually(async () => {
      const jobs = await test.ask('jobs.list');
      expect(jobs.map(({ status }) => status)).toEqual(['cancelled', 'interrupted']);
    });
    await expect(test.ask('datasets.get', { dataset: one.dataset })).rejects.toThrow('there is no data set');
    await test.ask('jobs.clear');
    expect(await test.ask('jobs.list')).toEqual([]);
  });

  it('of what is not there is refused at once', async () => {
    const { ask } = await testRooms();
    await expect(ask('datasets.import', { sources: ['/no/such/folder'] })).rejects.toThrow(
      'cannot import /no/such/folder: there is no such file or folder',
    );
    await expect(ask('datasets.import', { sources: ['sample:digit'] })).rejects.toMatchObject({
      advice: 'did you mean sample:digits?',
    });
  });
});
