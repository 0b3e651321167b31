/**
 * What may go wrong inside a network while it trains, as figures `health/…` of a fixed batch of validation items, and
 * from where on each is an alarm. The job and the run view go by this one table.
 */

/** Figures by their names behind `health/`. */
export type HealthFigures = Readonly<Record<string, number>>;

export interface HealthRule {
  id: 'collapse' | 'rank' | 'kl' | 'codes' | 'relu' | 'saturation' | 'gradient';
  title: string;
  /** The figures that it is read off; the first is its own curve. */
  figures: readonly string[];
  /** The line on that curve beyond which it is an alarm. */
  limit: number;
  /** Whether the alarm is above or below the line. */
  side: 'above' | 'below';
  /** What the figure says, in one sentence. */
  meaning: string;
  /** Why the line lies there. */
  reason: string;
  /** What to do about it. */
  advice: string;
  /** What is wrong, with its numbers; undefined while nothing is. */
  alarm(figures: HealthFigures): string | undefined;
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const short = (value: number): string => String(Number(value.toPrecision(2)));
/** A dimension whose KL divergence is below so many nats says nothing: the field's usual line. */
export const idleBelow = 0.05;

export const healthRules: readonly HealthRule[] = [
  {
    id: 'collapse',
    title: 'Spread of the features',
    figures: ['spread', 'mean_cosine'],
    limit: 0.1,
    side: 'below',
    meaning:
      'Standard deviation of features of length 1, times the root of d: 1 spread evenly, 0 all items in one point.',
    reason: 'BYOL without its predictor falls to 0.02 and stays above 0.5 with it; nothing healthy was seen below 0.1.',
    advice:
      'Bring back what keeps items apart: negatives, predictor, slow target, batch norm; or lower the learning rate.',
    alarm: ({ spread, mean_cosine: cosine = 0 }) =>
      spread !== undefined && spread < 0.1
        ? `All items have nearly the same features: they spread over ${percent(spread)} of what they could, their mean cosine is ${cosine.toFixed(2)}`
        : undefined,
  },
  {
    id: 'rank',
    title: 'Effective rank',
    figures: ['effective_rank', 'effective_rank_share'],
    limit: 1.5,
    side: 'below',
    meaning: 'How many directions the features use: exp of the entropy of their singular values.',
    reason: 'Below 1.5 there is one direction and hardly a second; told only where there is room for six or more.',
    advice: 'Lower the learning rate, or weigh the term that keeps dimensions apart; a narrower code loses nothing.',
    alarm: ({ effective_rank: rank, effective_rank_share: share = 1 }) =>
      rank !== undefined && rank < 1.5 && share < 0.25
        ? `The features lie on a line: they use ${short(rank)} of ${Math.round(rank / share)} directions`
        : undefined,
  },
  {
    id: 'kl',
    title: 'Dimensions in use',
    figures: ['active_dimensions', 'kl_nats'],
    limit: 0.5,
    side: 'below',
    meaning: `Dimensions whose KL divergence from the prior is above ${idleBelow} nats: those that say something.`,
    reason: 'With none in use, the decoder draws the same for every item (posterior collapse).',
    advice: 'Lower β, warm it up for longer, or grant free bits; and sum the reconstruction over pixels.',
    alarm: ({ active_dimensions: active, kl_nats: nats = 0 }) =>
      active === 0 ? `Every dimension of the code has fallen to the prior: ${short(nats)} nats in all` : undefined,
  },
  {
    id: 'codes',
    title: 'Dead codes',
    figures: ['dead_codes_share'],
    limit: 0.5,
    side: 'above',
    meaning: 'Share of the codes that no item of the batch chose, where it chooses ten times for each code or more.',
    reason: 'More than half the codebook idle is more than a code of one bit less would cost.',
    advice:
      'Restart dead codes, start the codebook at encoded items, give the balance more weight, or take fewer codes.',
    alarm: ({ dead_codes_share: share }) =>
      share !== undefined && share > 0.5 ? `${percent(share)} of the codes are dead: no item chose them` : undefined,
  },
  {
    id: 'relu',
    title: 'Dead ReLU units',
    figures: ['dead_relu_share', 'dead_relu_worst'],
    limit: 0.5,
    side: 'above',
    meaning: 'Share of the ReLU units that are 0 for every item of the batch.',
    reason: 'A unit that is 0 for every item gets no gradient and cannot come back; half of a layer is half its width.',
    advice: 'Lower the learning rate or warm it up; a smaller start of the weights or batch norm also helps.',
    alarm: ({ dead_relu_share: share, dead_relu_worst: worst = 0 }) =>
      share !== undefined && (share > 0.5 || worst > 0.9)
        ? `${percent(share)} of the ReLU units are dead, in one layer ${percent(worst)}: they are 0 for every item`
        : undefined,
  },
  {
    id: 'saturation',
    title: 'Saturated units',
    figures: ['saturated_share'],
    limit: 0.5,
    side: 'above',
    meaning: 'Share of sigmoid and tanh values so close to a limit that their slope is below a tenth of its largest.',
    reason: 'Such a unit passes on under a tenth of the gradient; with half of them, little reaches the layers below.',
    advice: 'Lower the learning rate, start with smaller weights, or standardise what goes into these layers.',
    alarm: ({ saturated_share: share }) =>
      share !== undefined && share > 0.5
        ? `${percent(share)} of the sigmoid and tanh units sit at their limits and learn next to nothing`
        : undefined,
  },
  {
    id: 'gradient',
    title: 'Largest gradient',
    figures: ['gradient_peak', 'gradient_norm'],
    limit: 100,
    side: 'above',
    meaning: 'Largest norm of the gradient since the last validation, in multiples of the usual one of this run.',
    reason: 'A hundred times the usual is no noise of the batch; below a millionth nothing is learnt at all.',
    advice: 'Lower the learning rate or warm it up; where gradients vanish, check what feeds the loss.',
    alarm: ({ gradient_peak: peak, gradient_norm: norm }) => {
      if (peak !== undefined && peak > 100) return `A gradient was ${short(peak)} times as strong as usual`;
      return norm !== undefined && norm < 1e-6 ? `No gradient arrives: its norm is ${short(norm)}` : undefined;
    },
  },
];

const prefix = 'health/';

/** The figures of health among metrics, by their names behind `health/`. */
export const healthIn = (metrics: Readonly<Record<string, number>>): HealthFigures =>
  Object.fromEntries(
    Object.entries(metrics).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );

export interface Alarm {
  rule: HealthRule;
  text: string;
}

/** What is wrong by these figures, by their names behind `health/`. */
export const alarmsOf = (figures: HealthFigures): Alarm[] =>
  healthRules.flatMap((rule) => {
    const text = rule.alarm(figures);
    return text === undefined ? [] : [{ rule, text }];
  });
