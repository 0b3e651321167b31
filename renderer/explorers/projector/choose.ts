/** Selections of points: by a shape drawn around them, added to or taken from what is selected already. */
import { type Camera, type Size, toPlane } from './camera';

/** One byte a point: 1 = selected. */
export type Mask = Uint8Array;
export type Mode = 'replace' | 'add' | 'remove';

/** Shift adds, Alt removes. */
export const modeOf = ({ shiftKey, altKey }: { shiftKey: boolean; altKey: boolean }): Mode =>
  altKey ? 'remove' : shiftKey ? 'add' : 'replace';

/** A path on the screen [x, y, x, y, …] as a closed outline in the plane. */
export function outlineOf(path: readonly number[], camera: Camera, size: Size): Float64Array {
  const outline = new Float64Array(path.length);
  for (let at = 0; at + 1 < path.length; at += 2) {
    const [x, y] = toPlane(camera, size, path[at]!, path[at + 1]!);
    outline[at] = x;
    outline[at + 1] = y;
  }
  return outline;
}

/** Rows of the points inside an outline (even–odd rule), in rising order; `hidden` ones are left out. */
export function rowsInside(
  positions: Float32Array,
  outline: Float64Array,
  isHidden: (row: number) => boolean,
): Uint32Array {
  const bands = bandsOf(outline);
  const rows = new Uint32Array(positions.length / 2);
  let count = 0;
  for (let row = 0; 2 * row < positions.length; row++) {
    const x = positions[2 * row]!;
    const y = positions[2 * row + 1]!;
    if (x < bands.left || x > bands.right || y < bands.low || y > bands.high || isHidden(row)) continue;
    if (isInside(outline, bands, x, y)) rows[count++] = row;
  }
  return rows.slice(0, count);
}

/** The box of an outline in bands from low to high, each with the edges that cross it: a point is held against few. */
interface Bands {
  left: number;
  right: number;
  low: number;
  high: number;
  /** Where the second corner of each edge lies in the outline. */
  edges: Int32Array[];
}
const bandCount = 64;

function bandsOf(outline: Float64Array): Bands {
  const box = { left: Infinity, right: -Infinity, low: Infinity, high: -Infinity };
  for (let at = 0; at < outline.length; at += 2) {
    box.left = Math.min(box.left, outline[at]!);
    box.right = Math.max(box.right, outline[at]!);
    box.low = Math.min(box.low, outline[at + 1]!);
    box.high = Math.max(box.high, outline[at + 1]!);
  }
  const crossed = Array.from({ length: bandCount }, (): number[] => []);
  for (let at = 0, before = outline.length - 2; at < outline.length; before = at, at += 2) {
    const ends = [bandAt(box, outline[at + 1]!), bandAt(box, outline[before + 1]!)] as const;
    for (let band = Math.min(...ends); band <= Math.max(...ends); band++) crossed[band]!.push(at);
  }
  return { ...box, edges: crossed.map((edges) => Int32Array.from(edges)) };
}

const bandAt = ({ low, high }: Pick<Bands, 'low' | 'high'>, y: number): number =>
  high > low ? Math.min(bandCount - 1, Math.floor((bandCount * (y - low)) / (high - low))) : 0;

function isInside(outline: Float64Array, bands: Bands, x: number, y: number): boolean {
  let inside = false;
  const edges = bands.edges[bandAt(bands, y)]!;
  for (let i = 0; i < edges.length; i++) {
    const at = edges[i]!;
    const before = at === 0 ? outline.length - 2 : at - 2;
    const ay = outline[at + 1]!;
    const by = outline[before + 1]!;
    if (ay > y === by > y) continue;
    const ax = outline[at]!;
    if (x < ((outline[before]! - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

export function combined(mask: Mask, rows: ArrayLike<number>, mode: Mode): Mask {
  const next = mode === 'replace' ? new Uint8Array(mask.length) : mask.slice();
  const value = mode === 'remove' ? 0 : 1;
  for (let at = 0; at < rows.length; at++) next[rows[at]!] = value;
  return next;
}

export const rowsOf = (mask: Mask): Uint32Array => {
  let count = 0;
  for (let row = 0; row < mask.length; row++) count += mask[row]!;
  const rows = new Uint32Array(count);
  for (let row = 0, at = 0; row < mask.length; row++) if (mask[row]) rows[at++] = row;
  return rows;
};

/** The nearest point within `reach` pixels of a pixel, or undefined. */
export function pointAt(
  positions: Float32Array,
  camera: Camera,
  size: Size,
  at: [number, number],
  reach: number,
  isHidden: (row: number) => boolean,
): number | undefined {
  const [x, y] = toPlane(camera, size, ...at);
  let best: number | undefined;
  let least = (reach / camera.scale) ** 2;
  for (let row = 0; 2 * row < positions.length; row++) {
    const dx = positions[2 * row]! - x;
    const dy = positions[2 * row + 1]! - y;
    const far = dx * dx + dy * dy;
    if (far > least || isHidden(row)) continue;
    [best, least] = [row, far];
  }
  return best;
}

/** The nearest point in the direction of an arrow key, within 45° of it; for those who have no pointer. */
export function pointTowards(
  positions: Float32Array,
  from: number,
  key: string,
  isHidden: (row: number) => boolean,
): number | undefined {
  const along = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key];
  if (!along) return undefined;
  const [ux, uy] = along as [number, number];
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let row = 0; 2 * row < positions.length; row++) {
    if (row === from || isHidden(row)) continue;
    const dx = positions[2 * row]! - positions[2 * from]!;
    const dy = positions[2 * row + 1]! - positions[2 * from + 1]!;
    const ahead = dx * ux + dy * uy;
    const aside = Math.abs(dx * uy - dy * ux);
    if (ahead <= 0 || aside > ahead) continue;
    const far = ahead + 2 * aside;
    if (far < least) [best, least] = [row, far];
  }
  return best;
}
