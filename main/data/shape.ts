/** Decides the one shape of a data set from a sample of its pictures spread over the whole source. */
import type { ImportOptions } from '#app/records/dataset';
import { readAll } from './bytes';
import { decodePicture, largestFile, pictureSize } from './decode';
import { ordered, spread } from './ordered';
import type { Check, Shape, Survey } from './source';

/** Longest side that is chosen without being asked for, pixels; larger pictures are scaled down to it. */
export const largestDefaultSide = 256;
/** Shortest side that is chosen without being asked for: the lecture's example has nine pixels. */
const smallestDefaultSide = 3;
const looked = 64; // pictures looked at

export interface Size {
  height: number;
  width: number;
  channels: number;
  count: number;
}

/** Sizes found among up to 64 pictures, most frequent first. IDX headers tell the size of all their pictures. */
export async function commonSizes({ pictures, rasters }: Survey, check: Check): Promise<Size[]> {
  const sizes = new Map<string, Size>();
  const add = (size: Omit<Size, 'count'>, count: number): void => {
    const key = `${size.height}×${size.width}×${size.channels}`;
    sizes.set(key, { ...size, count: (sizes.get(key)?.count ?? 0) + count });
  };
  for (const { dims } of rasters) add({ height: dims.height, width: dims.width, channels: dims.channels }, dims.count);
  const found = ordered(spread(pictures, looked), 8, async ({ entry }) => {
    check();
    return readAll(entry, largestFile)
      .then(pictureSize)
      .catch(() => undefined); // the import itself reports it
  });
  for await (const size of found) if (size) add(size, 1);
  return [...sizes.values()].sort((a, b) => b.count - a.count || b.height * b.width - a.height * a.width);
}

/** The shape that all pictures get. `surely`: the channels were asked for or cannot turn out otherwise. */
export async function chooseShape(
  found: Survey,
  options: ImportOptions,
  check: Check,
): Promise<{ shape: Shape; surely: boolean }> {
  const sizes = await commonSizes(found, check);
  const { height, width } = sideOf(options.size, sizes[0]);
  if (options.channels) return { shape: { height, width, channels: options.channels }, surely: true };
  if (found.pictures.length === 0)
    return {
      shape: { height, width, channels: found.rasters.some(({ dims }) => dims.channels === 3) ? 3 : 1 },
      surely: true,
    };
  const colour = await anyColour(found, check);
  return { shape: { height, width, channels: colour ? 3 : 1 }, surely: colour };
}

function sideOf(size: number | undefined, most: Size | undefined): { height: number; width: number } {
  if (size) return { height: size, width: size };
  const { height, width } = most ?? { height: 32, width: 32 };
  const scale = Math.min(1, largestDefaultSide / Math.max(height, width));
  const side = (length: number) => Math.max(smallestDefaultSide, Math.round(length * scale));
  return { height: side(height), width: side(width) };
}

/** Whether one of the sampled pictures has colour. A small version shows it as well as the whole. */
async function anyColour({ pictures }: Survey, check: Check): Promise<boolean> {
  const small: Shape = { height: 64, width: 64, channels: 3 };
  const found = ordered(spread(pictures, looked), 8, async ({ entry }) => {
    check();
    return readAll(entry, largestFile)
      .then((bytes) => decodePicture(bytes, small))
      .then(({ colour }) => colour)
      .catch(() => false);
  });
  for await (const colour of found) if (colour) return true;
  return false;
}
