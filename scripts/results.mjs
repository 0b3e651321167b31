// Trains what docs/results.md reports, through the command line, and writes that page: each family's faithful recipe
// over three seeds, its broken twins, the bars they are held to, and which of them pass.
//   npm run results -- vq-vae autoencoders
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
const page = join(root, 'docs', 'results.md');
const seeds = [1, 2, 3];

/** A bar holds a metric from one side. Each comes from an acceptance test of the recipe's card. */
const atMost = (metric, value) => ({ metric, value, text: `≤ ${value}`, holds: (found) => found <= value });
const atLeast = (metric, value) => ({ metric, value, text: `≥ ${value}`, holds: (found) => found >= value });

const families = {
  autoencoders: {
    title: 'Auto-encoder',
    recipe: 'autoencoder',
    // Twin + ⅔ · (faithful − twin), the twin being the linear one, which ends at PCA.
    bars: [atMost('validation/mse', 0.023)],
    also: [],
    evaluations: ['linear-probe', 'knn'],
  },
  'vq-vae': {
    title: 'VQ-VAE',
    recipe: 'vq-vae',
    bars: [
      atMost('validation/mse', 0.015),
      atLeast('validation/codebook_used_share', 0.9),
      atLeast('validation/codebook_perplexity_share', 0.25),
    ],
    also: ['validation/codebook_perplexity'],
    evaluations: ['codebook', 'linear-probe', 'knn'],
  },
};

