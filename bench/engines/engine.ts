/** What the child process asks of an engine. */

import type { LoadedFixture } from '../fixture';

export interface Engine {
  readonly title: string;
  readonly threads: number;
  /** Until a step can be asked for. */
  build(fixture: LoadedFixture): Promise<Running>;
}

export interface Running {
  /** One step of training; returns the loss before the update, which waits until the step is done. */
  step(): Promise<number>;
}
