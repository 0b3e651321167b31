/**
 * Marks as coverage: how much of a pixel each mark hides, of its distance function as the shader has it. A stamp is one
 * mark at one size, at one of 16 places within a pixel, so that points move smoothly where no graphics card draws them.
 */

/** Distance from the edge of a shape in the mark's own box of −1 … 1, negative inside; y downwards as on the screen. */
export function distanceOf(shape: number, x: number, y: number): number {
  const [a, b] = [Math.abs(x), Math.abs(y)];
  switch (shape) {
    case 0:
      return Math.hypot(x, y) - 0.78;
    case 1:
      return Math.max(a, b) - 0.68;
    case 2:
      return Math.max(a * 0.866 - y * 0.5, y) - 0.5;
    case 3:
      return starAt(x, y);
    case 4:
      return Math.abs(Math.hypot(x, y) - 0.62) - 0.2;
    case 5:
      return Math.max(Math.min(a, b) - 0.26, Math.max(a, b) - 0.8);
    case 6:
      return (a + b - 0.92) * 0.7;
    default:
      return Math.max(a - 0.88, b - 0.3);
  }
}

const sector = (2 * Math.PI) / 5;

function starAt(x: number, y: number): number {
  const turned = Math.atan2(x, -y) + sector / 2;
  const angle = turned - sector * Math.floor(turned / sector) - sector / 2;
  const far = Math.hypot(x, y);
  const [qx, qy] = [far * Math.abs(Math.sin(angle)), far * Math.cos(angle)];
  const [bx, by] = [0.44 * Math.sin(sector / 2), 0.44 * Math.cos(sector / 2)];
  const [ex, ey] = [bx, by - 0.95];
  return (ey * qx - ex * (qy - 0.95)) / -Math.hypot(ex, ey);
}

/** Below this many pixels shapes run into each other: a mark is then also a little of a disc. */
const smallest = 4.5;

/** 0 … 1 of a mark `size` pixels wide. */
export function coverageOf(shape: number, x: number, y: number, size: number): number {
  const far = distanceOf(shape, x, y);
  const along = Math.min(1, Math.max(0, (far * size * 0.5 + 0.6) / 1.2));
  const soft = 1 - along * along * (3 - 2 * along);
  return size < smallest && far < 0.2 ? Math.max(soft, 0.25) : soft;
}

/** Places within a pixel along each axis. */
export const places = 4;

export interface Stamp {
  /** Pixels that it touches, from the pixel that its middle lies in: [count] each. */
  dx: Int16Array;
  dy: Int16Array;
  /** 1 … 256 of 256 that it hides. */
  hides: Uint16Array;
  /** How far it reaches from that pixel. */
  reach: number;
}

/** across, down: which of the places within its pixel the middle lies at. opacity: 0 … 1 of the whole mark. */
export function stampOf(shape: number, size: number, across: number, down: number, opacity: number): Stamp {
  const reach = Math.ceil(size / 2);
  const [middleX, middleY] = [(across + 0.5) / places, (down + 0.5) / places];
  const [dx, dy, hides]: [number[], number[], number[]] = [[], [], []];
  for (let row = -reach; row <= reach; row++)
    for (let column = -reach; column <= reach; column++) {
      const [x, y] = [(2 * (column + 0.5 - middleX)) / size, (2 * (row + 0.5 - middleY)) / size];
      if (Math.abs(x) > 1 || Math.abs(y) > 1) continue;
      const hidden = Math.round(256 * opacity * coverageOf(shape, x, y, size));
      if (hidden < 1) continue;
      dx.push(column);
      dy.push(row);
      hides.push(hidden);
    }
  return { dx: Int16Array.from(dx), dy: Int16Array.from(dy), hides: Uint16Array.from(hides), reach };
}
