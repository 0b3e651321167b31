// docs/results.md: one section a family, each replaced on its own; the others stay as they are.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { clears, deviation, figureOf, mean } from './bars.mjs';
import { dataSets } from './data.mjs';
import { plain, seedsOf } from './measure.mjs';

const page = join(dirname(dirname(import.meta.dirname)), 'docs', 'results.md');
const intro =
  '# Results\n\nWritten by `npm run results`: nothing on this page is typed by hand. ' +
  'A *twin* is the same recipe with one trick taken away; it is there to show that the bars can be failed.\n';

export const digits = (value) => (Math.abs(value) >= 10 ? value.toFixed(1) : value.toPrecision(3));
export function spread(values) {
  if (values.every((value) => value === values[0]))
    return Number.isInteger(values[0]) ? String(values[0]) : digits(values[0]);
  return `${digits(mean(values))} ± ${digits(deviation(values))}`;
}
const row = (cells) => `| ${cells.join(' | ')} |`;
export const table = (heads, rows) => [row(heads), row(heads.map(() => '---')), ...rows.map(row)].join('\n');
const short = (title) => title.replace('validation/', '').replaceAll('_', ' ');

/** How the variants stand to their bars: { title, isClear, asExpected } of each; a measured-only variant is always so. */
export function verdicts({ variants }) {
  return variants.map(({ title, runs, bars, mustClear }) => {
    const isClear = clears(runs, bars, runsOf(variants));
    return { title, isClear, mustClear, asExpected: mustClear === undefined || isClear === mustClear };
  });
}

const runsOf = (variants) => (id, seed) => variants.find((one) => one.id === id)?.runs.find((run) => run.seed === seed);

/** The section of a family. */
export function section(name, measured) {
  const { family, variants, evaluations } = measured;
  const seeds = seedsOf(family);
  const parts = [
    `## ${family.title}`,
    ...(family.text ? [family.text] : []),
    `Recipe \`${family.recipe}\`, preset \`${family.preset ?? 'tiny'}\`, ${settings(family.set)}data: ${dataSets[family.data ?? 'digits'].title}, ` +
      `${seeds.length} seeds (${seeds.join(', ')}), mean ± standard deviation over seeds. Metrics are those of the last ` +
      'step, on the validation split; evaluations are of the test split. Every run of the faithful recipe must clear ' +
      'every bar; no twin may clear them in all its runs.',
    barTable(variants),
    ...(family.remark ? [family.remark(measured)] : []),
    ...summaries(measured),
  ];
  if (evaluations.length > 0) parts.push('Evaluations of the faithful runs:', evaluationTable(family, evaluations));
  parts.push(`${where()} Once more: \`npm run results -- ${name}\`.`);
  return parts.join('\n\n');
}

const settings = (set = {}) =>
  Object.keys(set).length === 0
    ? ''
    : `${Object.entries(set)
        .map(([path, value]) => `\`${path}=${value}\``)
        .join(' ')}, `;

/** Where and when it was measured. */
export const where = () =>
  `Measured on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} × ${cpus()[0].model.trim()}, Node ${process.versions.node}.`;

function barTable(variants) {
  const groups = [...new Set(variants.map(({ bars }) => bars))];
  const rows = groups.flatMap((bars) => {
    const titles = variants.filter((one) => one.bars === bars).map(({ title }) => title);
    const name = groups.length === 1 ? 'all' : titles.join(', ');
    return bars.map(({ figure, text, why = '' }) => [name, `\`${figure.title}\``, text, why]);
  });
  return table(['for', 'figure', 'bar', 'why'], rows);
}

/** One table of all variants, and one of all runs, for each set of bars. */
function summaries({ family, variants }) {
  const said = verdicts({ variants });
  const further = (family.also ?? []).map((figure) => (typeof figure === 'string' ? plain(figure) : figure));
  const groups = [...new Set(variants.map(({ bars }) => bars))];
  return groups.flatMap((bars) => {
    const members = variants.filter((variant) => variant.bars === bars);
    const figures = [...bars.map(({ figure }) => figure), ...further];
    const found = (run) => figures.map((figure) => figureOf(figure, run, runsOf(variants)));
    const heads = figures.map(({ title }) => short(title));
    const summary = members.map((variant) => {
      const all = variant.runs.map(found);
      const seconds = variant.runs.map((run) => run.seconds);
      const verdict = said[variants.indexOf(variant)];
      return [
        variant.title,
        ...figures.map((_, i) => spread(all.map((one) => one[i]))),
        spread(seconds),
        words(verdict),
      ];
    });
    const each = members.flatMap(({ title, runs }) =>
      runs.map((run) => [
        ...[title, run.seed],
        ...found(run).map(digits),
        ...[run.seconds.toFixed(1), Math.round(run.itemsPerSecond)],
      ]),
    );
    return [
      table(['', ...heads, 'seconds', 'verdict'], summary),
      'Each run:',
      table(['', 'seed', ...heads, 'seconds', 'items/s'], each),
    ];
  });
}

const words = ({ isClear, asExpected, mustClear }) =>
  mustClear === undefined
    ? 'beside it'
    : `${isClear ? 'clears the bars' : 'fails the bars'}${asExpected ? '' : ', AGAINST EXPECTATION'}`;

function evaluationTable(family, evaluations) {
  const rows = family.evaluations.flatMap((evaluation) => {
    const all = evaluations.filter((one) => one.evaluation === evaluation);
    return Object.keys(all[0].figures).map((figure) => [
      ...[evaluation, figure],
      spread(all.map(({ figures }) => figures[figure])),
    ]);
  });
  return table(['evaluation', 'figure', 'mean ± deviation'], rows);
}

/** Puts the section of a family in its place. */
export function write(name, text) {
  mkdirSync(dirname(page), { recursive: true });
  const old = existsSync(page) ? readFileSync(page, 'utf8') : intro;
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const fresh = `${start}\n\n${text}\n\n${end}`;
  const from = old.indexOf(start);
  const kept = from < 0 ? undefined : old.indexOf(end, from);
  writeFileSync(
    page,
    kept === undefined ? `${old}\n${fresh}\n` : old.slice(0, from) + fresh + old.slice(kept + end.length),
  );
  return page;
}
