/** The picture of a run for the README: how many times as fast Pretext is as each other engine, on each workload. */

import { type ScaleLogarithmic, scaleLog } from 'd3';
import { type EngineEntry, engines } from './engines/index';
import type { Spread } from './measure';
import { type BenchResult, digits, rowsOf, type WorkloadResult } from './report';

interface Colours {
  readonly panel: string;
  readonly strong: string;
  readonly text: string;
  readonly soft: string;
  readonly grid: string;
  readonly faster: string;
  readonly slower: string;
}

/** Of renderer/styles/tokens.css; a picture in a README can load no stylesheet, and some viewers know no variables. */
const LIGHT: Colours = {
  panel: '#ffffff',
  strong: '#131a19',
  text: '#434e4c',
  soft: '#5c6866',
  grid: '#e9edec',
  faster: '#0b6b68',
  slower: '#8a5300',
};
const DARK: Colours = {
  panel: '#14181a',
  strong: '#e8edeb',
  text: '#b4bfbc',
  soft: '#8e9a97',
  grid: '#2b3336',
  faster: '#4cc0b7',
  slower: '#e3b057',
};

const rules = ({ panel, strong, text, soft, grid, faster, slower }: Colours): string => `
  .panel { fill: ${panel}; } text { fill: ${text}; } .title, .workload, .value { fill: ${strong}; }
  .soft { fill: ${soft}; } .grid { stroke: ${grid}; } .one { stroke: ${soft}; }
  .faster { fill: ${faster}; stroke: ${faster}; } .slower { fill: ${slower}; stroke: ${slower}; }`;

const STYLE = `
  text { font: 11px Inter, system-ui, sans-serif; }
  .title { font-size: 15px; font-weight: 600; }
  .workload { font-size: 12px; font-weight: 600; }
  .value { font-variant-numeric: tabular-nums; }
  ${rules(LIGHT)}
  @media (prefers-color-scheme: dark) { ${rules(DARK)} }`;

const LANE = 16; // px, one engine
const GROUP = 26; // px, the name of a workload and the space above it
const EDGE = 16;
const PANEL = 420;
const NAME = 122; // px, left of the plot
const VALUE = 56; // px, right of the plot
const LABEL = 40; // px, what the label of a tick needs
const TOP = 96;

interface Lane {
  readonly name: string;
  /** Undefined when the engine cannot train it. */
  readonly ratio: Spread | undefined;
}

interface Panel {
  readonly heading: string;
  readonly left: number;
  /** For each workload. */
  readonly lanes: readonly (readonly Lane[])[];
  readonly scale: ScaleLogarithmic<number, number>;
  readonly ticks: readonly number[];
}

/** Width of what is drawn, pixels; the height follows from the number of lanes. */
export const WIDTH = 2 * EDGE + 2 * PANEL;

const panels = [
  { heading: 'beside engines in JavaScript', kind: 'javascript', ticks: [1, 10, 100, 1000, 10_000] },
  { heading: 'beside engines in Python, on as many threads', kind: 'python', ticks: [0.25, 0.5, 1, 2, 4, 8, 16] },
] as const;

/** The axis takes in every whisker, and 1 ×. */
function panel(
  { heading, kind, ticks }: (typeof panels)[number],
  place: number,
  workloads: readonly WorkloadResult[],
): Panel {
  const lanes = workloads.map((workload) => lanesOf(workload, kind));
  const ends = lanes.flat().flatMap(({ ratio }) => (ratio ? [ratio.low, ratio.high] : []));
  const [low, high] = [Math.min(0.8, ...ends), Math.max(1.25, ...ends)];
  const left = EDGE + place * PANEL;
  const scale = scaleLog([low, high], [left + NAME, left + PANEL - VALUE - EDGE]);
  const shown = ticks.filter((tick) => low <= tick && tick <= high);
  const isTight = shown.some((tick, at) => at > 0 && scale(tick) - scale(shown[at - 1]!) < LABEL);
  // Every other one, and always 1 ×.
  const kept = shown.filter((_, at) => !isTight || (at - shown.indexOf(1)) % 2 === 0);
  return { heading, left, lanes, scale, ticks: kept };
}