/** Runs the command line and gives back the JSON object that its last line is. */
function pretext(...args) {
  const done = spawnSync(process.execPath, [join(root, 'out', 'main', 'cli.js'), ...args, '--json'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (done.status !== 0) throw new Error(`pretext ${args.join(' ')}: exit code ${done.status}\n${done.stdout}`);
  return JSON.parse(done.stdout.trim().split('\n').at(-1));
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
const digits = (value) => (Math.abs(value) >= 10 ? value.toFixed(1) : value.toPrecision(3));
const spread = (values) => {
  if (values.every((value) => value === values[0]))
    return Number.isInteger(values[0]) ? String(values[0]) : digits(values[0]);
  return `${digits(mean(values))} ± ${digits(deviation(values))}`;
};
const row = (cells) => `| ${cells.join(' | ')} |`;
const table = (heads, rows) => [row(heads), row(heads.map(() => '---')), ...rows.map(row)].join('\n');

function trainAll(project, dataset, { recipe, bars, also }, set) {
  const settings = Object.entries(set).flatMap(([path, value]) => ['--set', `${path}=${value}`]);
  const metrics = [...bars.map(({ metric }) => metric), ...also];
  return seeds.map((seed) => {
    const where = ['--project', project, '--data', dataset, '--preset', 'tiny', '--device', 'cpu'];
    const summary = pretext('train', recipe, ...where, '--seed', String(seed), ...settings);
    if (summary.status !== 'finished') throw new Error(`run ${summary.run} is ${summary.status}`);
    const figures = Object.fromEntries(metrics.map((metric) => [metric, summary.metrics[metric]?.last]));
    for (const [metric, value] of Object.entries(figures))
      if (typeof value !== 'number') throw new Error(`run ${summary.run} has no metric ${metric}`);
    return { run: summary.run, seed, seconds: summary.seconds, itemsPerSecond: summary.itemsPerSecond, figures };
  });
}

/** A set of runs clears the bars when each of its runs does: a mean could hide a seed that failed. */
const clears = (runs, bars) => runs.every(({ figures }) => bars.every(({ metric, holds }) => holds(figures[metric])));

function measure(name, project) {
  const family = families[name];
  const description = pretext('describe', family.recipe);
  const { dataset } = pretext('import', 'sample:digits', '--project', project);
  const variants = [{ title: description.title, set: {}, mustClear: true }].concat(
    description.twins.map(({ title, set }) => ({ title: `Twin: ${title}`, set, mustClear: false })),
  );
  const trained = variants.map((variant) => ({ ...variant, runs: trainAll(project, dataset, family, variant.set) }));
  const evaluations = family.evaluations.flatMap((evaluation) =>
    trained[0].runs.map(({ run, seed }) => ({
      evaluation,
      seed,
      ...pretext('evaluate', run, evaluation, '--project', project, '--split', 'test'),
    })),
  );
  return { family, trained, evaluations };
}

function section({ family, trained, evaluations }) {
  const { bars, also } = family;
  const metrics = [...bars.map(({ metric }) => metric), ...also];
  const verdict = ({ runs, mustClear }) => {
    const isClear = clears(runs, bars);
    return `${isClear ? 'clears the bars' : 'fails the bars'}${isClear === mustClear ? '' : ', AGAINST EXPECTATION'}`;
  };
  const short = (metric) => metric.replace('validation/', '').replaceAll('_', ' ');
  const summary = trained.map((variant) => [
    variant.title,
    ...metrics.map((metric) => spread(variant.runs.map(({ figures }) => figures[metric]))),
    spread(variant.runs.map(({ seconds }) => seconds)),
    verdict(variant),
  ]);
  const each = trained.flatMap(({ title, runs }) =>
    runs.map(({ seed, figures, seconds, itemsPerSecond }) => [
      ...[title, seed],
      ...metrics.map((metric) => digits(figures[metric])),
      ...[seconds.toFixed(1), Math.round(itemsPerSecond)],
    ]),
  );
  const figureRows = family.evaluations.flatMap((evaluation) => {
    const all = evaluations.filter((one) => one.evaluation === evaluation);
    return Object.keys(all[0].figures).map((figure) => [
      evaluation,
      figure,
      spread(all.map(({ figures }) => figures[figure])),
    ]);
  });
  return [
    `## ${family.title}`,
    `Recipe \`${family.recipe}\`, preset \`tiny\`, data \`sample:digits\` (28 × 28), ${seeds.length} seeds (${seeds.join(', ')}), ` +
      'mean ± standard deviation over seeds. Figures are those of the last step, on the validation split. ' +
      'Every run of the faithful recipe must clear every bar; no twin may clear them in all its runs.',
    table(
      ['figure', 'bar'],
      bars.map(({ metric, text }) => [`\`${metric}\``, text]),
    ),
    table(['', ...metrics.map(short), 'seconds', 'verdict'], summary),
    'Each run:',
    table(['', 'seed', ...metrics.map(short), 'seconds', 'items/s'], each),
    'Evaluations of the faithful runs on the test split:',
    table(['evaluation', 'figure', 'mean ± deviation'], figureRows),
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} × ${cpus()[0].model.trim()}, Node ${process.versions.node}. ` +
      `Once more: \`npm run results -- ${Object.keys(families).find((name) => families[name] === family)}\`.`,
  ].join('\n\n');
}

const mark = (name) => [`<!-- ${name} -->`, `<!-- /${name} -->`];

/** Puts the section of a family in its place; the others stay as they are. */
function write(name, text) {
  mkdirSync(dirname(page), { recursive: true });
  const intro =
    '# Results\n\nWritten by `npm run results`: nothing on this page is typed by hand. ' +
    'A *twin* is the same recipe with one trick taken away; it is there to show that the bars can be failed.\n';
  const old = existsSync(page) ? readFileSync(page, 'utf8') : intro;
  const [start, end] = mark(name);
  const fresh = `${start}\n\n${text}\n\n${end}`;
  const from = old.indexOf(start);
  const kept = from < 0 ? undefined : old.indexOf(end, from);
  writeFileSync(
    page,
    kept === undefined ? `${old}\n${fresh}\n` : old.slice(0, from) + fresh + old.slice(kept + end.length),
  );
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in families));
if (unknown.length > 0 || wanted.includes('--help')) {
  console.error(`results: family must be one of ${Object.keys(families).join(', ')}, got ${unknown.join(', ')}`);
  process.exit(2);
}
let asExpected = true;
for (const name of wanted.length > 0 ? wanted : Object.keys(families)) {
  const project = mkdtempSync(join(tmpdir(), 'pretext-results-'));
  try {
    const measured = measure(name, project);
    write(name, section(measured));
    for (const { title, runs, mustClear } of measured.trained) {
      const isClear = clears(runs, measured.family.bars);
      console.log(
        `${isClear === mustClear ? 'as expected' : 'NOT AS EXPECTED'}: ${title} ${isClear ? 'clears' : 'fails'}`,
      );
      asExpected &&= isClear === mustClear;
    }
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}
console.log(`Written: ${page}`);
process.exit(asExpected ? 0 : 1);
