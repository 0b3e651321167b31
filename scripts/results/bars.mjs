// What a family is held to. A figure is named as the command line names it:
//   validation/mse            the last value of a metric of the run
//   validation/mse@500        its last value at or before step 500
//   linear-probe:accuracy     a figure of an evaluation of the run, on the test split
// A bar holds one figure, or one computed from several (`of`), from one side.

/**
 * A figure computed from others. Each need is a figure of the run itself, or `{ variant, figure }`: that of the run of
 * the same seed of another variant.
 */
export const of = (title, needs, compute) => ({ title, needs, compute });

/** How a run stands to the run of the same seed of another variant: this / that. */
export const ratioTo = (variant, figure) =>
  of(`${figure} ÷ that of “${variant}”`, [figure, { variant, figure }], (own, other) => own / other);

/** The same as a difference: this − that. */
export const gainOver = (variant, figure) =>
  of(`${figure} − that of “${variant}”`, [figure, { variant, figure }], (own, other) => own - other);

/**
 * `options.over`: 'each' (every seed must hold; a mean could hide a seed that failed) or 'mean' (where the card says
 * so, because single seeds scatter). `options.why`: where the number comes from.
 */
const bar = (figure, sign, value, holds, { over = 'each', why } = {}) => ({
  figure: typeof figure === 'string' ? of(figure, [figure], (found) => found) : figure,
  text: `${sign} ${value}${over === 'mean' ? ' (mean of the seeds)' : ''}`,
  holds,
  over,
  why,
});
export const atMost = (figure, value, options) => bar(figure, '≤', value, (found) => found <= value, options);
export const atLeast = (figure, value, options) => bar(figure, '≥', value, (found) => found >= value, options);

/** The needs of bars and further figures that a run of its own variant or of `variant` must answer. */
export function needsOf(figures) {
  return figures.flatMap(({ needs }) => needs.map((need) => (typeof need === 'string' ? { figure: need } : need)));
}

/** Whether all bars hold. runs: of one variant; runsOf(variant): those of another, seed for seed. */
export function clears(runs, bars, runsOf) {
  return bars.every((one) => {
    const found = runs.map((run) => figureOf(one.figure, run, runsOf));
    return one.over === 'mean' ? one.holds(mean(found)) : found.every(one.holds);
  });
}

/** A figure of a run. @throws where the run does not have it: a bar must never hold for want of a number */
export function figureOf({ title, needs, compute }, run, runsOf) {
  const found = needs.map((need) => {
    const [from, name] = typeof need === 'string' ? [run, need] : [runsOf(need.variant, run.seed), need.figure];
    const value = from?.figures[name];
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new Error(`${title}: run ${from?.run} has no finite ${name}; it has ${Object.keys(from?.figures ?? {})}`);
    return value;
  });
  return compute(...found);
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
export const deviation = (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
