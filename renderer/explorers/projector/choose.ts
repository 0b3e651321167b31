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

/** Rows of the points inside an outline (even–odd rule); `hidden` ones are left out. */
export function rowsInside(
  positions: Float32Array,
  outline: Float64Array,
  isHidden: (row: number) => boolean,
): number[] {
  const rows: number[] = [];
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let at = 0; at < outline.length; at += 2) {
    left = Math.min(left, outline[at]!);
    right = Math.max(right, outline[at]!);
    low = Math.min(low, outline[at + 1]!);
    high = Math.max(high, outline[at + 1]!);
  }
  for (let row = 0; 2 * row < positions.length; row++) {
    const [x, y] = [positions[2 * row]!, positions[2 * row + 1]!];
    if (x < left || x > right || y < low || y > high || isHidden(row)) continue;
    if (isInside(outline, x, y)) rows.push(row);
  }
  return rows;
}

function isInside(outline: Float64Array, x: number, y: number): boolean {
  let inside = false;
  for (let at = 0, before = outline.length - 2; at < outline.length; before = at, at += 2) {
    const [ay, by] = [outline[at + 1]!, outline[before + 1]!];
    if (ay > y === by > y) continue;
    const [ax, bx] = [outline[at]!, outline[before]!];
    if (x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
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
