/** The filter of the item grid as part of the address, so that a filtered view can be gone back to. */

import { split } from '#app/records/common';
import type { ItemFilter } from '#app/records/dataset';

/** classes: how many there are; a label outside of them is no filter. */
export function filterOf(query: Readonly<Record<string, string>>, classes: number): ItemFilter {
  const label = Number(query['label']);
  const inSplit = split.safeParse(query['split']);
  return {
    ...(query['text'] && { text: query['text'] }),
    ...(query['label'] !== undefined && Number.isInteger(label) && label >= -1 && label < classes && { label }),
    ...(inSplit.success && { split: inSplit.data }),
    ...(query['problems'] === '1' && { problems: true }),
  };
}

export const queryOf = (
  filter: { [K in keyof ItemFilter]: ItemFilter[K] | undefined },
): Record<string, string | number | undefined> => ({
  text: filter.text,
  label: filter.label,
  split: filter.split,
  problems: filter.problems ? 1 : undefined,
});
