import { describe, expect, it } from 'vitest';
import { networkRows, operationsOf, speedOf } from '#renderer/explorers/network/detail';
import { layoutFlow, pitch, rowAt } from '#renderer/explorers/network/flow';
import { linksOf, measures, piecesOf, shapeText, sizeOf, time, unitsOf } from '#renderer/explorers/network/units';
import { networkRecord } from '#test/dom/fake-network';

const network = networkRecord({ recipe: 'vq-vae', measured: true });
const blocks = unitsOf(network, 'blocks');
const parts = unitsOf(network, 'parts');
const frame = { left: 200, right: 600, gutter: 190 };

describe('units', () => {
  it('parts hold all that their blocks hold', () => {
    expect(parts.map(({ name }) => name)).toEqual(['input', 'encoder', 'codebook', 'decoder', 'objective']);
    for (const measure of measures) {
      const sum = (units: typeof blocks) => units.reduce((all, unit) => all + sizeOf(unit, measure), 0);
      expect(sum(parts)).toBeCloseTo(sum(blocks), 9);
    }
  });

  it('a part hands on what its last block does', () => {
    expect(parts[1]!.shape).toEqual(blocks[2]!.shape);
  });

  it('links run between units, never inside one', () => {
    expect(linksOf(network.edges, blocks)).toHaveLength(7);
    expect(linksOf(network.edges, parts).map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [0, 4],
      [1, 2],
      [2, 3],
      [3, 4],
    ]);
  });

  it('work and time come in stages, parameters and memory in one piece', () => {
    expect(piecesOf(blocks[1]!, 'work').map(({ stage }) => stage)).toEqual(['forward', 'backward', 'update']);
    expect(piecesOf(blocks[1]!, 'parameters')).toEqual([{ stage: 'all', value: 1000 }]);
  });

  it('writes shapes and times', () => {
    expect(shapeText([32, 7, 7])).toBe('32 × 7 × 7');
    expect(shapeText([])).toBe('one number');
    expect([2.5, 0.0123, 4.56e-5].map(time)).toEqual(['2.5\u00a0s', '12.3\u00a0ms', '45.6\u00a0µs']);
  });
});

describe('the flow', () => {
  const flow = layoutFlow(blocks, linksOf(network.edges, blocks), 'work', frame);

  it('widths are in proportion to the measure, the largest fills the frame', () => {
    const widest = flow.rows[5]!;
    expect(widest.width).toBe(400);
    expect(flow.rows[1]!.width).toBeCloseTo(400 / 5, 9);
    for (const { width } of flow.rows) expect(width).toBeGreaterThan(0);
  });

  it('the pieces of a unit lie side by side and fill it', () => {
    const { x, width, pieces } = flow.rows[1]!;
    expect(pieces[0]!.x).toBe(x);
    expect(pieces.reduce((sum, piece) => sum + piece.width, 0)).toBeCloseTo(width, 9);
    expect(pieces[1]!.width).toBeCloseTo(2 * pieces[0]!.width, 9);
  });

  it('the shares of all units add up to one', () => {
    expect(flow.rows.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it('neighbours are joined by an arrow with its shape, others by an arc in the gutter', () => {
    const labelled = flow.arrows.filter(({ label }) => label);
    expect(labelled).toHaveLength(6);
    const [arc] = flow.arrows.filter(({ label }) => !label);
    expect(arc!.link).toMatchObject({ from: 0, to: 6 });
    expect(arc!.path).toContain(`H${190 - 13 + 6}`);
  });

  it('two arcs side by side share no lane where they overlap', () => {
    const link = (from: number, to: number) => ({ from, to, shape: [1], bytes: 4 });
    const { arrows } = layoutFlow(blocks, [link(0, 3), link(1, 5), link(3, 6)], 'work', frame);
    const lane = (from: number) => /H(\S+?)q/.exec(arrows.find(({ link: l }) => l.from === from)!.path)![1];
    expect(lane(0)).toBe(lane(3)); // one ends where the other begins
    expect(lane(1)).not.toBe(lane(0));
  });

  it('a height finds its unit, none outside', () => {
    expect(rowAt(flow, flow.rows[2]!.y + 3)).toBe(2);
    expect(rowAt(flow, flow.height + pitch)).toBeUndefined();
  });

  it('draws a network that was not measured by time as one of nothing, not of NaN', () => {
    const bare = unitsOf(networkRecord({ recipe: 'vq-vae', measured: false }), 'blocks');
    const { rows } = layoutFlow(bare, [], 'time', frame);
    for (const { x, width, share } of rows) expect([x, width, share].every(Number.isFinite)).toBe(true);
  });
});

it('sums up the operations of a unit, of both passes apart', () => {
  expect(operationsOf(network, parts[1]!).map(({ op, stage, count }) => [op, stage, count])).toEqual([
    ['conv2d', 'forward', 1],
    ['conv2d', 'backward', 1],
  ]);
});

it('a unit’s speed is its work over its time, beside the peak', () => {
  const { gflops, share } = speedOf(blocks[1]!, network)!;
  expect(gflops).toBeCloseTo((3e6 * 64) / 3.1e-3 / 1e9, 6);
  expect(share).toBeCloseTo(gflops / 100, 9);
  expect(speedOf(blocks[0]!, network)).toBeUndefined();
});

it('saves every figure of every unit', () => {
  const [head, ...rows] = networkRows(blocks);
  expect(rows).toHaveLength(blocks.length);
  for (const row of rows) expect(row).toHaveLength(head!.length);
});
