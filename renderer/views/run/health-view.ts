/** What the health tab shows of a run: a card for each figure that the run has, with its line and whether it is crossed. */
import { type Alarm, alarmsOf, type HealthRule, healthIn, healthRules } from '#app/records/health';
import type { Series } from '#app/records/run';
import type { ChartLine } from '../../charts/line';
import { points } from '../../charts/series';
import { isShare } from './metric-words';

export interface HealthCard {
  rule: HealthRule;
  /** Metric whose curve is drawn. */
  metric: string;
  latest: number;
  alarm: string | undefined;
}

export interface Health {
  cards: HealthCard[];
  alarms: Alarm[];
  /** KL divergence of each dimension, nats; empty where there is none. */
  nats: number[];
}

/** latest: newest value of each metric by its full name. */
export function healthView(latest: Readonly<Record<string, number>>): Health {
  const figures = healthIn(latest);
  const alarms = alarmsOf(figures);
  const cards = healthRules.flatMap((rule): HealthCard[] => {
    const value = figures[rule.figures[0]!];
    if (value === undefined) return [];
    const alarm = alarms.find((one) => one.rule === rule)?.text;
    return [{ rule, metric: `health/${rule.figures[0]}`, latest: value, alarm }];
  });
  return { cards, alarms, nats: natsOf(figures) };
}

function natsOf(figures: Readonly<Record<string, number>>): number[] {
  const found: number[] = [];
  for (let d = 1; figures[`kl_nats_${d}`] !== undefined; d++) found.push(figures[`kl_nats_${d}`]!);
  return found;
}

/** The curve of a card, and the line beyond which it is an alarm. x: steps as the axis has them */
export function healthLines(
  { rule, alarm }: HealthCard,
  { steps, values }: Series,
  extent: readonly [number, number],
): ChartLine[] {
  const limit = Float64Array.of(rule.limit, rule.limit);
  return [
    {
      id: rule.id,
      label: rule.title,
      colour: alarm === undefined ? 3 : 2,
      points: points(steps, values),
      kind: 'dots',
      share: isShare(rule.figures[0]!),
    },
    {
      id: `${rule.id}-limit`,
      label: `alarm ${rule.side}`,
      colour: 10,
      points: points(Float64Array.from(extent), limit),
      kind: 'plain',
      guide: true,
    },
  ];
}
