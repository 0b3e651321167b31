/** Where the eye is: the map from the picture's own units to pixels of the pane, and back. */

export interface Camera {
  /** What lies in the middle of the pane. */
  x: number;
  y: number;
  /** Pixels of one unit. */
  scale: number;
}
export interface Size {
  width: number;
  height: number;
}
export interface Box {
  left: number;
  right: number;
  bottom: number;
  top: number;
}

const margin = 36; // pixels that stay free around all points
const deepest = 400; // times as near as all points

/** The box of all points; where they are one, a box of width 1 around it. positions: float32 [n, 2] */
export function boxOf(positions: Float32Array): Box {
  const box = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity };
  for (let at = 0; at < positions.length; at += 2) {
    const [x, y] = [positions[at]!, positions[at + 1]!];
    if (x < box.left) box.left = x;
    if (x > box.right) box.right = x;
    if (y < box.bottom) box.bottom = y;
    if (y > box.top) box.top = y;
  }
  if (!(box.right > box.left || box.top > box.bottom)) {
    const [x, y] = Number.isFinite(box.left) ? [box.left, box.bottom] : [0, 0];
    return { left: x - 0.5, right: x + 0.5, bottom: y - 0.5, top: y + 0.5 };
  }
  return box;
}

/** All of a box in sight, the vertical axis upwards. */
export function fitted({ left, right, bottom, top }: Box, { width, height }: Size): Camera {
  const room = { width: Math.max(40, width - 2 * margin), height: Math.max(40, height - 2 * margin) };
  const scale = Math.min(room.width / (right - left || 1e-9), room.height / (top - bottom || 1e-9));
  return { x: (left + right) / 2, y: (bottom + top) / 2, scale };
}

export const toScreen = (
  { x, y, scale }: Camera,
  { width, height }: Size,
  px: number,
  py: number,
): [number, number] => [width / 2 + (px - x) * scale, height / 2 - (py - y) * scale];
export const toPlane = ({ x, y, scale }: Camera, { width, height }: Size, sx: number, sy: number): [number, number] => [
  x + (sx - width / 2) / scale,
  y - (sy - height / 2) / scale,
];

/** Nearer or farther with what lies under a pixel staying there; never farther than half of `whole`. */
export function zoomed(camera: Camera, size: Size, whole: number, factor: number, at: [number, number]): Camera {
  const scale = Math.min(whole * deepest, Math.max(whole / 2, camera.scale * factor));
  const [x, y] = toPlane(camera, size, ...at);
  return { scale, x: x - (at[0] - size.width / 2) / scale, y: y + (at[1] - size.height / 2) / scale };
}

export const panned = ({ x, y, scale }: Camera, dx: number, dy: number): Camera => ({
  scale,
  x: x - dx / scale,
  y: y + dy / scale,
});
