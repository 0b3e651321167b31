/**
 * The networks of the workloads for the other JavaScript engines, in the operations of engines/ops.ts. That each is the
 * network Pretext trains is checked in every run: from the same weights, the losses of the first steps must agree.
 *
 * Letters: n items, c channels, m rows.
 */

import type { ConvSettings, Model } from './engines/ops';
import type { ModelName } from './workload';

const dense: Model = (ops, { settings }) => {
  const x = ops.feed('x'); // [n, 784]
  const layers = Number(settings['layers']);
  let h = x;
  for (let layer = 0; layer < layers; layer++) {
    h = ops.add(ops.matmul(h, ops.weight(`${layer}.weight`)), ops.weight(`${layer}.bias`));
    if (layer < layers - 1) h = ops.relu(h);
  }
  return ops.mean(ops.square(ops.sub(h, x)));
};

const vqVae: Model = (ops, { settings }) => {
  const x = ops.feed('x');
  const conv = (from: typeof x, name: string, options?: ConvSettings) =>
    ops.conv2d(from, `${name}.weight`, `${name}.bias`, options);
  const half = { stride: 2, pad: 1 };
  let h = ops.relu(conv(x, 'down1', half));
  h = ops.relu(conv(h, 'down2', half));
  h = ops.add(h, ops.relu(conv(h, 'residual1', { pad: 1 })));
  const z = conv(h, 'to');
  const rows = ops.pixelRows(z); // [m, 64]

  const codebook = ops.weight('codebook'); // [512, 64]
  const products = ops.matmul(ops.stopGradient(rows), ops.stopGradient(codebook), { transB: true });
  const distance = ops.sub(ops.stopGradient(ops.sum(ops.square(codebook), [1])), ops.scale(products, 2));
  const q = ops.gather(codebook, ops.argMin(distance));
  const codebookLoss = ops.mean(ops.square(ops.sub(q, ops.stopGradient(rows))));
  const commitment = ops.mean(ops.square(ops.sub(rows, ops.stopGradient(q))));

  const through = ops.add(rows, ops.stopGradient(ops.sub(q, rows)));
  let y = ops.relu(conv(ops.pixelImage(through, z), 'from', { pad: 1 }));
  y = ops.add(y, ops.relu(conv(y, 'residual2', { pad: 1 })));
  y = ops.relu(ops.convTranspose2d(y, 'up1.weight', 'up1.bias', half));
  y = ops.convTranspose2d(y, 'up2.weight', 'up2.bias', half);
  const error = ops.mean(ops.square(ops.sub(y, x)));
  return ops.add(ops.add(error, codebookLoss), ops.scale(commitment, Number(settings['commitment'])));
};

const unknown: Model = (_, { model }) => {
  throw new Error(`no network ${model} for this engine yet`);
};

export const models: Record<ModelName, Model> = {
  dense,
  vqVae,
  transformer: unknown,
  simclr: unknown,
  conv1d: unknown,
};
