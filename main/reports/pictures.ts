/** Many small pictures on one sheet: rows of reconstructions, the codes of a codebook. */
import type { Pictures } from '#app/records/common';
import type { Raster } from './png';

export interface SheetOptions {
  /** Pictures in a row; all of them by default. */
  columns?: number;
  /** Which pictures, in which order; all of them by default. */
  order?: ArrayLike<number>;
  /** Each picture is enlarged by a whole factor to at least this side, so that it stays crisp in every viewer. */
  side?: number;
  gap?: number;
  /** Errors are drawn dark to light through red and yellow. */
  heat?: boolean;
  /** Grey of the gaps, 0–255, for pictures whose edges would be lost on the page. */
  ground?: number;
}

export interface Sheet extends Raster {
  columns: number;
}

/** The gaps are transparent, so that a sheet reads the same on light and dark pages, or of the grey that is asked for. */
export function sheet(pictures: Pictures, options: SheetOptions = {}): Sheet {
  const order = Array.from(options.order ?? { length: pictures.count }, (value, i) =>
    typeof value === 'number' ? value : i,
  );
  const columns = Math.max(1, Math.min(options.columns ?? order.length, order.length));
  const gap = options.gap ?? 4;
  const factor = Math.max(1, Math.ceil((options.side ?? 48) / Math.max(pictures.width, pictures.height)));
  const tile = { width: pictures.width * factor, height: pictures.height * factor };
  const rows = Math.max(1, Math.ceil(order.length / columns));
  const width = columns * (tile.width + gap) - gap;
  const height = rows * (tile.height + gap) - gap;
  const colours = options.heat ? 3 : pictures.channels;
  const channels = colours === 1 ? 2 : 4;
  const pixels = new Uint8Array(width * height * channels);
  if (options.ground !== undefined) {
    // Behind the pictures only: what the last row leaves free stays clear.
    const lastRow = (rows - 1) * (tile.height + gap) * width * channels;
    const end = (order.length - (rows - 1) * columns) * (tile.width + gap) - gap;
    for (let i = 0; i < pixels.length; i++)
      if (i < lastRow || Math.floor(i / channels) % width < end)
        pixels[i] = i % channels === channels - 1 ? 255 : options.ground;
  }
  for (const [place, index] of order.entries()) {
    const left = (place % columns) * (tile.width + gap);
    const top = Math.floor(place / columns) * (tile.height + gap);
    for (let y = 0; y < tile.height; y++) {
      for (let x = 0; x < tile.width; x++) {
        const row = index * pictures.height + Math.floor(y / factor);
        const from = (row * pictures.width + Math.floor(x / factor)) * pictures.channels;
        const to = ((top + y) * width + left + x) * channels;
        if (colours === pictures.channels)
          for (let c = 0; c < colours; c++) pixels[to + c] = pictures.pixels[from + c]!;
        else pixels.set(heat(pictures.pixels[from]! / 255), to);
        pixels[to + channels - 1] = 255;
      }
    }
  }
  return { width, height, channels, pixels, columns };
}

/** Black, red, orange, pale yellow: an intensity in [0, 1] as RGB. */
function heat(amount: number): [number, number, number] {
  const part = (from: number, to: number) => Math.round(255 * Math.max(0, Math.min(1, (amount - from) / (to - from))));
  return [part(0, 0.4), part(0.3, 0.8), Math.round(part(0.7, 1) * 0.8)];
}
