/** A network as text: totals, then its blocks as a tree with a bar for each, then where the time goes. */
import type { ByStage, Network, NetworkBlock, NetworkProfile } from '#app/records/network';
import { list, short, table } from './output';

const barWidth = 16;
const parts = ['', 'k', 'M', 'G', 'T'];

/** 1536 → `1.54 k`: three digits and the letter of its thousand. */
export function amount(value: number, unit = ''): string {
  const power = value < 1000 ? 0 : Math.min(parts.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = Number((value / 1000 ** power).toPrecision(3));
  return `${scaled}${parts[power] || unit ? ' ' : ''}${parts[power]}${unit}`;
}

const total = ({ forward, backward, update }: ByStage): number => forward + backward + update;
const milliseconds = (seconds: number): string => `${Number((seconds * 1e3).toPrecision(3))} ms`;
const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
const shapeOf = (shape: readonly number[] | undefined): string => (shape && shape.length > 0 ? shape.join(' × ') : '');

/** Full cells and one of eight narrower ones: ▏ to █. */
export function bar(share: number, width = barWidth): string {
  const eighths = Math.round(Math.max(0, Math.min(1, share)) * width * 8);
  const rest = eighths % 8;
  return `${'█'.repeat(Math.floor(eighths / 8))}${rest > 0 ? String.fromCodePoint(0x2590 - rest) : ''}`;
}

export function networkText(network: Network): string {
  const { memory, profile, flopsPerItem: flops, batchSize } = network;
  return [
    list([
      ['recipe', network.recipe],
      ['run', network.run],
      ['batch', `${batchSize} items`],
      ['parameters', amount(network.parameters)],
      ['kept beside them', network.state > 0 ? amount(network.state) : undefined],
      ['work', `${amount(total(flops), 'FLOP')} an item: ${stagesText(flops)}`],
      [
        'activations',
        `${amount(memory.keptBytes, 'B')} wait for the backward pass, ${amount(memory.peakBytes, 'B')} at once`,
      ],
      ['weights, moments', amount(memory.variableBytes, 'B')],
      ['process', `about ${amount(memory.processBytes, 'B')}`],
      ...(profile ? profileLines(profile) : []),
    ]),
    '\n',
    treeText(network),
    profile ? `\n${operatorText(profile)}` : '',
  ].join('');
}

const stagesText = (flops: ByStage): string =>
  [
    `forward ${percent(flops.forward / total(flops))}`,
    `backward ${percent(flops.backward / total(flops))}`,
    ...(flops.update > 0 ? [`update ${percent(flops.update / total(flops))}`] : []),
  ].join(', ');

function profileLines({ steps, secondsPerStep, gflops, peakGflops, device }: NetworkProfile) {
  return [
    ['step', `${milliseconds(secondsPerStep)} on ${device}, mean of ${steps}`],
    ['speed', `${short(gflops)} Gflop/s, ${percent(gflops / peakGflops)} of a matrix product's ${short(peakGflops)}`],
  ] as const;
}

interface Branch {
  name: string;
  block?: NetworkBlock;
  children: Branch[];
}

/** Blocks by their dotted names; a name that holds one block only is one line. */
export function treeOf(blocks: readonly NetworkBlock[]): Branch[] {
  const root: Branch = { name: '', children: [] };
  for (const block of blocks) {
    let at = root;
    for (const name of block.name.split('.')) {
      const next = at.children.find((child) => child.name === name) ?? { name, children: [] };
      if (!at.children.includes(next)) at.children.push(next);
      at = next;
    }
    at.block = block;
  }
  return root.children.map(joined);
}

function joined(branch: Branch): Branch {
  const [only, ...others] = branch.children;
  if (only && others.length === 0 && !branch.block) return joined({ ...only, name: `${branch.name}.${only.name}` });
  return { ...branch, children: branch.children.map(joined) };
}

const blocksUnder = ({ block, children }: Branch): NetworkBlock[] => [
  ...(block ? [block] : []),
  ...children.flatMap(blocksUnder),
];

function treeText({ blocks, profile }: Network): string {
  const measure = profile
    ? ({ seconds }: NetworkBlock) => (seconds ? total(seconds) : 0)
    : ({ flops }: NetworkBlock) => total(flops);
  const sum = (branch: Branch, of: (block: NetworkBlock) => number) =>
    blocksUnder(branch).reduce((all, one) => all + of(one), 0);
  const whole = blocks.reduce((all, block) => all + measure(block), 0);
  const rows: string[][] = [];
  const add = (branch: Branch, lead: string, mark: string) => {
    const part = sum(branch, measure);
    rows.push([
      `${lead}${mark}${branch.name}`,
      shapeOf(branch.block?.shape),
      blank(
        sum(branch, ({ parameters }) => parameters),
        amount,
      ),
      blank(
        sum(branch, ({ flops }) => total(flops)),
        (value) => amount(value),
      ),
      blank(
        sum(branch, ({ keptBytes }) => keptBytes),
        (value) => amount(value, 'B'),
      ),
      ...(profile ? [blank(part, milliseconds)] : []),
      `${percent(whole > 0 ? part / whole : 0).padStart(6)} ${bar(whole > 0 ? part / whole : 0)}`,
    ]);
    const inner = mark === '' ? '' : mark === '└ ' ? `${lead}  ` : `${lead}│ `;
    branch.children.forEach((child, place) => add(child, inner, place === branch.children.length - 1 ? '└ ' : '├ '));
  };
  for (const branch of treeOf(blocks)) add(branch, '', '');
  alignRight(rows, profile ? [2, 3, 4, 5] : [2, 3, 4]);
  const headings = ['block', 'gives', 'parameters', 'FLOP an item', 'kept an item', ...(profile ? ['time'] : [])];
  return table([...headings, profile ? 'share of time' : 'share of work'], rows);
}

/** Figures of a column end at the same place. */
function alignRight(rows: string[][], columns: readonly number[]): void {
  for (const at of columns) {
    const width = Math.max(...rows.map((row) => row[at]!.length));
    for (const row of rows) row[at] = row[at]!.padStart(width);
  }
}

const blank = (value: number, write: (value: number) => string): string => (value > 0 ? write(value) : '');

function operatorText({ operators, secondsPerStep, unknownSeconds }: NetworkProfile): string {
  const shown = operators.slice(0, 12);
  const rest = operators.slice(12).reduce((sum, { seconds }) => sum + seconds, 0);
  const kernels = operators.reduce((sum, { seconds }) => sum + seconds, 0);
  const row = (name: string, calls: string, seconds: number) => [
    name,
    calls,
    milliseconds(seconds),
    `${percent(seconds / secondsPerStep).padStart(6)} ${bar(seconds / secondsPerStep)}`,
  ];
  const rows = [
    ...shown.map(({ operator, calls, seconds }) => row(operator, String(Math.round(calls)), seconds)),
    ...(rest > 0 ? [row('others', '', rest)] : []),
    row('between operators', '', Math.max(0, secondsPerStep - kernels)),
  ];
  alignRight(rows, [1, 2]);
  return [
    table(['operator', 'calls', 'time', 'share of the step'], rows),
    unknownSeconds > 0
      ? `\nOf this, ${milliseconds(unknownSeconds)} are the runtime's own changes of layout, which belong to no block.\n`
      : '',
  ].join('');
}
