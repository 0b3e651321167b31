/** The network as boxes: as tall as its maps are wide, as wide as it has channels, in the order of the data's way. */
import type { Plan } from '#app/records/recipe';

export type PlanBlock = Plan['blocks'][number];

export interface SketchBox {
  x: number;
  y: number;
  width: number;
  height: number;
  part: string;
  /** `14²×64`; absent where a label has no room or says the same as the one before. */
  label?: string;
  /** What it is, for hovering and for who cannot see it. */
  text: string;
  isCodebook: boolean;
}

export interface Sketch {
  boxes: SketchBox[];
  parts: { name: string; x: number; isCodebook: boolean }[];
  /** Where the input's arrow ends and the output's begins. */
  left: number;
  right: number;
}

export interface SketchFrame {
  left: number;
  right: number;
  /** The line on which all boxes are centred, and the height of the tallest. */
  middle: number;
  tall: number;
}

/** Places and channels of an output: [c, h, w], [h, w, c] or [n]. */
export function dimensions(shape: readonly number[]): { side: number; channels: number; isMap: boolean } {
  const [a = 1, b = 1, c = 1] = shape;
  if (shape.length < 2) return { side: 1, channels: a, isMap: false };
  if (shape.length === 2) return { side: Math.max(a, b), channels: 1, isMap: true };
  return a === b && b !== c
    ? { side: a, channels: c, isMap: true }
    : { side: Math.max(b, c), channels: a, isMap: true };
}

/** `14²×64` for maps, `32` for vectors. */
export function shapeText(shape: readonly number[]): string {
  const { side, channels, isMap } = dimensions(shape);
  if (!isMap) return String(channels);
  const square = shape.length === 2 ? shape[0] === shape[1] : true;
  const places = square ? `${side}²` : shape.join('×');
  return channels === 1 && shape.length === 2 ? places : `${places}×${channels}`;
}

const GAP = 3;
const PART_GAP = 20;
/** Width of one character of the labels, in pixels. */
const LETTER = 6.7;

export function layoutSketch(blocks: readonly PlanBlock[], { left, right, middle, tall }: SketchFrame): Sketch {
  const sizes = blocks.map(({ shape }) => dimensions(shape));
  const widest = Math.max(1, ...sizes.filter(({ isMap }) => isMap).map(({ side }) => side));
  const mostWide = Math.max(2, ...sizes.map(({ channels }) => channels));
  const isCodebook = (block: PlanBlock) => block.part === 'codebook';
  const natural = blocks.map((block, i) => {
    if (isCodebook(block)) return 66;
    const { channels, isMap } = sizes[i]!;
    return isMap ? 10 + 22 * (Math.log2(1 + channels) / Math.log2(1 + mostWide)) : 9;
  });
  const breaks = blocks.filter((block, i) => i > 0 && block.part !== blocks[i - 1]!.part).length;
  const gaps = Math.max(0, blocks.length - 1 - breaks) * GAP + breaks * PART_GAP;
  const sum = natural.reduce((total, width) => total + width, 0);
  const scale = Math.max(0.15, Math.min(1.6, (right - left - gaps) / Math.max(1, sum)));
  const fixed = blocks.reduce(
    (total, block, i) => total + (isCodebook(block) ? natural[i]! * Math.max(0, scale - 1) : 0),
    0,
  );
  let x = (left + right - sum * scale + fixed - gaps) / 2;

  const boxes = blocks.map((block, i): SketchBox => {
    if (i > 0) x += block.part === blocks[i - 1]!.part ? GAP : PART_GAP;
    const { side, channels, isMap } = sizes[i]!;
    const share = isMap ? Math.sqrt(side / widest) : Math.min(1, Math.log2(1 + channels) / 9);
    const width = natural[i]! * (isCodebook(block) ? Math.min(1, scale) : scale);
    const height = isCodebook(block) ? tall * 0.94 : Math.max(10, tall * share);
    const box: SketchBox = {
      x,
      y: middle - height / 2,
      width,
      height,
      part: block.part,
      text: `${block.part}, ${block.name}: ${block.shape.join(' × ')}, ${block.parameters.toLocaleString('en').replaceAll(',', '\u202f')} parameters`,
      isCodebook: isCodebook(block),
    };
    x += width;
    return box;
  });
  label(boxes, blocks);
  return {
    boxes,
    parts: partsOf(boxes),
    left: boxes[0]?.x ?? left,
    right: boxes.length > 0 ? boxes.at(-1)!.x + boxes.at(-1)!.width : right,
  };
}

/** A label where the shape changes and the one before leaves room. */
function label(boxes: SketchBox[], blocks: readonly PlanBlock[]): void {
  let end = -Infinity;
  let said = '';
  for (const [i, box] of boxes.entries()) {
    const text = shapeText(blocks[i]!.shape);
    const centre = box.x + box.width / 2;
    const half = (text.length * LETTER) / 2;
    if (text === said || centre - half < end + 6) continue;
    box.label = text;
    said = text;
    end = centre + half;
  }
}

function partsOf(boxes: readonly SketchBox[]): Sketch['parts'] {
  const parts: { name: string; from: number; to: number; isCodebook: boolean }[] = [];
  for (const { part, x, width, isCodebook } of boxes) {
    const last = parts.at(-1);
    if (last?.name === part) last.to = x + width;
    else parts.push({ name: part, from: x, to: x + width, isCodebook });
  }
  return apart(parts.map(({ name, from, to, isCodebook }) => ({ name, x: (from + to) / 2, isCodebook })));
}

/** Names of parts, moved outwards from the middle one until none runs into its neighbour. */
function apart(parts: Sketch['parts']): Sketch['parts'] {
  const need = (a: number, b: number) => ((parts[a]!.name.length + parts[b]!.name.length) / 2) * LETTER + 10;
  const middle = Math.floor(parts.length / 2);
  for (let i = middle + 1; i < parts.length; i++) parts[i]!.x = Math.max(parts[i]!.x, parts[i - 1]!.x + need(i - 1, i));
  for (let i = middle - 1; i >= 0; i--) parts[i]!.x = Math.min(parts[i]!.x, parts[i + 1]!.x - need(i, i + 1));
  return parts;
}

/** `6 272 bit → 441 bit, 14× smaller`. */
export function bitsText({ input, code }: Plan['bits']): string {
  if (!(input > 0) || !(code > 0)) return '';
  const number = (bits: number) =>
    Math.round(bits)
      .toString()
      .replace(/\B(?=(\d{3})+$)/g, '\u202f');
  const ratio = input / code;
  const times =
    ratio >= 1.05
      ? `, ${ratio >= 10 ? Math.round(ratio) : ratio.toFixed(1)}× smaller`
      : ratio <= 0.95
        ? `, ${(1 / ratio).toFixed(1)}× larger`
        : '';
  return `${number(input)} bit → ${number(code)} bit${times}`;
}
