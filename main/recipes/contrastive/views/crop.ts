/** The random resized crop: a part of a picture stretched to the whole, the view that matters most (SimCLR, figure 5). */

/** A picture's layout: [channels, height, width], plane after plane. */
export interface Layout {
  channels: number;
  height: number;
  width: number;
}

/** A part of a picture, in pixels; its edges may lie between pixels. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
  /** Left and right change places. */
  mirrored: boolean;
}

export interface CropSettings {
  /** The smallest crop as a share of the picture's area. */
  cropArea: number;
  /** Which of the two is uniform: the area, as in the paper, or the side. */
  cropBy: 'area' | 'side';
  /** A crop is at most so many times as wide as high, or as high as wide. */
  aspect: number;
}

/** The crop for three numbers of [0, 1) and more: area, ratio, and where it lies. */
export function boxOf(
  { cropArea, cropBy, aspect }: CropSettings,
  { height, width }: Layout,
  [forArea, forRatio, forLeft, forTop]: readonly [number, number, number, number],
): Box {
  const side = Math.sqrt(cropArea);
  const area = cropBy === 'area' ? cropArea + (1 - cropArea) * forArea : (side + (1 - side) * forArea) ** 2;
  const ratio = aspect === 1 ? 1 : Math.sqrt(aspect ** (2 * forRatio - 1)); // log-uniform in [1 / aspect, aspect], its root
  const w = Math.min(width, width * Math.sqrt(area) * ratio);
  const h = Math.min(height, (height * Math.sqrt(area)) / ratio);
  return { left: (width - w) * forLeft, top: (height - h) * forTop, width: w, height: h, mirrored: false };
}

/** Along one axis: the two source positions of each target position and how much the second one counts. */
export interface Taps {
  first: Int32Array;
  second: Int32Array;
  share: Float32Array;
}

export const tapsOf = (length: number): Taps => ({
  first: new Int32Array(length),
  second: new Int32Array(length),
  share: new Float32Array(length),
});

/** Bilinear taps of `size` source pixels from `start`, centres on centres; beyond the edge the edge goes on. */
export function fillTaps({ first, second, share }: Taps, start: number, size: number, mirrored = false): void {
  const length = first.length;
  for (let i = 0; i < length; i++) {
    const at = Math.min(length - 1, Math.max(0, start + ((i + 0.5) * size) / length - 0.5));
    const low = Math.floor(at);
    const place = mirrored ? length - 1 - i : i;
    first[place] = low;
    second[place] = Math.min(length - 1, low + 1);
    share[place] = at - low;
  }
}

/** Stretches a part of x at `from` to a whole picture in y at `to`; columns and rows: taps of width and height. */
export function stretch(
  x: Float32Array,
  from: number,
  y: Float32Array,
  to: number,
  { channels, height, width }: Layout,
  columns: Taps,
  rows: Taps,
): void {
  let at = to;
  for (let c = 0; c < channels; c++) {
    const plane = from + c * height * width;
    for (let row = 0; row < height; row++) {
      const above = plane + rows.first[row]! * width;
      const below = plane + rows.second[row]! * width;
      const down = rows.share[row]!;
      for (let column = 0; column < width; column++) {
        const [left, right, across] = [columns.first[column]!, columns.second[column]!, columns.share[column]!];
        const upper = x[above + left]! + across * (x[above + right]! - x[above + left]!);
        const lower = x[below + left]! + across * (x[below + right]! - x[below + left]!);
        y[at++] = upper + down * (lower - upper);
      }
    }
  }
}
