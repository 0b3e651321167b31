/** The views that a configuration would make of an item, to look at while it is being set. */
import { PretextError } from '#app/contract';
import { stream } from '#main/engine';
import { shapeOf } from '#main/recipes/data-spec';
import { picturesOf } from '#main/recipes/pictures';
import { openItems } from '../items';
import type { Task } from '../task';

export const views: Task<'views'> = async (ask, { rooms }) => {
  const items = openItems(ask.folders.objects, ask.dataset);
  try {
    const spec = await items.spec();
    const { config, issues } = rooms.recipeOf(ask.recipe).configure(ask.preset, ask.config);
    if (issues.length > 0)
      throw new PretextError(`${ask.recipe}: ${issues.map(({ message }) => message).join('; ')}`, { kind: 'usage' });
    const system = rooms.recipeOf(ask.recipe).build(config, spec);
    const count = items.count('train');
    const x = await items.at('train', [ask.item % Math.max(1, count)]);
    const [channels, height, width] = shapeOf(spec) as [1 | 3, number, number];
    const size = { channels, height, width };
    const many = new Float32Array(ask.pairs * x.length);
    for (let i = 0; i < ask.pairs; i++) many.set(x, i * x.length);
    const made = await system.views?.(many, stream(ask.seed).split('look'));
    return { item: picturesOf(x, size), views: picturesOf(byTurns(made, x.length), size) };
  } finally {
    items.close();
  }
};

/** First and second view of each pair, one behind the other. */
function byTurns(made: readonly [Float32Array, Float32Array] | undefined, size: number): Float32Array {
  const [first, second] = made ?? [new Float32Array(), new Float32Array()];
  const out = new Float32Array(first.length + second.length);
  for (let i = 0; i < first.length / size; i++) {
    out.set(first.subarray(i * size, (i + 1) * size), 2 * i * size);
    out.set(second.subarray(i * size, (i + 1) * size), (2 * i + 1) * size);
  }
  return out;
}