function lanesOf(workload: WorkloadResult, kind: EngineEntry['kind']): Lane[] {
  const rows = new Map(rowsOf(workload).map((row) => [row.engine, row]));
  return engines
    .filter((engine) => engine.kind === kind && engine.device === 'cpu')
    .flatMap(({ id, name }): Lane[] => {
      const failed = workload.failures.some(({ engine, leftOut }) => engine === id && !leftOut);
      return failed || rows.has(id) ? [{ name, ratio: rows.get(id)?.behind }] : [];
    });
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`);

const text = (x: number, y: number, content: string, kind = '', anchor = 'start'): string =>
  `<text x="${x}" y="${y}" class="${kind}" text-anchor="${anchor}">${escaped(content)}</text>`;

const px = (value: number): string => value.toFixed(1);

function drawLane({ name, ratio }: Lane, { left, scale }: Panel, y: number): string {
  const label = text(left + NAME - 8, y + 4, name, '', 'end');
  if (!ratio) return label + text(left + NAME + 20, y + 4, 'cannot train it', 'soft');
  const kind = ratio.median >= 1 ? 'faster' : 'slower';
  const [low, middle, high] = [ratio.low, ratio.median, ratio.high].map((value) => px(scale(value)));
  return (
    label +
    `<line class="${kind}" x1="${low}" x2="${high}" y1="${y}" y2="${y}" stroke-width="2" stroke-opacity="0.45"/>` +
    `<circle class="${kind}" cx="${middle}" cy="${y}" r="3.5"/>` +
    text(left + PANEL - EDGE, y + 4, `${digits(ratio.median)} ×`, 'value', 'end')
  );
}

function drawAxis({ heading, left, scale, ticks }: Panel, height: number): string {
  const lines = ticks.map((tick) => {
    const x = px(scale(tick));
    const kind = tick === 1 ? 'one' : 'grid';
    const line = `<line class="${kind}" x1="${x}" x2="${x}" y1="${TOP - 8}" y2="${height - EDGE}"/>`;
    return line + text(scale(tick), TOP - 14, `${tick} ×`, 'soft', 'middle');
  });
  return text(left, TOP - 32, heading, 'workload') + lines.join('');
}

export function chart({ machine, workloads, date }: BenchResult): string {
  const drawn = panels.map((described, place) => panel(described, place, workloads));
  const parts: string[] = [];
  let y = TOP;
  for (const [place, workload] of workloads.entries()) {
    // The name lies over the lines of the axes.
    parts.push(`<rect x="${EDGE}" y="${y}" width="${2 * PANEL - EDGE}" height="${LANE}" class="panel"/>`);
    parts.push(text(EDGE, y + 12, workload.title, 'workload'));
    for (const panel of drawn) {
      panel.lanes[place]!.forEach((lane, row) => parts.push(drawLane(lane, panel, y + GROUP + row * LANE)));
    }
    y += GROUP + Math.max(...drawn.map(({ lanes }) => lanes[place]!.length)) * LANE;
  }
  const height = y + EDGE;
  const repetitions = Math.min(...workloads.flatMap(({ contestants }) => contestants.map(({ turns }) => turns.length)));
  const how =
    `One training step, time by item: median and range of ${repetitions} or more interleaved repetitions · ` +
    `${machine.cpu}, ${machine.cores} cores · ${date.slice(0, 10)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
      `role="img" aria-labelledby="title how">`,
    `<title id="title">How many times as fast Pretext trains</title><desc id="how">${escaped(how)}</desc>`,
    `<style>${STYLE}\n</style>`,
    `<rect width="${WIDTH}" height="${height}" rx="8" class="panel"/>`,
    text(EDGE, 28, 'How many times as fast Pretext trains', 'title'),
    text(EDGE, 46, how, 'soft'),
    ...drawn.map((panel) => drawAxis(panel, height)),
    ...parts,
    '</svg>\n',
  ].join('\n');
}
