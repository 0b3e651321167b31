/**
 * `npm run bench -- projector [methods] [window]`: the time of each method of 100,000 vectors of 64 numbers and how far
 * its picture can be trusted; in the real window, frames per second with all of them drawn, and brushing.
 */
import { parseArgs } from 'node:util';
import { busyCores, machineHere, readResult, writeResult } from './machine';
import { timeMethods } from './projector/methods';
import { projectorPage } from './projector/page';
import type { CloudWindow, Measured, ProjectorResult } from './projector/result';
import { savePart } from './save';
import { measureCloud } from './window/cloud';

const { values: options, positionals } = parseArgs({
  options: {
    points: { type: 'string', default: '100000' },
    dimension: { type: 'string', default: '64' },
    /** Of each kind of movement. */
    seconds: { type: 'string', default: '10' },
    lassos: { type: 'string', default: '50' },
  },
  allowPositionals: true,
});
const parts = positionals.length > 0 ? positionals : ['window', 'methods'];
const unknown = parts.find((part) => part !== 'window' && part !== 'methods');
if (unknown) throw new Error(`bench projector: parts are window and methods; got ${unknown}`);
const [points, dimension] = [Number(options.points), Number(options.dimension)];

function showWindow({ painter, width, height, frames, brushing }: CloudWindow): void {
  console.log(`  ${painter}, ${Math.round(width)} × ${Math.round(height)}`);
  for (const { act, perSecond, shownPerSecond, interval, pageCpu } of frames)
    console.log(
      `    ${act.padEnd(6)} ${perSecond.toFixed(1)} frames a second (${shownPerSecond.toFixed(1)} on the screen), ` +
        `${interval.p50.toFixed(1)} ms, p95 ${interval.p95.toFixed(1)}, p99 ${interval.p99.toFixed(1)}; ` +
        `${pageCpu.toFixed(1)} ms of the page's thread for each`,
    );
  const { drawn, shown, selected, times } = brushing;
  console.log(
    `    brushing ${selected.join(' to ')} points, ${times} times: drawn after ${drawn.p50.toFixed(1)} ms, ` +
      `p95 ${drawn.p95.toFixed(1)}; on the screen after ${shown.p50} ms, p95 ${shown.p95}`,
  );
}

/** Enough where each takes ten seconds, at a few frames a second. */
const fewLassos = 10;

async function inWindow(): Promise<CloudWindow[]> {
  const found: CloudWindow[] = [];
  for (const playedCard of [false, true]) {
    const most = Number(options.lassos);
    const lassos = playedCard ? Math.min(fewLassos, most) : most;
    found.push(await measureCloud({ points, dimension, seconds: Number(options.seconds), lassos, playedCard }));
    showWindow(found.at(-1)!);
  }
  return found;
}

async function begin(part: string): Promise<Measured> {
  const [machine, busy] = [machineHere(), await busyCores()];
  console.log(`${part}: ${machine.cpu}, ${machine.cores} cores, of which others use ${busy.toFixed(2)}`);
  return { date: new Date().toISOString(), machine, busy };
}

console.log(`${points} points of ${dimension} numbers`);
const date = new Date().toISOString();
// A part that is measured alone takes its place among the others of the day.
let result: ProjectorResult = { ...readResult<ProjectorResult>('projector', date), date };
if (parts.includes('window'))
  result = { ...result, window: { ...(await begin('window')), painters: await inWindow() } };
if (parts.includes('methods'))
  result = {
    ...result,
    methods: { ...(await begin('methods')), ...(await timeMethods(points, dimension, console.log)) },
  };
console.log(`Written to ${writeResult('projector', result)}`);
savePart('projector', projectorPage(result));
