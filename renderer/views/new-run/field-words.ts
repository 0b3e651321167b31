/** How a setting's values are written where room is short, and which choices have room side by side. */
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
