/** Pure parts of the matrices of likeness: what they say in numbers, and colours in which no likeness is the ground. */
import type { Pictures } from '#app/records/common';

export interface LikenessFigures {
  /** Mean cosine of the two views of an item. */
  pairs: number;
  /** Mean cosine of views of different items. */
  others: number;
}

const cosineOf = (byte: number): number => (2 * byte) / 255 - 1;

/** A matrix of cosines as `app/records/run.ts` says: first views, then second views. */
export function likenessFigures({ width, pixels }: Pictures): LikenessFigures {
  const items = width / 2;
  let [pairs, others, far] = [0, 0, 0];
  for (let row = 0; row < width; row++)
    for (let column = 0; column < width; column++) {
      const cosine = cosineOf(pixels[row * width + column]!);
      if (row === column) continue;
      if (row % items === column % items) pairs += cosine / width;
      else {
        others += cosine;
        far++;
      }
    }
  return { pairs, others: far > 0 ? others / far : 0 };
}

/** Alike in the accent's hue, opposite in orange, neither in the colour of a well (tokens.css): [n, h, w, 3]. */
export function likenessColours(pictures: Pictures, dark: boolean): Pictures {
  const ground = dark ? [16, 20, 21] : [247, 249, 248];
  const alike = dark ? [76, 192, 183] : [11, 107, 104];
  const opposite = dark ? [230, 131, 57] : [178, 99, 26];
  const pixels = new Uint8Array(pictures.pixels.length * 3);
  pictures.pixels.forEach((byte, at) => {
    const cosine = cosineOf(byte);
    const end = cosine < 0 ? opposite : alike;
    for (let c = 0; c < 3; c++) pixels[at * 3 + c] = Math.round(ground[c]! + Math.abs(cosine) * (end[c]! - ground[c]!));
  });
  return { ...pictures, channels: 3, pixels };
}
