/** A training program as the network that people see: blocks with their parameters, work and memory, and the ways between. */
import type { ByStage, Network, NetworkBlock, NetworkEdge } from '#app/records/network';
import { blockOfVariable, INPUT, OBJECTIVE, OPTIMIZER } from '#main/engine/outline/blocks';
import type { OutlineNode } from '#main/engine/outline/node';
import type { StepGraph, TrainProgram } from '#main/engine/program';
import { processBytes } from './memory';

export type Anatomy = Omit<Network, 'recipe' | 'run' | 'dataset' | 'config' | 'profile'>;

/** Seconds of each node, of one step. */
export type SecondsOf = ReadonlyMap<number, number>;

const LEAVES: ReadonlySet<string> = new Set(['input', 'variable', 'constant']);

/**
 * Every model of the program, one after the other. Where a step has micro-batches, `batchSize` is that of one, and what
 * accumulates counts once.
 */
export function anatomyOf(program: TrainProgram, batchSize: number, seconds: SecondsOf = new Map()): Anatomy {
  const { nodes, keptBytes, peakBytes } = merged(graphsOf(program));
  const blocks = blocksOf(nodes, program, { batchSize, seconds });
  const total = (kind: string) =>
    program.variables.filter((one) => one.kind === kind).reduce((sum, one) => sum + sizeOf(one.shape), 0);
  const variableBytes = 4 * program.variables.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return {
    batchSize,
    parameters: total('parameter'),
    state: total('state'),
    flopsPerItem: sumOf(blocks.map(({ flops }) => flops)),
    memory: {
      ...{ variableBytes, keptBytes, peakBytes },
      processBytes: processBytes({ variableBytes, peakBytes, inputBytes: inputBytes(nodes) }),
    },
    blocks,
    edges: edgesOf(nodes, batchSize),
    nodes: nodes.map((node) => {
      const time = seconds.get(node.id);
      return {
        ...node,
        shape: [...node.shape],
        inputs: [...node.inputs],
        ...(time !== undefined && { seconds: time }),
      };
    }),
  };
}

export const graphsOf = ({ phases }: TrainProgram): StepGraph[] =>
  Object.values(phases).flatMap(({ graphs }) => [...(graphs.accumulate ? [graphs.accumulate] : []), graphs.update]);

/** All outlines as one; ids go on from one to the next. */
function merged(graphs: readonly StepGraph[]): { nodes: OutlineNode[]; keptBytes: number; peakBytes: number } {
  const all = { nodes: [] as OutlineNode[], keptBytes: 0, peakBytes: 0 };
  let offset = 0;
  for (const graph of graphs) {
    const { nodes, keptBytes, peakBytes } = graph.outline();
    for (const node of nodes)
      all.nodes.push({ ...node, id: node.id + offset, inputs: node.inputs.map((id) => id + offset) });
    all.keptBytes = Math.max(all.keptBytes, keptBytes);
    all.peakBytes = Math.max(all.peakBytes, peakBytes);
    offset = (all.nodes.at(-1)?.id ?? -1) + 1;
  }
  return all;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, dim) => size * dim, 1);
const inputBytes = (nodes: readonly OutlineNode[]): number =>
  nodes.filter(({ op }) => op === 'input').reduce((sum, { bytes }) => sum + bytes, 0);

export const none = (): ByStage => ({ forward: 0, backward: 0, update: 0 });
const sumOf = (parts: readonly ByStage[]): ByStage =>
  parts.reduce(
    (sum, part) => ({
      forward: sum.forward + part.forward,
      backward: sum.backward + part.backward,
      update: sum.update + part.update,
    }),
    none(),
  );

/** What one item's share of a batch looks like: [64, 32, 7, 7] → [32, 7, 7], [3136, 16] → [49, 16]. */
export function itemShape([first, ...rest]: readonly number[], batchSize: number): number[] {
  if (first === undefined) return [];
  if (first % batchSize !== 0) return [first, ...rest];
  return first === batchSize ? rest : [first / batchSize, ...rest];
}

interface About {
  batchSize: number;
  seconds: SecondsOf;
}

function blocksOf(nodes: readonly OutlineNode[], { variables }: TrainProgram, { batchSize, seconds }: About) {
  const names = [...new Set(inOrder(nodes))];
  const ends = handedOn(nodes);
  const numbers = (block: string, kind: string) =>
    variables
      .filter((one) => one.kind === kind && blockOfVariable(one.name) === block)
      .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return names.map((name): NetworkBlock => {
    const own = nodes.filter((node) => node.block === name && !LEAVES.has(node.op));
    const flops = none();
    const time = none();
    let keptBytes = 0;
    for (const node of own) {
      flops[node.stage] += node.flops / batchSize;
      time[node.stage] += seconds.get(node.id) ?? 0;
      if (node.kept) keptBytes += node.bytes / batchSize;
    }
    const end = ends.get(name);
    return {
      name,
      kind: name === INPUT || name === OBJECTIVE || name === OPTIMIZER ? name : 'block',
      ...(end && name !== OBJECTIVE && { shape: itemShape(end.shape, batchSize) }),
      parameters: numbers(name, 'parameter'),
      state: numbers(name, 'state'),
      nodes: own.length,
      ...{ flops, keptBytes },
      ...(seconds.size > 0 && { seconds: time }),
    };
  });
}

/** Blocks by their first node in the forward pass; input first, objective and optimizer last. */
function inOrder(nodes: readonly OutlineNode[]): string[] {
  const forward = nodes.filter(({ stage, op }) => stage === 'forward' && op !== 'constant' && op !== 'variable');
  const names = [...forward, ...nodes.filter(({ op }) => !LEAVES.has(op))].map(({ block }) => block);
  const last = [OBJECTIVE, OPTIMIZER];
  return [
    ...(names.includes(INPUT) ? [INPUT] : []),
    ...names.filter((name) => name !== INPUT && !last.includes(name)),
    ...last.filter((name) => names.includes(name)),
  ];
}

/** Of each block the largest forward result that another block reads; else its last one that is no scalar. */
function handedOn(nodes: readonly OutlineNode[]): Map<string, OutlineNode> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const isResult = ({ stage, op }: OutlineNode) => stage === 'forward' && op !== 'constant' && op !== 'variable';
  const ends = new Map<string, OutlineNode>();
  for (const node of nodes) if (isResult(node) && node.shape.length > 0) ends.set(node.block, node);
  const read = new Map<string, OutlineNode>();
  for (const node of nodes) {
    if (node.stage !== 'forward') continue;
    for (const input of node.inputs.map((id) => byId.get(id)!)) {
      const known = read.get(input.block);
      const isLarger = !known || input.bytes > known.bytes || (input.bytes === known.bytes && input.id > known.id);
      if (input.block !== node.block && isResult(input) && isLarger) read.set(input.block, input);
    }
  }
  return new Map([...ends, ...read]);
}

/** The largest tensor between each two blocks of the forward pass. */
function edgesOf(nodes: readonly OutlineNode[], batchSize: number): NetworkEdge[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const edges = new Map<string, NetworkEdge>();
  for (const node of nodes) {
    if (node.stage !== 'forward') continue;
    for (const input of node.inputs.map((id) => byId.get(id)!)) {
      if (input.block === node.block || input.op === 'constant' || input.op === 'variable') continue;
      const key = `${input.block}→${node.block}`;
      const bytes = input.bytes / batchSize;
      const known = edges.get(key);
      if (known && known.bytes >= bytes) continue;
      edges.set(key, { from: input.block, to: node.block, shape: itemShape(input.shape, batchSize), bytes });
    }
  }
  return [...edges.values()];
}
