/** The points on a plain canvas, for machines without WebGL: the same marks, some ten times slower. */
import type { Camera, Size } from './camera';
import { faded, hidden, type Looks, selected } from './looks';
import type { Painter } from './painting';
import { pathOf, shapes } from './shapes';

/** Below this size a mark is a square whatever its shape. */
const smallest = 5;

export function openCanvasPainter(canvas: HTMLCanvasElement): Painter | undefined {
  const found = canvas.getContext('2d');
  if (!found) return undefined;
  const context = found;
  let to: Float32Array = new Float32Array(0);
  let from: Float32Array = to;
  let looks: Looks = new Uint8Array(0);
  let palette: Uint8Array = new Uint8Array(1024);
  const paths = shapes.map((shape) => new Path2D(pathOf[shape]));

  function drawPoints(camera: Camera, { width, height }: Size, mark: number, morph: number, wanted: boolean): void {
    for (let row = 0; 2 * row < to.length; row++) {
      const state = looks[4 * row + 2]!;
      if (state === hidden || (state === selected) !== wanted) continue;
      const px = from[2 * row]! + morph * (to[2 * row]! - from[2 * row]!);
      const py = from[2 * row + 1]! + morph * (to[2 * row + 1]! - from[2 * row + 1]!);
      const x = width / 2 + (px - camera.x) * camera.scale;
      const y = height / 2 - (py - camera.y) * camera.scale;
      if (x < -mark || y < -mark || x > width + mark || y > height + mark) continue;
      const at = 4 * looks[4 * row]!;
      context.fillStyle = `rgb(${palette[at]},${palette[at + 1]},${palette[at + 2]})`;
      context.globalAlpha = state === selected ? 1 : state === faded ? 0.16 : 0.72;
      if (mark < smallest) context.fillRect(x - mark / 2, y - mark / 2, mark, mark);
      else stamp(x, y, mark, looks[4 * row + 1]!);
    }
    context.globalAlpha = 1;
  }
  function stamp(x: number, y: number, mark: number, shape: number): void {
    context.save();
    context.translate(x - mark / 2, y - mark / 2);
    context.scale(mark / 12, mark / 12);
    context.fill(paths[shape]!, 'evenodd');
    context.restore();
  }

  return {
    kind: 'canvas',
    positions(next, before = to) {
      from = before.length === next.length ? before : next;
      to = next;
    },
    looks: (next) => (looks = next),
    palette: (next) => (palette = next),
    draw(camera, size, mark, morph) {
      const ratio = globalThis.devicePixelRatio || 1;
      canvas.width = Math.max(1, Math.round(size.width * ratio));
      canvas.height = Math.max(1, Math.round(size.height * ratio));
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      for (const wanted of [false, true]) drawPoints(camera, size, mark, morph, wanted);
    },
    free: () => {},
  };
}
