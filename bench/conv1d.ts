/** A voice conversion net of 1-d convolutions: content without the speaker, then the speaker added back (after Chou et al. 2019, arXiv:1904.05742). */

import { instanceNorm } from '#main/engine/functions/normalization';
import { normal } from '#main/engine/init';
import { stream } from '#main/engine/random';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import { conv1d } from '#main/nn';
import type { Workload } from './workload';

const BANDS = 80; // of the mel spectrogram
const FRAMES = 128;
const WIDTH = 256;
const CONTENT = 64;
const SPEAKERS = 100;
const BLOCKS = 3; // in the encoder, and again in the decoder
const KERNEL = 5;
const PAD = 2;

/** x + relu(norm(conv(x))). [n, 256, t] → same */
function block(scope: Scope, x: Tensor): Tensor {
  return x.add(instanceNorm(conv1d(scope, x, WIDTH, { kernel: KERNEL, pad: PAD })).relu());
}

function objective(scope: Scope, { mel, speakers }: Record<string, Tensor>) {
  let h = conv1d(scope.at('in'), mel!, WIDTH, { kernel: KERNEL, pad: PAD }).relu(); // [n, 256, t]
  for (let at = 0; at < BLOCKS; at++) h = block(scope.at('encoder').at(at), h);
  const content = conv1d(scope.at('content'), h, CONTENT, { kernel: 1 }); // [n, 64, t]

  const voice = scope.parameter('speaker', [SPEAKERS, WIDTH], normal(0.1)).gather(speakers!); // [n, 256]
  let y = conv1d(scope.at('from'), content, WIDTH, { kernel: KERNEL, pad: PAD });
  y = y.add(voice.reshape([-1, WIDTH, 1])).relu();
  for (let at = 0; at < BLOCKS; at++) y = block(scope.at('decoder').at(at), y);
  return { loss: conv1d(scope.at('out'), y, BANDS, { kernel: 1 }).sub(mel!).square().mean() };
}

export function voice(batch: number): Workload {
  return {
    title: `Voice conversion, 1-d convolutions, ${BANDS} bands × ${FRAMES} frames, batch ${batch}`,
    model: 'conv1d',
    settings: { blocks: BLOCKS },
    batch,
    learningRate: 3e-4,
    step: {
      inputs: {
        mel: { dtype: 'float32', shape: [batch, BANDS, FRAMES] },
        speakers: { dtype: 'int32', shape: [batch] },
      },
      objective,
    },
    feeds: () => ({
      mel: stream(1).uniform(batch * BANDS * FRAMES),
      speakers: Int32Array.from(stream(2).integers(batch, SPEAKERS)),
    }),
  };
}
