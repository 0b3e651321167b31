/** The filter of the item grid as part of the address, so that a filtered view can be gone back to. */

import { split } from '#app/records/common';
import type { Factors, ItemFilter } from '#app/records/dataset';

/** What of a data set a filter can name: its classes, and the factors that its pictures are known to be made from. */
export interface Filtered {
  classes: readonly string[];
  factors?: Factors | undefined;
}

/** A label or factor that the data set does not have is no filter. */
export function filterOf(query: Readonly<Record<string, string>>, { classes, factors }: Filtered): ItemFilter {
  const label = Number(query['label']);
  const inSplit = split.safeParse(query['split']);
  const wanted = factorsOf(query['factors'], factors);
  return {
    ...(query['text'] && { text: query['text'] }),
    ...(query['label'] !== undefined && Number.isInteger(label) && label >= -1 && label < classes.length && { label }),
    ...(inSplit.success && { split: inSplit.data }),
    ...(query['problems'] === '1' && { problems: true }),
    ...(wanted && { factors: wanted }),
  };
}

export const queryOf = (
  filter: { [K in keyof ItemFilter]: ItemFilter[K] | undefined },
  factors?: Factors,
): Record<string, string | number | undefined> => ({
  text: filter.text,
  label: filter.label,
  split: filter.split,
  problems: filter.problems ? 1 : undefined,
  factors: factorText(filter.factors, factors),
});

/** `0:2,3:1`: the first factor has the value 2, the fourth 1. */
function factorsOf(text: string | undefined, factors: Factors | undefined): ItemFilter['factors'] {
  const found: Record<string, number> = {};
  for (const [, at = '', value = ''] of (text ?? '').matchAll(/(\d+):(\d+)/g)) {
    const name = factors?.names[Number(at)];
    if (name !== undefined && Number(value) < (factors?.sizes[Number(at)] ?? 0)) found[name] = Number(value);
  }
  return Object.keys(found).length > 0 ? found : undefined;
}

const factorText = (wanted: ItemFilter['factors'], factors: Factors | undefined): string | undefined =>
  Object.entries(wanted ?? {})
    .map(([name, value]) => `${factors?.names.indexOf(name)}:${value}`)
    .sort()
    .join(',') || undefined;
