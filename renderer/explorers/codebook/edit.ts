/** Painting codes: what each tool makes of a code map, which cells a drag crosses, how far the result is from the original. */

export type Tool = 'paint' | 'pick' | 'replace';

/** The map after a tool was used at `cell`; the same array where nothing changes. codes: [h · w] */
export function apply(tool: Tool, codes: Int32Array, cell: number, code: number): Int32Array {
  const old = codes[cell];
  if (old === undefined || tool === 'pick' || old === code) return codes;
  if (tool === 'replace') return codes.map((one) => (one === old ? code : one));
  const next = codes.slice();
  next[cell] = code;
  return next;
}

/** Every cell on the straight way from one to another, both included, so that a fast drag leaves no gaps (Bresenham). */
export function cellsBetween(from: number, to: number, columns: number): number[] {
  let [x, y] = [from % columns, Math.floor(from / columns)];
  const [endX, endY] = [to % columns, Math.floor(to / columns)];
  const [wide, tall] = [Math.abs(endX - x), Math.abs(endY - y)];
  const [stepX, stepY] = [Math.sign(endX - x), Math.sign(endY - y)];
  let error = wide - tall;
  const cells = [from];
  while (x !== endX || y !== endY) {
    const twice = error * 2;
    if (twice > -tall) {
      error -= tall;
      x += stepX;
    }
    if (twice < wide) {
      error += wide;
      y += stepY;
    }
    cells.push(y * columns + x);
  }
  return cells;
}

export function changedCells(before: Int32Array, after: Int32Array): number[] {
  const changed: number[] = [];
  for (let cell = 0; cell < after.length; cell++) if (before[cell] !== after[cell]) changed.push(cell);
  return changed;
}

/** The cell under a point of a square map drawn `width` × `height` pixels; undefined outside. */
export function cellAt(
  x: number,
  y: number,
  size: { width: number; height: number },
  map: { width: number; height: number },
): number | undefined {
  const column = Math.floor((x / size.width) * map.width);
  const row = Math.floor((y / size.height) * map.height);
  if (column < 0 || row < 0 || column >= map.width || row >= map.height) return undefined;
  return row * map.width + column;
}

/** Mean squared difference of two pictures of bytes, in units of [0, 1]². */
export function squaredError(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i]! - b[i]!) / 255) ** 2;
  return a.length > 0 ? sum / a.length : 0;
}
