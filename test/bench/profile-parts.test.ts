/** Laws of a profile's parts: nothing is lost, layers of a stack are one. */
import { expect, it } from 'vitest';
import type { OutlineNode } from '#main/engine/outline/node';
import { partsOf } from '../../bench/profile-parts';

const node = (id: number, block: string, stage: OutlineNode['stage'], flops: number): OutlineNode => ({
  ...{ id, block, stage, flops, op: 'gemm', shape: [], dtype: 'float32', bytes: 4, inputs: [], kept: false },
});

const nodes = [
  node(1, 'encoder.layers.0.in', 'forward', 100),
  node(2, 'encoder.layers.1.in', 'forward', 100),
  node(3, 'encoder.layers.0.in', 'backward', 200),
  node(4, 'head', 'forward', 0), // left no time
];

const profile = {
  ...{ steps: 3, secondsPerStep: 10, unknownSeconds: 0.5 },
  secondsOf: new Map([
    [1, 1],
    [2, 2],
    [3, 4],
  ]),
  operators: [
    { operator: 'Add', calls: 1, seconds: 0.5 },
    { operator: 'Gemm', calls: 3, seconds: 7 },
  ],
};

const { blocks, operators, outside } = partsOf(profile, nodes);

it('adds up the layers of a stack, each pass by itself, longest first', () => {
  expect(blocks).toEqual([
    { name: 'encoder.layers.*.in, backward', calls: 1, seconds: 4, flops: 200 },
    { name: 'encoder.layers.*.in, forward', calls: 2, seconds: 3, flops: 200 },
    { name: 'added by ONNX Runtime', calls: 0, seconds: 0.5 },
  ]);
});

it('sorts operators by their time, and says what no kernel took', () => {
  expect(operators.map(({ name }) => name)).toEqual(['Gemm', 'Add']);
  expect(outside).toBeCloseTo(2.5);
});
