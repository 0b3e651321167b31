/** What lies over the points: previews of some items, names of categories, the shape being drawn, the point in focus. */
import { type Camera, type Size, toScreen } from './camera';
import type { Thumb } from './items.svelte';
import type { Categories } from './shades';
import { lookOf } from './shapes';

export interface Preview {
  row: number;
  item: number;
}

const [cell, side, halo] = [92, 24, 3];

/** A few points far from each other on the screen, one in each cell of it: those whose items are shown as pictures. */
export function previewRows(
  positions: Float32Array,
  camera: Camera,
  size: Size,
  isHidden: (row: number) => boolean,
  most = 60,
): number[] {
  const [columns, rows] = [Math.ceil(size.width / cell), Math.ceil(size.height / cell)];
  const best = new Int32Array(columns * rows).fill(-1);
  const least = new Float64Array(columns * rows).fill(Number.POSITIVE_INFINITY);
  for (let row = 0; 2 * row < positions.length; row++) {
    const x = size.width / 2 + (positions[2 * row]! - camera.x) * camera.scale;
    const y = size.height / 2 - (positions[2 * row + 1]! - camera.y) * camera.scale;
    if (x < side || y < side || x >= size.width - side || y >= size.height - side || isHidden(row)) continue;
    const [column, line] = [Math.floor(x / cell), Math.floor(y / cell)];
    const far = (x - (column + 0.5) * cell) ** 2 + (y - (line + 0.5) * cell) ** 2;
    const place = line * columns + column;
    if (far >= least[place]!) continue;
    best[place] = row;
    least[place] = far;
  }
  return [...best].filter((row) => row >= 0).slice(0, most);
}

/** Where the name of each category stands: the median of its points. */
export function namePlaces(
  positions: Float32Array,
  { places, names }: Categories,
): { place: number; x: number; y: number }[] {
  const byPlace = names.map((): { x: number[]; y: number[] } => ({ x: [], y: [] }));
  const stride = Math.max(1, Math.floor(places.length / 20_000)); // a median of a few thousand is as good
  for (let row = 0; row < places.length; row += stride) {
    const own = byPlace[places[row]!];
    own?.x.push(positions[2 * row]!);
    own?.y.push(positions[2 * row + 1]!);
  }
  const middle = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  return byPlace.flatMap(({ x, y }, place) => (x.length > 0 ? [{ place, x: middle(x), y: middle(y) }] : []));
}

export interface OverlayLook {
  camera: Camera;
  size: Size;
  positions: Float32Array;
  previews: readonly { row: number; thumb: Thumb | undefined; colour: string }[];
  names: readonly { x: number; y: number; text: string }[];
  /** Path on the screen of what is being drawn. */
  path: readonly number[];
  closed: boolean;
  focus: number | undefined;
  hover: number | undefined;
  token: (name: string) => string;
  font: string;
}

export function paintOverlay(context: CanvasRenderingContext2D, look: OverlayLook): void {
  const { camera, size, positions } = look;
  context.clearRect(0, 0, size.width, size.height);
  const at = (row: number) => toScreen(camera, size, positions[2 * row]!, positions[2 * row + 1]!);
  context.imageSmoothingEnabled = false;
  for (const { row, thumb, colour } of look.previews) {
    if (!thumb) continue;
    const [x, y] = at(row);
    context.fillStyle = colour;
    context.fillRect(x - side / 2 - 2, y - side / 2 - 2, side + 4, side + 4);
    context.drawImage(thumb.image, thumb.x, thumb.y, thumb.width, thumb.height, x - side / 2, y - side / 2, side, side);
  }
  paintNames(context, look);
  paintPath(context, look);
  if (look.hover !== undefined) ring(context, at(look.hover), 7, look.token('fg-1'), look.token('bg-panel'));
  if (look.focus !== undefined) ring(context, at(look.focus), 8, look.token('fg-1'), look.token('bg-panel'));
}

function paintNames(context: CanvasRenderingContext2D, { camera, size, names, token, font }: OverlayLook): void {
  context.font = `600 12px ${font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.lineWidth = halo;
  context.strokeStyle = token('bg-panel');
  context.fillStyle = token('fg-1');
  const taken: Room[] = [];
  for (const { x, y, text } of names) {
    const [sx, sy] = toScreen(camera, size, x, y);
    const half = widthOf(context, text) / 2 + halo;
    const room = { left: sx - half, right: sx + half, top: sy - lineHeight / 2, bottom: sy + lineHeight / 2 };
    if (taken.some((other) => overlap(room, other))) continue; // nearer, there is room for it
    taken.push(room);
    context.strokeText(text, sx, sy);
    context.fillText(text, sx, sy);
  }
}

/** Widths of names by font and text: they are the same in every frame, and measuring is slower than drawing. */
const widths = new Map<string, number>();
const mostWidths = 500;
function widthOf(context: CanvasRenderingContext2D, text: string): number {
  const key = `${context.font} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  if (widths.size >= mostWidths) widths.clear();
  const { width } = context.measureText(text);
  widths.set(key, width);
  return width;
}

const lineHeight = 15; // px, of the names
interface Room {
  left: number;
  right: number;
  top: number;
  bottom: number;
}
const overlap = (a: Room, b: Room): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

function paintPath(context: CanvasRenderingContext2D, { path, closed, token }: OverlayLook): void {
  if (path.length < 4) return;
  context.beginPath();
  context.moveTo(path[0]!, path[1]!);
  for (let at = 2; at + 1 < path.length; at += 2) context.lineTo(path[at]!, path[at + 1]!);
  if (closed) context.closePath();
  context.globalAlpha = 0.1;
  context.fillStyle = token('accent');
  context.fill();
  context.globalAlpha = 1;
  context.setLineDash([4, 3]);
  context.lineWidth = 1.5;
  context.strokeStyle = token('accent');
  context.stroke();
  context.setLineDash([]);
}

function ring(
  context: CanvasRenderingContext2D,
  [x, y]: [number, number],
  radius: number,
  ink: string,
  paper: string,
): void {
  for (const [width, colour] of [
    [4.5, paper],
    [2, ink],
  ] as const) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  }
}

/** The token of a category's colour. */
export const tokenOf = (place: number): string => `c${lookOf(place).colour + 1}`;
