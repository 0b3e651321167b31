/** The second checkpoint beside the first, as the address names it: `run:step`, or a step of the same run. */

export interface Second {
  run: string;
  step: number;
}

/** Undefined where none is named, or not in these words. */
export function secondOf(beside: string | undefined, run: string | undefined): Second | undefined {
  const [, other, step] = /^(?:(r-\w+):)?(\d+)$/.exec(beside ?? '') ?? [];
  const id = other ?? run;
  return step === undefined || id === undefined ? undefined : { run: id, step: Number(step) };
}
