// Trains a family's variants over its seeds and gathers every figure that its bars and tables name.
import { needsOf, of } from './bars.mjs';
import { describe, evaluated, ownFigures, trained, valueAt } from './cache.mjs';

export const seedsOf = (family) => family.seeds ?? [1, 2, 3];

/** The faithful recipe, its twins as the recipe lists them, and what the family adds. */
export function variantsOf(family) {
  const { title, twins } = describe(family.recipe);
  const known = family.twins === 'none' ? [] : twins.filter(({ id }) => !family.twins || family.twins.includes(id));
  return [
    { id: 'faithful', title, set: {}, mustClear: true },
    ...known.map(({ id, title: name, set }) => ({ id, title: `Twin: ${name}`, set, mustClear: false })),
    ...(family.variants ?? []).map((one) => ({ ...one, ...(one.twin && { set: settingsOf(twins, one.twin) }) })),
  ].map((variant) => ({ ...variant, bars: variant.bars ?? family.bars }));
}

/** A twin's settings, for a variant that holds the same runs to bars of their own: what the twin is there to show. */
function settingsOf(twins, id) {
  const twin = twins.find((one) => one.id === id);
  if (!twin) throw new Error(`no twin ${id}; there are: ${twins.map((one) => one.id).join(', ')}`);
  return twin.set;
}

/** All figures of a variant that somebody asks for. */
function wantedOf(family, variants, { id, bars }) {
  const further = (family.also ?? []).map((figure) => (typeof figure === 'string' ? plain(figure) : figure));
  const own = needsOf([...bars.map(({ figure }) => figure), ...further]).filter(({ variant }) => variant === undefined);
  const others = variants.flatMap((one) => needsOf(one.bars.map(({ figure }) => figure)));
  return [...own, ...others.filter(({ variant }) => variant === id)].map(({ figure }) => figure);
}

export const plain = (figure) => of(figure, [figure], (found) => found);

/** Trains and measures. Gives { family, variants: [{ …variant, runs }], evaluations: [{ evaluation, seed, figures }] } */
export function measure(family) {
  const variants = variantsOf(family);
  const done = variants.map((variant) => ({
    ...variant,
    runs: seedsOf(family).map((seed) => measureRun(family, variant, seed, wantedOf(family, variants, variant))),
  }));
  const evaluations = (family.evaluations ?? []).flatMap((evaluation) =>
    done[0].runs.map((run) => ({ evaluation, seed: run.seed, figures: evaluated(run, evaluation, family.evaluate) })),
  );
  return { family, variants: done, evaluations };
}

function measureRun(family, variant, seed, wanted) {
  const { recipe, data = 'digits', preset = 'tiny', parent } = { ...family, ...variant };
  const from = parent && trained({ data, preset, set: {}, ...parent, seed }).run;
  // Another recipe has settings of its own.
  const set = recipe === family.recipe ? { ...family.set, ...variant.set } : variant.set;
  const run = trained({ recipe, data, preset, set, seed, from });
  const figures = { ...run.metrics };
  for (const name of wanted) {
    const [metric, step] = name.split('@');
    const [evaluation, figure] = name.split(':');
    if (step !== undefined) figures[name] = valueAt(run, metric, Number(step));
    else if (family.own?.[evaluation])
      figures[name] = ownFigures(run, evaluation, () => family.own[evaluation](run))[figure];
    else if (figure !== undefined) figures[name] = evaluated(run, evaluation, family.evaluate)[figure];
  }
  return { ...run, figures };
}
