/** Everything a report may say, as plain facts: a report is written from these and from nothing else. */
import type { Codebook } from '#app/records/codebook';
import type { Dataset } from '#app/records/dataset';
import type { Project } from '#app/records/project';
import type { RecipeDescription } from '#app/records/recipe';
import type { Checkpoint, Evaluation, Preview, Run, RunEvent, Series } from '#app/records/run';

export interface RunFacts {
  run: Run;
  description: RecipeDescription;
  /** The whole history of each metric, by name. */
  series: Record<string, Series>;
  events: RunEvent[];
  /** The newest pictures the run made of its validation items. */
  preview?: Preview;
  evaluations: Evaluation[];
  checkpoints: Checkpoint[];
  codebook?: Codebook;
  dataset: Dataset;
}

export interface ReportFacts {
  project: Project;
  runs: RunFacts[];
  /** Milliseconds since 1970; without it the report carries no date of its own. */
  writtenAt?: number;
}
