/** Experts: many feed-forward parts, of which each token takes one (Switch Transformer, Fedus et al. 2022, arXiv:2101.03961). */
import { uniform } from '#main/engine/functions/random';
import type { Init } from '#main/engine/init';
import { truncatedNormal, zeros } from '#main/engine/init';
import type { Scope } from '#main/engine/scope';
import { elements, fixed } from '#main/engine/shape';
import type { Tensor } from '#main/engine/tensor';
import { projection } from './attention';
import { TRANSFORMER_STD } from './embedding';
import type { Activation } from './transformer';

export interface ExpertsOptions {
  experts: number;
  /** Width inside each expert; 4 · width when left out. */
  inner?: number;
  activation?: Activation;
  /** How many tokens an expert takes, as a multiple of its fair share; 1.25 in the paper. Later tokens are passed over. */
  capacity?: number;
  /** ε: the router sees x times uniform noise in 1 ± ε while training, so that other experts are tried; 0.01 in the paper. */
  jitter?: number;
  init?: Init;
}

export interface Routed {
  /** As x; 0 where the chosen expert was full, so that the residual stream passes unchanged. */
  output: Tensor;
  /** E · Σ fᵢ Pᵢ, 1 when tokens are spread evenly: add it to the loss, times 0.01 in the paper. */
  balance: Tensor;
  /** fᵢ, the share of tokens that chose expert i, [E] */
  load: Tensor;
  /** The share of tokens that found their expert full. */
  passedOver: Tensor;
}

/**
 * Parameters: `router.{weight, bias}`, `in.weight` [E, width, inner], `in.bias` [E, 1, inner], `out.weight`, `out.bias`.
 *
 * x: [..., width]; letters: M tokens, E experts, C places of each.
 */
export function switchExperts(scope: Scope, x: Tensor, options: ExpertsOptions): Routed {
  const { experts, capacity = 1.25 } = options;
  const width = fixed('switchExperts', x.shape.at(-1), 'the width of the input');
  const rows = x.reshape([-1, width]); // [M, width]
  const tokens = elements('switchExperts', rows.shape.slice(0, 1));
  const places = Math.ceil((capacity * tokens) / experts); // C

  const chance = router(scope, rows, options).softmax(-1); // [M, E]
  const chosen = chance.argMax(1).oneHot(experts); // [M, E]
  const rank = chosen.mul(chosen.cumsum(0)).sum(1).plus(-1); // [M], how many came before to the same expert
  const fits = rank.less(places).cast('float32');
  const first = chosen.matmul(
    x.constant(
      Float32Array.from({ length: experts }, (_, e) => e * places),
      [experts, 1],
    ),
  );
  const full = experts * places; // one more row takes the tokens that found no place
  const slot = first.reshape([tokens]).add(rank).plus(-full).mul(fits).plus(full).cast('int32'); // [M]

  const empty = x.constant(0).broadcastTo([full + 1, width]);
  const taken = empty.scatterAdd(slot, rows).slice(0, 0, full).reshape([experts, places, width]);
  const given = expertsOf(scope, taken, options)
    .reshape([full, width])
    .pad([
      [0, 1],
      [0, 0],
    ]);
  const weight = chance.mul(chosen).sum(1, true); // the router learns through the chance of its choice
  const load = chosen.mean(0);
  return {
    output: given.gather(slot).mul(weight).reshape(x.shape),
    balance: load.stopGradient().mul(chance.mean(0)).sum().scale(experts),
    load,
    passedOver: fits.mean().neg().plus(1),
  };
}

function router(
  scope: Scope,
  rows: Tensor,
  { experts, jitter = 0, init = truncatedNormal(TRANSFORMER_STD) }: ExpertsOptions,
): Tensor {
  const at = scope.at('router');
  if (jitter === 0 || !scope.training) return projection(at, rows, experts, init);
  const noise = uniform(at, 'jitter', rows.shape.map(Number))
    .scale(2 * jitter)
    .plus(1 - jitter);
  return projection(at, rows.mul(noise), experts, init);
}

/** Each expert on its own rows. [E, C, width] → same */
function expertsOf(scope: Scope, x: Tensor, options: ExpertsOptions): Tensor {
  const { experts, activation = 'relu', init = truncatedNormal(TRANSFORMER_STD) } = options;
  const width = Number(x.shape[2]);
  const inner = options.inner ?? 4 * width;
  const layer = (at: Scope, h: Tensor, from: number, to: number) =>
    h
      .matmul(at.parameter('weight', [experts, from, to], init))
      .add(at.parameter('bias', [experts, 1, to], zeros, { decay: false }));
  return layer(scope.at('out'), layer(scope.at('in'), x, width, inner)[activation](), inner, width);
}
