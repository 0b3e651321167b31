/** The denoising auto-encoder: it is given a spoilt item and must give back the clean one. */
import { PretextError } from '#app/contract';
import type { Objective } from '#main/engine/compile';
import { normal, uniform } from '#main/engine/functions/random';
import type { Stream } from '#main/engine/random';
import type { Scope } from '#main/engine/scope';
import { elements } from '#main/engine/shape';
import type { Tensor } from '#main/engine/tensor';
import type { DataSpec } from '../data-spec';
import { errorPictures, picturesOf } from '../pictures';
import type { System } from '../recipe';
import type { DenoisingConfig } from './denoising-settings';
import { type Fed, LatentNetwork } from './latent-network';
import { gaussianSamples, latentSystem } from './latent-system';

/** A model that restores this little, dB, is copying. */
const hardlyRestores = 0.5;

/** The lowest and the highest number that salt and pepper set: of pixels, and of standardised columns. */
const extremes = { image: [0, 1], table: [-2, 2] } as const;

class DenoisingNetwork extends LatentNetwork<DenoisingConfig> {
  /**
   * x̃ ~ q(x̃ | x). noise: uniform on (0, 1), of N(0, 1) for the Gaussian; [N, …] as x → [N, …]
   *
   * Masking sets a share ν to 0, which of a standardised column is the mean; salt and pepper half of it each to the lowest
   * and the highest number.
   */
  corrupt(x: Tensor, noise: Tensor, amount: number): Tensor {
    const { corruption } = this.config;
    if (corruption === 'gaussian') return x.add(noise.scale(amount));
    const kept = noise.greaterEqual(amount).cast('float32');
    if (corruption === 'masking') return x.mul(kept);
    const [low, high] = extremes[this.data.modality];
    const isLow = noise.less(amount / 2).cast('float32');
    const set = isLow.scale(low - high).plus(high); // low or high
    return x.mul(kept).add(set.mul(kept.neg().plus(1)));
  }

  objective(scope: Scope, { x }: Fed): Objective {
    const { corruption, amount, target } = this.config;
    const shape = x!.shape.map((dim) => elements('denoising', [dim]));
    const noise = corruption === 'gaussian' ? normal(scope, 'noise', shape) : uniform(scope, 'noise', shape);
    const noisy = amount === 0 ? x! : this.corrupt(x!, noise, amount);
    const reconstruction = this.error(this.draw(scope, this.encode(scope, noisy)), target === 'clean' ? x! : noisy);
    return { loss: reconstruction, terms: { reconstruction } };
  }

  /** Restores items that are as spoilt as validation wants, and says how far off they were before. */
  override measure(scope: Scope, { x, noise }: Fed): Record<string, Tensor> {
    const noisy = this.corrupt(x!, noise!, this.config.validationAmount);
    const drawn = this.draw(scope, this.encode(scope, noisy));
    const before = noisy
      .sub(x!)
      .square()
      .mean(this.shape.map((_, axis) => axis + 1)); // [N]
    const measured = { y: this.read(drawn), noisy: before };
    return this.reading === 'cross-entropy' ? { ...measured, nats: this.errorOfEach(drawn, x!) } : measured;
  }
}

export function denoisingSystem(config: DenoisingConfig, data: DataSpec): System {
  const { corruption, amount, validationAmount } = config;
  if (corruption !== 'gaussian' && Math.max(amount, validationAmount) > 1)
    throw new PretextError(
      `denoising-autoencoder: a share of noise must lie in [0, 1], got ${Math.max(amount, validationAmount)}`,
      {
        kind: 'usage',
        advice: 'Set amount and validationAmount to 1 or less; only the σ of Gaussian noise may be larger.',
      },
    );
  const network = new DenoisingNetwork('denoising-autoencoder', config, data);
  const noise = { dtype: 'float32', shape: network.shape } as const;
  const drawn = (items: number, random: Stream) => {
    const count = items * network.size;
    return { noise: corruption === 'gaussian' ? random.normal(count) : random.uniform(count) };
  };
  return latentSystem(network, {
    heads: {
      corrupt: {
        title: 'The item spoilt as validation spoils it',
        inputs: { x: { dtype: 'float32', shape: network.shape }, noise },
        outputs: (_, fed) => ({ noisy: network.corrupt(fed['x']!, fed['noise']!, validationAmount) }),
      },
      sample: gaussianSamples(network, 'What comes of codes from N(0, 1), which nothing taught the decoder to expect'),
    },
    measureInputs: { noise },
    measureFeeds: drawn,
    figures: ({ noisy }, mse) => {
      const [before, after] = [decibels(noisy![0]!), decibels(mse)];
      return {
        'validation/psnr_db': after,
        'validation/psnr_noisy_db': before,
        'validation/psnr_gain_db': after - before,
      };
    },
    warnings: (figures) =>
      (figures['validation/psnr_gain_db'] ?? hardlyRestores) < hardlyRestores
        ? [
            'The noise comes back with the item: nothing is restored yet. Train on more noise, and on the clean item as the target.',
          ]
        : [],
    preview: (context) => preview(network, context, drawn),
  });
}

/** Signal to noise of numbers in [0, 1], or of standardised ones against their own spread. */
const decibels = (mse: number): number => -10 * Math.log10(Math.max(mse, 1e-12));

async function preview(
  { data }: DenoisingNetwork,
  { forward, x, count, random }: Parameters<System['preview']>[0],
  drawn: (items: number, random: Stream) => { noise: Float32Array },
): ReturnType<System['preview']> {
  if (data.modality !== 'image') return [];
  const noisy = (await forward('corrupt', { x, ...drawn(count, random) }, count))['noisy'] as Float32Array;
  const y = (await forward('reconstruct', { x: noisy }, count))['y'] as Float32Array;
  return [
    { name: 'input', pictures: picturesOf(x, data) },
    { name: 'noisy', pictures: picturesOf(noisy, data) },
    { name: 'output', pictures: picturesOf(y, data) },
    { name: 'error', pictures: errorPictures(x, y, data) },
  ];
}
