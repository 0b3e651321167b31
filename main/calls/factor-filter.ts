/** Which pictures were made with given values of their known factors, such as the size and place of a sprite. */
import { PretextError } from '#app/contract';
import type { ImageDataset } from '#app/records/dataset';
import { readObject } from '#main/data/objects';

/**
 * Positions of the items for which every wanted factor has its value, in order.
 *
 * @throws PretextError where the data set knows no such factor, or its blob cannot be read
 */
export async function placesWith(
  objects: string,
  { name, factors, blobs }: ImageDataset,
  wanted: Readonly<Record<string, number>>,
): Promise<number[]> {
  const names = factors?.names ?? [];
  const unknown = Object.keys(wanted).find((factor) => !names.includes(factor));
  if (unknown !== undefined || blobs.factors === undefined)
    throw new PretextError(`${name} knows no factor “${unknown}”`, {
      kind: 'usage',
      advice: names.length > 0 ? `its factors are ${names.join(', ')}` : 'its pictures come without known factors',
    });
  const bytes = await readObject(objects, blobs.factors);
  const values = new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const sought = Object.entries(wanted).map(([factor, value]) => [names.indexOf(factor), value] as const);
  const places: number[] = [];
  for (let at = 0, item = 0; at < values.length; at += names.length, item++)
    if (sought.every(([factor, value]) => values[at + factor] === value)) places.push(item);
  return places;
}
