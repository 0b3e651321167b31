/** The geometry of bars: heights on a linear or a log scale, and which bar lies under the pointer. */

export interface BarFrame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Bars {
  /** Distance from one bar to the next and width of a bar, in pixels. */
  pitch: number;
  width: number;
  x(index: number): number;
  /** Height of a bar in pixels; nothing for zero, at least 1 for anything else. */
  height(value: number): number;
  /** The top of the scale, in data units. */
  most: number;
}

export function layBars(values: ArrayLike<number>, frame: BarFrame, log: boolean): Bars {
  let largest = 0;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i]!)) largest = Math.max(largest, values[i]!);
  const most = largest > 0 ? largest * 1.05 : 1;
  const pitch = (frame.right - frame.left) / Math.max(1, values.length);
  const gap = pitch > 12 ? 4 : pitch > 3 ? 1 : 0;
  const tall = frame.bottom - frame.top;
  const share = (value: number) => (log ? Math.log10(1 + value) / Math.log10(1 + most) : value / most);
  return {
    pitch,
    width: Math.max(0.5, pitch - gap),
    x: (index) => frame.left + index * pitch + gap / 2,
    height: (value) => (value > 0 ? Math.max(1, tall * share(value)) : 0),
    most,
  };
}

/** The bar under a pixel; undefined outside the frame. */
export function barAt(x: number, frame: BarFrame, count: number): number | undefined {
  if (x < frame.left || x >= frame.right || count === 0) return undefined;
  return Math.floor(((x - frame.left) / (frame.right - frame.left)) * count);
}

/** Powers of ten up to the top of a log scale, or round numbers of a linear one, at most four. */
export function barTicks(most: number, log: boolean): number[] {
  if (log) {
    const all = Array.from({ length: 12 }, (_, power) => 10 ** (power + 1)).filter((tick) => tick <= most);
    const every = Math.ceil(all.length / 4);
    return all.filter((_, i) => (all.length - 1 - i) % every === 0);
  }
  const rough = most / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= rough) ?? power;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}
