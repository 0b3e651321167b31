/** Trains a deep stack for two steps and prints how much memory the steps took at most. Arguments: plain | recompute, k */
import { compileTrainStep } from '#main/engine/compile';
import { glorotUniform, zeros } from '#main/engine/init';
import { adamW } from '#main/engine/optimizers/adamw';
import { stream } from '#main/engine/random';
import { recompute } from '#main/engine/recompute';
import type { Scope } from '#main/engine/scope';
import { openTrainSession } from '#main/engine/session/open-train';
import type { Tensor } from '#main/engine/tensor';

const [DEPTH, WIDTH, INNER, ROWS] = [10, 64, 512, 4096];
const [mode, pieces] = process.argv.slice(2);
const k = Number(pieces);

function layer(scope: Scope, x: Tensor): Tensor {
  const dense = (name: string, from: Tensor, to: number) =>
    from.linear(
      scope.parameter(`${name}.weight`, [Number(from.shape[1]), to], glorotUniform),
      scope.parameter(`${name}.bias`, [to], zeros),
    );
  return x.add(dense('down', dense('up', x, INNER).gelu(), WIDTH));
}

async function main(): Promise<void> {
  const program = compileTrainStep({
    inputs: { x: { dtype: 'float32', shape: [ROWS / k, WIDTH] } },
    objective(scope, { x }) {
      let h = x!;
      for (let i = 0; i < DEPTH; i++) {
        const body = (inner: Tensor) => layer(scope.at(i), inner);
        h = mode === 'recompute' ? recompute(h, body) : body(h);
      }
      return { loss: h.sub(x!).square().mean() };
    },
    optimizer: adamW(),
    device: 'cpu',
    microBatches: k,
  });
  const session = await openTrainSession(program, { device: 'cpu', threads: 1 });
  const feeds = Array.from({ length: k }, (_, i) => ({ x: stream(i).normal((ROWS / k) * WIDTH) }));
  const before = process.resourceUsage().maxRSS; // kB
  for (let step = 0; step < 2; step++) await session.step(feeds, 1e-3);
  const taken = (process.resourceUsage().maxRSS - before) * 1024;
  const kept = DEPTH * ROWS * (2 * INNER + WIDTH) * 4; // before and after each gelu, and each sum
  console.log(JSON.stringify({ taken, kept }));
}

await main();
