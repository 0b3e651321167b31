// Trains what docs/results.md reports, through the command line, and writes that page: each family's faithful recipe
// over three seeds, its broken twins, the bars they are held to, and which of them pass. What is done stays done: runs
// are kept in .cache/results, and a start after an interruption goes on with the next one.
//   npm run results -- autoencoders          every auto-encoder and what the second half of the lecture adds
//   npm run results -- vq-vae --seeds 1      a first look with one seed: printed, the page stays as it is
//   npm run results -- vq-vae --fresh        trains again what it needs: after a change of engine or recipe code
//   npm run results -- vq-vae --evaluate     evaluates the kept runs again: after a change of an evaluation
//   npm run results -- --list
import { parseArgs } from 'node:util';
import { anomalyFamilies } from './results/anomaly.mjs';
import { renew } from './results/cache.mjs';
import { missing } from './results/data.mjs';
import { detectionSection } from './results/detection.mjs';
import { families, groups, probed } from './results/families.mjs';
import { measure } from './results/measure.mjs';
import { section, verdicts, write } from './results/page.mjs';
import { probesSection } from './results/probes.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string' },
    fresh: { type: 'boolean' },
    evaluate: { type: 'boolean' },
    list: { type: 'boolean' },
  },
});
const known = [...Object.keys(families), 'detection-overview', 'probes'];
if (values.list) {
  console.log(known.join('\n'));
  for (const [group, members] of Object.entries(groups)) console.log(`${group}: ${members.join(', ')}`);
  process.exit(0);
}
const wanted = [...new Set((positionals.length > 0 ? positionals : known).flatMap((name) => groups[name] ?? [name]))];
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  const all = [...Object.keys(groups), ...known].join(', ');
  console.error(`results: family must be one of ${all}, got ${unknown.join(', ')}`);
  process.exit(2);
}
if (values.fresh) renew('runs', 'evaluations', 'points');
if (values.evaluate) renew('evaluations');
const seeds = values.seeds?.split(',').map(Number);

let page;
let asExpected = true;
for (const name of wanted) asExpected = report(name) && asExpected;
if (page) console.log(`Written: ${page}`);
process.exit(asExpected ? 0 : 1);

/** Measures one family and writes its section. Whether all came out as expected. */
function report(name) {
  if (name === 'probes') return reportTable(name, probesSection(probed, seeds ?? [1]));
  if (name === 'detection-overview') return reportTable(name, detectionSection(anomalyFamilies, seeds));
  const family = { ...families[name], ...(seeds && { seeds }) };
  const absent = missing(family.data ?? 'digits');
  if (absent !== undefined) {
    console.log(`SKIPPED: ${name}: ${absent}`);
    return true;
  }
  console.log(`${name}: ${family.title}`);
  const measured = measure(family);
  show(name, section(name, measured));
  const said = verdicts(measured);
  for (const { title, isClear, mustClear, asExpected: isSo } of said)
    if (mustClear !== undefined)
      console.log(`${isSo ? 'as expected' : 'NOT AS EXPECTED'}: ${title} ${isClear ? 'clears' : 'fails'}`);
  return said.every((one) => one.asExpected);
}

function reportTable(name, { text, skipped }) {
  for (const why of skipped) console.log(`SKIPPED: ${name}: ${why}`);
  if (text !== undefined) show(name, text);
  return true;
}

/** A page of fewer seeds than it says it has would be worse than none. */
function show(name, text) {
  if (seeds) console.log(text);
  else page = write(name, text);
}
