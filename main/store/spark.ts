/**
 * A curve of any length in at most 64 numbers, kept up to date point by point. Steps fall into equal buckets that each
 * keep their least and greatest value, so spikes survive; when there are more than 32 buckets, neighbours are merged.
 */
interface Bucket {
  index: number;
  /** [step, value] */
  least: [number, number];
  greatest: [number, number];
}
export interface Spark {
  /** Steps in a bucket: a power of two. */
  width: number;
  buckets: Bucket[];
}
const mostBuckets = 32; // two values each

export const emptySpark = (): Spark => ({ width: 1, buckets: [] });

/** Adds points in place; a step that comes again stays in its bucket. Values that are not finite are left out. */
export function addToSpark(spark: Spark, points: readonly { step: number; value: number }[]): void {
  for (const { step, value } of points) {
    if (!Number.isFinite(value)) continue;
    put(spark.buckets, { index: Math.floor(step / spark.width), least: [step, value], greatest: [step, value] });
    while (spark.buckets.length > mostBuckets) halve(spark);
  }
}

/** The values in order of their steps, at most 64. */
export const sparkValues = ({ buckets }: Spark): number[] =>
  buckets.flatMap(({ least, greatest }) => {
    if (least[0] === greatest[0]) return [least[1]];
    return least[0] < greatest[0] ? [least[1], greatest[1]] : [greatest[1], least[1]];
  });

function put(buckets: Bucket[], fresh: Bucket): void {
  let at = buckets.length;
  while (at > 0 && buckets[at - 1]!.index > fresh.index) at--;
  const there = buckets[at - 1];
  if (there?.index !== fresh.index) buckets.splice(at, 0, fresh);
  else {
    if (fresh.least[1] < there.least[1]) there.least = fresh.least;
    if (fresh.greatest[1] > there.greatest[1]) there.greatest = fresh.greatest;
  }
}

function halve(spark: Spark): void {
  const merged: Bucket[] = [];
  for (const bucket of spark.buckets) put(merged, { ...bucket, index: Math.floor(bucket.index / 2) });
  spark.width *= 2;
  spark.buckets = merged;
}
