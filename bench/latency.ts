/** `npm run bench -- latency`: from a slider of the latent explorer to the picture, in the real window, on the CPU. */
import { parseArgs } from 'node:util';
import { busyCores, machineHere, writeResult } from './machine';
import { latencyPage } from './projector/page';
import type { LatencyResult, Spans } from './projector/result';
import { savePart } from './save';
import { measureLatent } from './window/latency';

const { values: options } = parseArgs({
  options: { presses: { type: 'string', default: '100' }, steps: { type: 'string', default: '100' } },
});
const machine = machineHere();
const busy = await busyCores();
console.log(`${machine.cpu}, ${machine.cores} cores; others use ${busy.toFixed(2)}`);
const latent = await measureLatent(Number(options.presses), Number(options.steps));
const tell = ({ p50, p95, max }: Spans) => `${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)}, at most ${max.toFixed(1)}`;
console.log(
  `  ${latent.recipe}, ${latent.dimensions} dimensions, ${latent.device}, ${latent.presses} steps of a slider:\n` +
    `    picture after ${tell(latent.picture)}\n    traversals and plane after ${tell(latent.all)}`,
);
const result: LatencyResult = { date: new Date().toISOString(), machine, busy, latent };
console.log(`Written to ${writeResult('latency', result)}`);
savePart('latency', latencyPage(result));
