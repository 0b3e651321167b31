/** Losses between what a model gives back and what it was to give back. */
import type { Tensor } from '#main/engine/tensor';

/** Mean of (y − x)². Same shapes → scalar. */
export const squaredError = (y: Tensor, x: Tensor): Tensor => y.sub(x).square().mean();

/**
 * Mean of −x log σ(l) − (1 − x) log(1 − σ(l)) = softplus(l) − x·l, in nats: x in [0, 1] as the chance of a lit pixel.
 *
 * logits, x: same shapes → scalar. Written without σ, so that no logarithm of 0 can come up.
 */
export const binaryCrossEntropy = (logits: Tensor, x: Tensor): Tensor => logits.softplus().sub(logits.mul(x)).mean();
