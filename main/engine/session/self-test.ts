/** Proves at the start of a process that the fast way of training on the CPU gives the same bits as the plain way. */

import { compileTrainStep } from '../compile';
import { glorotUniform, zeros } from '../init';
import { adamW } from '../optimizers/adamw';
import { stream } from '../random';
import { cpuTrainSession } from './cpu-train';
import { startValues, type VariableValue } from './variables';

export interface SelfTest {
  /** Whether runs without output copies, with weights written in place, can be trusted here. */
  readonly withoutCopies: boolean;
  /** Why not. */
  readonly reason?: string;
}

let result: Promise<SelfTest> | undefined;

/** Runs once in a process, in a few milliseconds. */
export function selfTest(): Promise<SelfTest> {
  result ??= compareWays();
  return result;
}

/** `train` returns the variables of a run; its argument says whether to run without copies. */
export async function compareWays(train = trainSmall): Promise<SelfTest> {
  try {
    const [plain, fast] = [await train(false), await train(true)];
    for (const [name, { data }] of plain) {
      const other = fast.get(name)!.data;
      if (data.some((value, i) => value !== other[i])) {
        return { withoutCopies: false, reason: `${name} differs between the two ways of training` };
      }
    }
    return { withoutCopies: true };
  } catch (error) {
    return { withoutCopies: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

const SIZES = [24, 16, 8, 24];
const BATCH = 8;
const STEPS = 4;

/** A small auto-encoder: several layers, so that each weight is still needed by the backward pass of another. */
async function trainSmall(withoutCopies: boolean): Promise<Map<string, VariableValue>> {
  const program = compileTrainStep({
    inputs: { x: { dtype: 'float32', shape: [BATCH, SIZES[0]!] } },
    objective(scope, { x }) {
      let h = x!;
      for (let layer = 0; layer + 1 < SIZES.length; layer++) {
        const [from, to] = [SIZES[layer]!, SIZES[layer + 1]!];
        const at = scope.at(layer);
        h = h.linear(at.parameter('weight', [from, to], glorotUniform), at.parameter('bias', [to], zeros)).tanh();
      }
      const mean = scope.state('mean', [SIZES[0]!], zeros);
      scope.update('mean', mean.scale(0.9).add(x!.mean(0).scale(0.1)));
      return { loss: h.sub(x!).add(mean).square().mean() };
    },
    optimizer: adamW(),
    device: 'cpu',
  });
  const start = startValues(program.variables, 1);
  const session = await cpuTrainSession(program, start, { device: 'cpu', threads: 1, withoutCopies });
  const random = stream(2);
  for (let step = 0; step < STEPS; step++) await session.step({ x: random.normal(BATCH * SIZES[0]!) }, 1e-2);
  const values = await session.read();
  await session.close();
  return values;
}
