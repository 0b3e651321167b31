import { expect, it } from 'vitest';
import type { Network, NetworkBlock } from '#app/records/network';
import { amount, bar, networkText, treeOf } from '#main/cli/network-text';

const block = (name: string, forward: number, more: Partial<NetworkBlock> = {}): NetworkBlock => ({
  ...{ name, kind: 'block', shape: [4, 7, 7], parameters: 100, state: 0, nodes: 2, keptBytes: 64 },
  flops: { forward, backward: 2 * forward, update: 0 },
  ...more,
});
const network: Network = {
  ...{ recipe: 'vq-vae', dataset: 'd-1', config: {}, batchSize: 64, parameters: 300, state: 20 },
  flopsPerItem: { forward: 1000, backward: 2000, update: 0 },
  memory: { variableBytes: 1200, keptBytes: 5e6, peakBytes: 7e6, processBytes: 2e8 },
  blocks: [block('encoder.a', 600), block('encoder.deep.b', 300), block('head', 100)],
  edges: [],
  nodes: [],
};

it('writes amounts with three digits and the letter of their thousand', () => {
  expect([0, 999, 1536, 1e6, 2.5e9].map((value) => amount(value))).toEqual(['0', '999', '1.54 k', '1 M', '2.5 G']);
  expect(amount(12, 'B')).toBe('12 B');
});

it('a bar is as long as its share, to an eighth of a cell', () => {
  expect(bar(1, 4)).toBe('████');
  expect(bar(0.5, 4)).toBe('██');
  expect(bar(1 / 32, 4)).toBe('▏');
  expect(bar(0, 4)).toBe('');
});

it('nests blocks by their dotted names, and joins names that hold one block only', () => {
  const [encoder, head] = treeOf(network.blocks);
  expect(encoder).toMatchObject({ name: 'encoder', children: [{ name: 'a' }, { name: 'deep.b' }] });
  expect(head).toMatchObject({ name: 'head', children: [] });
});

it('a branch shows the sum of its blocks and its share of the work', () => {
  const lines = networkText(network).split('\n');
  expect(lines.find((line) => line.startsWith('encoder'))).toMatch(/200 +2\.7 k +128 B +90 %/);
  expect(lines.find((line) => line.startsWith('└ deep.b'))).toMatch(/4 × 7 × 7 +100 +900/);
});

it('once measured, the shares are those of time, and operators are listed', () => {
  const seconds = (forward: number) => ({ seconds: { forward, backward: 0, update: 0 } });
  const text = networkText({
    ...network,
    blocks: [block('encoder.a', 600, seconds(1e-3)), block('head', 100, seconds(3e-3))],
    profile: {
      ...{ device: 'cpu', steps: 9, secondsPerStep: 5e-3, gflops: 40, peakGflops: 80, unknownSeconds: 0 },
      operators: [{ operator: 'Conv', calls: 3, seconds: 4e-3 }],
    },
  });
  expect(text).toContain("40 Gflop/s, 50 % of a matrix product's 80");
  expect(text).toMatch(/head .* 3 ms +75 %/);
  expect(text).toMatch(/Conv +3 +4 ms +80 %/);
  expect(text).toMatch(/between operators +1 ms +20 %/);
});
