/** A small network as main would describe it: an encoder, a codebook, a decoder, and their objective. */
import type { Network, NetworkBlock } from '#app/records/network';

const ms = 1e-3;
const names = ['input', 'encoder.halve', 'encoder.mix', 'codebook', 'decoder.mix', 'decoder.double', 'objective'];
const kindOf = (name: string) => (name === 'input' || name === 'objective' ? name : 'block');

function block(name: string, at: number, measured: boolean): NetworkBlock {
  const isLearnt = name.includes('.');
  const forward = isLearnt ? 1e6 * at : 0;
  return {
    ...{ name, kind: kindOf(name), shape: [4 * at + 1, 7, 7], parameters: isLearnt ? 1000 * at : 0 },
    ...{ state: name === 'codebook' ? 64 : 0, nodes: 3, keptBytes: 100 * at },
    flops: { forward, backward: 2 * forward, update: 0 },
    ...(measured && { seconds: { forward: at * ms, backward: 2 * at * ms, update: 0.1 * ms } }),
  };
}

export function networkRecord({ measured, ...of }: { recipe: string; run?: string; measured: boolean }): Network {
  const blocks = names.map((name, at) => block(name, at, measured));
  const chain = names.slice(1).map((to, at) => ({ from: names[at]!, to, shape: [4 * at + 1, 7, 7], bytes: 196 }));
  const parameters = blocks.reduce((sum, one) => sum + one.parameters, 0);
  const node = (id: number, op: string, name: string, stage: 'forward' | 'backward') => ({
    ...{ id, op, stage, block: name, shape: [64, 4, 7, 7], dtype: 'float32', flops: 1e6, bytes: 50_176, inputs: [] },
    ...{ kept: stage === 'forward', ...(measured && { seconds: ms }) },
  });
  return {
    ...{ ...of, dataset: 'd-1', config: {}, batchSize: 64, parameters, state: 64 },
    flopsPerItem: { forward: 12e6, backward: 24e6, update: 0 },
    memory: { variableBytes: 12 * parameters, keptBytes: 134_400, peakBytes: 4e5, processBytes: 1.8e8 },
    blocks,
    edges: [...chain, { from: 'input', to: 'objective', shape: [1, 28, 28], bytes: 3136 }],
    nodes: [node(0, 'conv2d', 'encoder.halve', 'forward'), node(1, 'conv2d', 'encoder.halve', 'backward')],
    ...(measured && {
      profile: {
        ...{
          device: 'cpu' as const,
          steps: 9,
          secondsPerStep: 70 * ms,
          gflops: 60,
          peakGflops: 100,
          unknownSeconds: ms,
        },
        operators: [{ operator: 'Conv', calls: 12, seconds: 40 * ms }],
      },
    }),
  };
}
