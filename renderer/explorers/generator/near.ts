/** What distances to training items tell: which samples lie nearer than items of the data lie to each other. */
import type { NearItems } from '#app/records/generator';

/** A sample this much nearer to a training item than is usual may be a copy of it. */
export const copyShare = 0.5;

/** Distance over what is usual between an item that was not trained on and its nearest training item. */
export const relative = ({ distances, usual }: Pick<NearItems, 'distances' | 'usual'>, place: number): number =>
  usual > 0 ? distances[place]! / usual : Number.NaN;

export const suspects = (near: Pick<NearItems, 'distances' | 'usual'>): number[] =>
  Array.from(near.distances.keys()).filter((place) => relative(near, place) < copyShare);

/** The samples as rows of a table, the head first. */
export function nearRows(near: NearItems): (string | number)[][] {
  return [
    ['sample', 'nearest_item', 'name', 'distance', 'of_usual'],
    ...near.items.map((item, place) => [
      ...[place, item.index, item.name, near.distances[place]!, relative(near, place)],
    ]),
  ];
}
