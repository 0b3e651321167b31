// Runs and evaluations that are done once: results take hours, and whatever ends them, the next start goes on where
// they stopped. A project of its own holds the runs of each data set; a small file beside it says what each came to.
//
// What a run is kept by: recipe with all its settings, data, seed, and the recipe's own description (fields, presets),
// so that a changed recipe is trained anew. A change that no description tells of needs --fresh or --evaluate.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dataSets } from './data.mjs';

const root = dirname(dirname(import.meta.dirname));
const folder = join(root, '.cache', 'results');

/** Runs the command line and gives back the JSON object that its last line is. */
export function pretext(...args) {
  const done = spawnSync(process.execPath, [join(root, 'out', 'main', 'cli.js'), ...args, '--json'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (done.status !== 0) throw new Error(`pretext ${args.join(' ')}: exit code ${done.status}\n${done.stdout}`);
  return JSON.parse(done.stdout.trim().split('\n').at(-1));
}

const descriptions = new Map();
/** What the program says of a recipe. */
export function describe(recipe) {
  if (!descriptions.has(recipe)) descriptions.set(recipe, pretext('describe', recipe));
  return descriptions.get(recipe);
}

const commit = () => spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout.trim();

/** What `make` gave the last time for this key, or what it gives now. */
function kept(kind, key, make) {
  const name = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32);
  const file = join(folder, kind, `${name}.json`);
  const isOld = renewed.has(kind) && existsSync(file) && statSync(file).mtimeMs < start;
  if (existsSync(file) && !isOld) return JSON.parse(readFileSync(file, 'utf8')).value;
  const value = make();
  mkdirSync(dirname(file), { recursive: true });
  const text = JSON.stringify({ key, value, commit: commit(), at: new Date().toISOString() }, undefined, 1);
  writeFileSync(`${file}.tmp`, text);
  renameSync(`${file}.tmp`, file); // a file is whole or is not there
  return value;
}

const start = Date.now();
const renewed = new Set();
/** What was done before this start is done again: 'runs', 'evaluations', 'points'. */
export const renew = (...kinds) => kinds.forEach((kind) => renewed.add(kind));

const projectOf = (data) => join(folder, 'projects', data);

/** The imported data set: its id and hash in the project of its own. */
export function imported(data) {
  const { source, options = [] } = dataSets[data];
  const { dataset } = kept('data', { data, source, options }, () =>
    pretext('import', source, '--project', projectOf(data), ...options),
  );
  return dataset;
}

/** Trains one run: { run, seed, seconds, itemsPerSecond, metrics: last values by name, project }. */
export function trained({ recipe, data, preset, set, seed, from }) {
  const { fields, presets } = describe(recipe);
  const dataset = imported(data);
  const settings = Object.entries(set).flatMap(([path, value]) => ['--set', `${path}=${value}`]);
  const key = { recipe, data, dataset, preset, set, seed, fields, presets: presets[preset], from };
  return kept('runs', key, () => {
    const where = ['--project', projectOf(data), '--data', dataset, '--preset', preset, '--device', 'cpu'];
    const parent = from === undefined ? [] : ['--from', from];
    const summary = pretext('train', recipe, ...where, '--seed', String(seed), ...parent, ...settings);
    if (summary.status !== 'finished') throw new Error(`run ${summary.run} is ${summary.status}`);
    const { run, seconds, itemsPerSecond } = summary;
    const metrics = Object.fromEntries(Object.entries(summary.metrics).map(([name, { last }]) => [name, last]));
    return { run, data, seed, seconds, itemsPerSecond, metrics };
  });
}

/** The figures of one evaluation of a run. */
export function evaluated({ run, data }, evaluation, { split = 'test', set = {} } = {}) {
  const settings = Object.entries(set).flatMap(([path, value]) => ['--set', `${path}=${value}`]);
  return kept('evaluations', { run, evaluation, split, set }, () => {
    const where = ['--project', projectOf(data), '--split', split];
    return pretext('evaluate', run, evaluation, ...where, ...settings).figures;
  });
}

/**
 * What a generator of tables draws after its last step, `count` rows in the units of its data: for figures that no
 * evaluation of the program gives.
 */
export function drawnRows({ run, data }, { count, step }) {
  const project = ['--project', projectOf(data)];
  const { columns } = pretext('show', imported(data), ...project).table;
  const asked = ['--limit', String(count), '--step', String(step), '--set', 'seed=5'];
  const { values } = pretext('apply', run, 'sample', ...project, ...asked);
  const inUnits = (value, at) => value * columns[at].training.std + columns[at].training.mean;
  return values.map(({ y }) => y.map(inUnits));
}

/** Figures that a family computes itself, once for each run. */
export const ownFigures = ({ run }, name, make) => kept('evaluations', { run, own: name }, make);

/** The last value of a metric at or before a step. */
export function valueAt({ run, data }, metric, step) {
  return kept('points', { run, metric, step }, () => {
    const { metrics } = pretext('metrics', run, '--project', projectOf(data));
    return metrics.filter((point) => point.name === metric && point.step <= step).at(-1)?.value ?? null;
  });
}
