/** How each point is drawn: its place on the palette, its mark, and whether it is hidden, plain, faded or selected. */

import { type Shades, shareOf } from './shades';
import { colourCount, lookOf } from './shapes';

export const [hidden, plain, faded, selected] = [0, 1, 2, 3];
/** Palette: the eight colours of categories, then grey for none, then the ramp. */
export const [greyPlace, rampFrom, rampLength] = [8, 16, 240];

/** Three bytes a point, as the shader takes them: [palette, mark, state, 0]. */
export type Looks = Uint8Array;

export function looksOf(
  shades: Shades | undefined,
  count: number,
  mask: Uint8Array | undefined,
  hiddenOnes: ReadonlySet<number>,
): Looks {
  const looks = new Uint8Array(4 * count);
  const anySelected = mask?.includes(1) ?? false;
  // Looked up instead of made: a hundred thousand points are coloured within a frame.
  const known = shades?.kind === 'categories' ? shades.names.map((_, place) => lookOf(place)) : [];
  const shown = known.map((_, place) => !hiddenOnes.has(place));
  const [nowhere, nowhereShown] = [{ colour: greyPlace, shape: 0 }, !hiddenOnes.has(-1)];
  for (let row = 0, at = 0; row < count; row++, at += 4) {
    let isShown = true;
    looks[at] = greyPlace;
    if (shades?.kind === 'categories') {
      const place = shades.places[row]!;
      const { colour, shape } = place >= 0 ? known[place]! : nowhere;
      looks[at] = colour;
      looks[at + 1] = shape;
      isShown = place >= 0 ? shown[place]! : nowhereShown;
    } else if (shades) {
      const share = shareOf(shades, row);
      if (share !== undefined) looks[at] = rampFrom + Math.round(share * (rampLength - 1));
    }
    looks[at + 2] = !isShown ? hidden : !anySelected ? plain : mask![row] ? selected : faded;
  }
  return looks;
}

export type Rgb = [number, number, number];

/** `#rrggbb` or `#rgb` as bytes. */
export function rgbOf(colour: string): Rgb {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(colour.trim())?.[1];
  if (!hex) return [128, 128, 128];
  const long = hex.length === 6 ? hex : hex.replace(/./g, '$&$&');
  return [0, 2, 4].map((at) => Number.parseInt(long.slice(at, at + 2), 16)) as Rgb;
}

/** 256 colours, RGBA. `token` gives the value of a colour token of the theme. */
export function paletteOf(token: (name: string) => string): Uint8Array {
  const palette = new Uint8Array(4 * 256).fill(255);
  const put = (place: number, rgb: Rgb) => palette.set(rgb, 4 * place);
  for (let colour = 0; colour < colourCount; colour++) put(colour, rgbOf(token(`c${colour + 1}`)));
  put(greyPlace, rgbOf(token('fg-3')));
  const stops = Array.from({ length: 9 }, (_, i) => rgbOf(token(`v${i}`)));
  for (let i = 0; i < rampLength; i++) {
    const along = (i / (rampLength - 1)) * (stops.length - 1);
    const from = Math.min(stops.length - 2, Math.floor(along));
    const [a, b, share] = [stops[from]!, stops[from + 1]!, along - from];
    put(rampFrom + i, a.map((value, c) => Math.round(value + share * (b[c]! - value))) as Rgb);
  }
  return palette;
}

/** Side of a mark in pixels: smaller the more points there are, larger the nearer one looks. */
export function markSize(count: number, zoom: number): number {
  const base = count <= 1500 ? 9 : count <= 6000 ? 7 : count <= 25_000 ? 5 : 3.6;
  return base * Math.min(2.4, Math.max(0.8, zoom ** 0.35));
}
