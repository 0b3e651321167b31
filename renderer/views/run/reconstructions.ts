/** Pure parts of the reconstructions panel: which steps show how an item came to be, and errors as heat. */
import type { Pictures } from '#app/records/common';
import type { Evaluation } from '#app/records/run';

/** About `count` of the steps, closer together where training is young: the picture changes most there. */
export function milestones(steps: readonly number[], count: number): number[] {
  if (steps.length <= count) return [...steps];
  const [first, last] = [steps[0]!, steps.at(-1)!];
  const chosen = new Set<number>([first, last]);
  const low = Math.log(Math.max(1, first));
  const high = Math.log(Math.max(2, last));
  for (let i = 1; i < count - 1; i++) {
    const wish = Math.exp(low + ((high - low) * i) / (count - 1));
    const free = steps.filter((step) => !chosen.has(step));
    chosen.add(free.reduce((best, step) => (Math.abs(step - wish) < Math.abs(best - wish) ? step : best)));
  }
  return [...chosen].sort((a, b) => a - b);
}

/** Grey errors drawn black to red to pale yellow, so that they are not taken for pictures. [n, h, w, 3] */
export function heated(pictures: Pictures): Pictures {
  if (pictures.channels === 3) return pictures;
  const pixels = new Uint8Array(pictures.pixels.length * 3);
  const ramp = (value: number, from: number, to: number) =>
    Math.max(0, Math.min(1, (value / 255 - from) / (to - from))) * 255;
  for (let i = 0; i < pictures.pixels.length; i++) {
    const value = pictures.pixels[i]!;
    pixels[i * 3] = ramp(value, 0, 0.4);
    pixels[i * 3 + 1] = ramp(value, 0.3, 0.8);
    pixels[i * 3 + 2] = ramp(value, 0.7, 1) * 0.8;
  }
  return { ...pictures, channels: 3, pixels };
}

/** Error of each class from the newest evaluation that has such a table; undefined where none was made. */
export function errorByClass(
  evaluations: readonly Evaluation[],
): { names: string[]; values: number[]; evaluation: Evaluation } | undefined {
  const newest = evaluations.toSorted((a, b) => b.createdAt - a.createdAt);
  for (const evaluation of newest) {
    const table = Object.entries(evaluation.tables).find(([name]) => /class/i.test(name))?.[1];
    const column = table?.columns.findIndex((name) => /mse|error|mean/i.test(name)) ?? -1;
    if (!table || column < 0 || table.rows.length === 0) continue;
    return {
      names: table.rows.map((row) => String(row[0])),
      values: table.rows.map((row) => Number(row[column])),
      evaluation,
    };
  }
  return undefined;
}
