/** How a setting's values are written where room is short, and which choices have room side by side. */
import type { ConfigValue, Field } from '#app/records/recipe';
import { rate } from '../../widgets/format';
import { writeNumber } from '../../widgets/number-field';

/** As short as loses nothing: 10k, 1.5k, 2e-3, 0.25. 1024 stays 1024. */
export function shortNumber(value: number): string {
  if (value >= 1000 && value % 100 === 0) return `${value / 1000}k`;
  return value > 0 && value < 0.01 ? rate(value) : writeNumber(value);
}

/** Letters of all choices together that still fit on one line beside the name of a setting. */
const letters = 32;

export const fitsSegment = (choices: readonly { label: string }[]): boolean =>
  choices.length <= 3 && choices.reduce((sum, { label }) => sum + label.length, 0) <= letters;

/** A value within a sentence: 128, 2e-3, on, running averages. */
export function valueText({ choices }: Pick<Field, 'choices'>, value: ConfigValue): string {
  if (typeof value === 'number') return shortNumber(value);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  const { label = String(value) } = choices?.find((choice) => choice.value === value) ?? {};
  return label.toLowerCase();
}
