/**
 * A restricted Boltzmann machine: visible and hidden units, each joined to all of the other side and to none of its own,
 * with p(v, h) ∝ exp(aᵀv + bᵀh + vᵀWh), less ½‖h‖² where the hidden units are Gaussian (Hinton & Salakhutdinov 2006,
 * Science 313; Hinton 2010, "A practical guide to training restricted Boltzmann machines").
 *
 * Letters: N items, V visible units, H hidden units.
 */
import { normal as gaussian, uniform } from '#main/engine/functions/random';
import { type Init, zeros } from '#main/engine/init';
import type { Scope } from '#main/engine/scope';
import { fixed } from '#main/engine/shape';
import type { Tensor } from '#main/engine/tensor';

/** `binary`: on with chance σ(b + Wᵀv). `gaussian`: normal around b + Wᵀv with variance 1, for the code. */
export type HiddenKind = 'binary' | 'gaussian';

export interface MachineSize {
  visible: number;
  hidden: number;
  kind: HiddenKind;
  /** Start value of W; the biases start at 0. */
  init: Init;
}

export class Machine {
  readonly kind: HiddenKind;
  readonly #scope: Scope;
  /** W: [V, H] */
  readonly weight: Tensor;
  /** a: [V] */
  readonly visibleBias: Tensor;
  /** b: [H] */
  readonly hiddenBias: Tensor;

  constructor(scope: Scope, { visible, hidden, kind, init }: MachineSize) {
    this.kind = kind;
    this.#scope = scope;
    this.weight = scope.parameter('weight', [visible, hidden], init);
    this.visibleBias = scope.parameter('visible', [visible], zeros);
    this.hiddenBias = scope.parameter('hidden', [hidden], zeros);
  }

  /** b + Wᵀv: [N, V] → [N, H] */
  #input(v: Tensor): Tensor {
    return v.linear(this.weight, this.hiddenBias);
  }

  /** The mean of h given v: [N, V] → [N, H] */
  up(v: Tensor): Tensor {
    const input = this.#input(v);
    return this.kind === 'gaussian' ? input : input.sigmoid();
  }

  /** The chance that each visible unit is on, given h: [N, H] → [N, V] */
  down(h: Tensor): Tensor {
    return h.linear(this.weight, this.visibleBias, { transB: true }).sigmoid();
  }

  /**
   * F(v) = −log Σ_h exp(…), up to a constant: −aᵀv − Σ softplus(b + Wᵀv), or −aᵀv − ½‖b + Wᵀv‖² with Gaussian units.
   * [N, V] → [N]
   */
  freeEnergy(v: Tensor): Tensor {
    const input = this.#input(v);
    const hidden = this.kind === 'gaussian' ? input.square().scale(0.5) : input.softplus();
    return v.mul(this.visibleBias).sum(1).add(hidden.sum(1)).neg();
  }

  /**
   * Contrastive divergence (Hinton 2002): k times down and up again from the data. Hidden states are drawn; so are visible
   * ones on the way, but the last stand at their chances, which takes noise away. The gradient of `loss` is
   *
   *   ⟨v p(h|v)ᵀ⟩ of the last v, less that of the data,
   *
   * since ∂F/∂W = −v p(h|v)ᵀ. Its value is the cross-entropy of the data under the first reconstruction, in nats a
   * unit, as free energies mean nothing to a reader. `sample: false` draws no hidden states.
   *
   * v: [N, V] in [0, 1] → loss, and error: Σ (v − v¹)² of an item, both scalars
   */
  contrast(v: Tensor, { steps, sample = true }: { steps: number; sample?: boolean }): { loss: Tensor; error: Tensor } {
    const data = v.stopGradient();
    const reconstruct = (from: Tensor): Tensor => {
      const means = this.up(from);
      return this.down(sample ? this.drawnHidden(means) : means).stopGradient();
    };
    const first = reconstruct(data);
    let last = first;
    for (let step = 1; step < steps; step++) last = reconstruct(this.#drawn('visible', last));
    const gap = this.freeEnergy(data).sub(this.freeEnergy(last)).mean();
    return { loss: gap.straightThrough(crossEntropyOf(data, first)), error: data.sub(first).square().sum(1).mean() };
  }

  /** Hidden units drawn by what `means` gives them, with chance made inside the graph. [N, H] → [N, H] */
  drawnHidden(means: Tensor): Tensor {
    if (this.kind === 'binary') return this.#drawn('hidden', means);
    return means.add(gaussian(this.#scope.at('chance'), 'hidden', sizesOf(means)));
  }

  /** 1 with the chances that are given, else 0. */
  #drawn(name: string, chances: Tensor): Tensor {
    return uniform(this.#scope.at('chance'), name, sizesOf(chances)).less(chances).cast('float32');
  }
}

const sizesOf = ({ shape }: Tensor): number[] => shape.map((dim) => fixed('Machine', dim, 'the batch and the units'));

const SMALLEST = 1e-6; // a chance in float32 may be 0 or 1 exactly

/** Mean of −x log p − (1 − x) log(1 − p). */
function crossEntropyOf(x: Tensor, p: Tensor): Tensor {
  const chance = p.clip(SMALLEST, 1 - SMALLEST);
  const off = x.neg().plus(1).mul(chance.neg().plus(1).log());
  return x.mul(chance.log()).add(off).mean().neg();
}
