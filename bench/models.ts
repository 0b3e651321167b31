/**
 * The networks of the workloads for the other JavaScript engines, in the operations of engines/ops.ts. That each is the
 * network Pretext trains is checked in every run: from the same weights, the losses of the first steps must agree.
 *
 * Letters: n items, c channels, m rows.
 */

import type { ConvSettings, Model, Ops } from './engines/ops';
import type { Fixture } from './fixture';
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
  const q = ops.nearest(rows, codebook);
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

/** BERT (post-norm, covered tokens) or GPT-2 (pre-norm, causal, every next token). */
const transformer: Model = <Value>(ops: Ops<Value>, { settings }: Fixture) => {
  const [causal, heads] = [settings['causal'] === true, Number(settings['heads'])];
  const epsilon = causal ? 1e-5 : 1e-12;
  const linear = (x: Value, name: string) => {
    const [shape, weight] = [ops.shapeOf(x), ops.weight(`${name}.weight`)];
    const y = ops.add(ops.matmul(ops.reshape(x, [-1, shape.at(-1)!]), weight), ops.weight(`${name}.bias`));
    return ops.reshape(y, [...shape.slice(0, -1), ops.shapeOf(weight)[1]!]);
  };
  const norm = (x: Value, name: string) => {
    const centred = ops.sub(x, ops.mean(x, [-1], true));
    const variance = ops.mean(ops.square(centred), [-1], true);
    const standard = ops.div(centred, ops.sqrt(ops.plus(variance, epsilon)));
    return ops.add(ops.mul(standard, ops.weight(`${name}.gain`)), ops.weight(`${name}.bias`));
  };
  const attend = (x: Value, name: string) => {
    const [n, t, width] = ops.shapeOf(x) as [number, number, number];
    const split = (part: string) =>
      ops.transpose(ops.reshape(linear(x, `${name}.${part}`), [n, t, heads, width / heads]), [0, 2, 1, 3]);
    const scores = ops.scale(ops.matmul(split('query'), split('key'), { transB: true }), (width / heads) ** -0.5);
    const shown = causal ? ops.add(scores, ops.constant(futureBias(t), [t, t])) : scores;
    const mixed = ops.matmul(ops.softmax(shown), split('value'));
    return linear(ops.reshape(ops.transpose(mixed, [0, 2, 1, 3]), [n, t, width]), `${name}.output`);
  };
  const feedForward = (x: Value, name: string) => {
    const inner = linear(x, `${name}.in`);
    return linear(causal ? ops.geluTanh(inner) : ops.gelu(inner), `${name}.out`);
  };

  const table = ops.weight('embeddings.token');
  let x = ops.add(ops.gather(table, ops.feed('tokens')), ops.weight('embeddings.position')); // [n, t, w]
  if (!causal) x = norm(x, 'embeddings.norm');
  const stack = causal ? 'decoder' : 'encoder';
  for (let layer = 0; layer < Number(settings['layers']); layer++) {
    for (const [name, part] of [['attention', attend] as const, ['feedForward', feedForward] as const]) {
      const at = `${stack}.layers.${layer}.${name}`;
      x = causal ? ops.add(x, part(norm(x, `${at}.norm`), at)) : norm(ops.add(x, part(x, at)), `${at}.norm`);
    }
  }
  const labels = ops.reshape(ops.feed('labels'), [-1]);
  const meanCrossEntropy = (logits: Value) => ops.scale(ops.mean(ops.pick(ops.logSoftmax(logits), labels)), -1);
  const rows = ops.reshape(causal ? norm(x, `${stack}.norm`) : x, [-1, ops.shapeOf(x)[2]!]);
  if (causal) return meanCrossEntropy(ops.matmul(rows, table, { transB: true }));
  const covered = norm(ops.gelu(linear(ops.gather(rows, ops.feed('places')), 'head.dense')), 'head.norm');
  return meanCrossEntropy(ops.add(ops.matmul(covered, table, { transB: true }), ops.weight('head.bias')));
};

/** Added to the scores of what a place may not see. */
const futureBias = (length: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: length ** 2 }, (_, at) => (at % length > Math.floor(at / length) ? -1e9 : 0));

const simclr: Model = <Value>(ops: Ops<Value>, { settings }: Fixture) => {
  const part = (x: Value, name: string, options?: ConvSettings) =>
    ops.batchNorm(ops.conv2d(x, `${name}.weight`, undefined, options), `${name}Norm.gain`, `${name}Norm.bias`, 1e-5);
  const linear = (x: Value, name: string) =>
    ops.add(ops.matmul(x, ops.weight(`${name}.weight`)), ops.weight(`${name}.bias`));
  let h = ops.relu(part(ops.feed('views'), 'stem', { pad: 1 }));
  for (let block = 0; block < Number(settings['blocks']); block++) {
    const at = `blocks.${block}`;
    const inner = ops.relu(part(h, `${at}.first`, { stride: 2, pad: 1 }));
    h = ops.relu(ops.add(part(inner, `${at}.second`, { pad: 1 }), part(h, `${at}.past`, { stride: 2 })));
  }
  const projected = linear(ops.relu(linear(ops.pixelMean(h), 'hidden')), 'out'); // [2n, 128]
  const z = ops.div(projected, ops.sqrt(ops.sum(ops.square(projected), [1], true)));
  const products = ops.scale(ops.matmul(z, z, { transB: true }), 1 / Number(settings['temperature']));
  const likeness = ops.add(products, ops.feed('self')); // [2n, 2n]
  return ops.scale(ops.mean(ops.pick(ops.logSoftmax(likeness), ops.feed('partners'))), -1);
};

const voice: Model = <Value>(ops: Ops<Value>, { settings }: Fixture) => {
  const conv = (x: Value, name: string, pad = 0) => ops.conv1d(x, `${name}.weight`, `${name}.bias`, pad);
  const blocks = (x: Value, name: string) => {
    let h = x;
    for (let block = 0; block < Number(settings['blocks']); block++) {
      h = ops.add(h, ops.relu(ops.instanceNorm(conv(h, `${name}.${block}`, 2), 1e-5)));
    }
    return h;
  };
  const mel = ops.feed('mel');
  const content = conv(blocks(ops.relu(conv(mel, 'in', 2)), 'encoder'), 'content');
  const speaker = ops.gather(ops.weight('speaker'), ops.feed('speakers')); // [n, 256]
  const y = ops.relu(ops.addToFrames(conv(content, 'from', 2), speaker));
  return ops.mean(ops.square(ops.sub(conv(blocks(y, 'decoder'), 'out'), mel)));
};

export const models: Record<ModelName, Model> = {
  dense,
  vqVae,
  transformer,
  simclr,
  conv1d: voice,
};
