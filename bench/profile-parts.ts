/** A profile of steps as parts that can be compared: by operator, and by block of the network and pass. */

import type { OutlineNode } from '#main/engine/outline/node';
import type { StepProfile } from '#main/engine/outline/profile';

/** Of one step. */
export interface Timed {
  readonly name: string;
  readonly calls: number;
  readonly seconds: number;
  /** Of products, convolutions and recurrences. */
  readonly flops?: number;
}

export interface Parts {
  readonly operators: readonly Timed[];
  readonly blocks: readonly Timed[];
  /** Seconds of the step in which no kernel ran. */
  readonly outside: number;
}

/** All layers of a stack are one part: `encoder.layers.*.attention`. */
const withoutNumbers = (block: string): string => block.replaceAll(/\.\d+(?=\.|$)/g, '.*');

const longestFirst = (rows: Iterable<Timed>): Timed[] => [...rows].sort((a, b) => b.seconds - a.seconds);

export function partsOf(profile: StepProfile, nodes: readonly OutlineNode[]): Parts {
  const { operators, secondsOf, secondsPerStep, unknownSeconds } = profile;
  const blocks = new Map<string, Timed>();
  for (const { id, block, stage, flops } of nodes) {
    const seconds = secondsOf.get(id) ?? 0;
    if (seconds === 0) continue;
    const name = `${withoutNumbers(block)}, ${stage}`;
    const known = blocks.get(name) ?? { name, calls: 0, seconds: 0, flops: 0 };
    const sum = { calls: known.calls + 1, seconds: known.seconds + seconds, flops: known.flops! + flops };
    blocks.set(name, { name, ...sum });
  }
  if (unknownSeconds > 0) {
    const name = 'added by ONNX Runtime';
    blocks.set(name, { name, calls: 0, seconds: unknownSeconds });
  }
  return {
    operators: longestFirst(operators.map(({ operator, ...time }) => ({ name: operator, ...time }))),
    blocks: longestFirst(blocks.values()),
    outside: Math.max(0, secondsPerStep - operators.reduce((sum, { seconds }) => sum + seconds, 0)),
  };
}
