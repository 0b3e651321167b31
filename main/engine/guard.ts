/**
 * Finds the op that made the first NaN or infinity of a step. A program compiled with `guard` returns one number for each
 * watched tensor, in the order of computation: 0 while it is finite. That costs a pass over every tensor, so a trainer
 * compiles it when a step has failed, and runs that step once more from the last good weights.
 */

import type { Node } from './graph';
import { reachable } from './graph';
import type { OpName } from './ops/attributes';
import type { GuardedNode, TrainProgram } from './program';
import { GUARD } from './program';
import type { Registry } from './scope';
import type { GraphParts } from './step-graph';
import { Tensor } from './tensor';

/** Results that are an input seen in another way. */
const SAME: ReadonlySet<OpName> = new Set([
  'reshape',
  'stopGradient',
  'straightThrough',
  'constant',
  'recompute' as OpName,
]);

/** Ops that hand on an infinity which the model itself wrote, such as the −∞ of a mask: no fault of theirs. */
const HANDS_ON: ReadonlySet<OpName> = new Set([
  ...SAME,
  'where',
  'add',
  'sub',
  'mul',
  'scale',
  'plus',
  'minimum',
  'maximum',
  'transpose',
  'broadcastTo',
  'concat',
  'slice',
  'pad',
  'gather',
]);

interface Sums {
  sum(name: string, value: Tensor): Tensor;
  readonly next: ReadonlyMap<string, Tensor>;
}

interface Watched {
  readonly parts: { readonly accumulate?: GraphParts; readonly update: GraphParts };
  readonly nodes: readonly GuardedNode[];
}

export class Guard {
  readonly #registry: Registry;
  readonly #forward: number;

  /** To be made when the objective has been traced. */
  constructor(registry: Registry) {
    this.#registry = registry;
    this.#forward = registry.graph.nodes.length;
  }

  /** The same parts with the output GUARD. Micro-batches add up in a buffer: what is not finite stays so. */
  watch({ accumulate, update }: Watched['parts'], buffers: Sums): Watched {
    const last = this.#flags(update);
    if (!accumulate) {
      const outputs = { ...update.outputs, [GUARD]: last.vector };
      return { parts: { update: { ...update, outputs } }, nodes: last.nodes };
    }
    const first = this.#flags(accumulate);
    const total = buffers.sum(GUARD_SUM, first.vector);
    const updates = new Map([...accumulate.updates, [GUARD_SUM, buffers.next.get(GUARD_SUM)!] as const]);
    const outputs = { ...update.outputs, [GUARD]: total.concat([last.vector]) };
    return {
      parts: { accumulate: { ...accumulate, updates }, update: { ...update, outputs } },
      nodes: [...first.nodes, ...last.nodes],
    };
  }

  /** One number for each node behind these results: Σ 0 · x, which is 0 for finite numbers and NaN for others. */
  #flags({ terms, outputs, updates }: GraphParts): { vector: Tensor; nodes: GuardedNode[] } {
    const { graph } = this.#registry;
    const results = [...Object.values(terms), ...Object.values(outputs), ...updates.values()];
    const all = reachable(results.map(({ node }) => node));
    const exempt = deliberate(all);
    const nodes = all.filter((node) => node.dtype === 'float32' && !SAME.has(node.op) && !exempt.has(node));
    const flags = nodes.map((node) => {
      const x = new Tensor(graph, node);
      return x.apply('scale', [], { factor: 0 }).sum().reshape([1]); // not x.scale, which folds factors together
    });
    const blocks = this.#blocks(all);
    return {
      vector: flags[0]!.concat(flags.slice(1)),
      nodes: nodes.map((node) => {
        return { node: node.id, op: node.op, block: blocks.get(node) ?? '', part: this.#part(node) };
      }),
    };
  }

  #part({ id, gradientOf }: Node): GuardedNode['part'] {
    if (gradientOf) return 'backward';
    return id < this.#forward ? 'forward' : 'update';
  }

  /** That of a variable which the node reads; else that of its latest input which has one. */
  #blocks(nodes: readonly Node[]): Map<Node, string> {
    const blocks = new Map<Node, string>();
    for (const node of nodes) {
      if (node.op === 'variable' && 'name' in node.attributes) blocks.set(node, this.#blockOf(node.attributes.name));
      const inputs = [...node.inputs].sort((a, b) => b.id - a.id);
      const near = inputs.find(({ op }) => op === 'variable') ?? inputs.find((input) => blocks.has(input));
      const block = near && blocks.get(near);
      if (block !== undefined) blocks.set(node, block);
    }
    return blocks;
  }

  /** `encoder.down1.weight` and its moment `encoder.down1.weight.m` belong to `encoder.down1`. */
  #blockOf(name: string): string {
    const { variables } = this.#registry;
    const parameters = [...variables.values()].filter(({ kind }) => kind === 'parameter').map((v) => v.name);
    const owners = variables.get(name)?.kind === 'parameter' ? [name] : parameters.filter((p) => belongs(name, p));
    const owner = owners.reduce((longest, p) => (p.length > longest.length ? p : longest), '') || name;
    const end = owner.lastIndexOf('.');
    return end < 0 ? owner : owner.slice(0, end);
  }
}

const GUARD_SUM = 'gradient:guard';

/** Whether a variable's name speaks of this parameter: `p.m`, `phase.p.m`, `gradient:p`. */
const belongs = (name: string, parameter: string): boolean => `.${name.replace(':', '.')}.`.includes(`.${parameter}.`);

function deliberate(nodes: readonly Node[]): Set<Node> {
  const found = new Set<Node>();
  for (const node of nodes) {
    const written = Object.values(node.attributes).some(isWrittenInfinity);
    if (written || (HANDS_ON.has(node.op) && node.inputs.some((input) => found.has(input)))) found.add(node);
  }
  return found;
}

const isWrittenInfinity = (value: unknown): boolean =>
  value instanceof Float32Array
    ? value.some((x) => !Number.isFinite(x))
    : typeof value === 'number' && !Number.isFinite(value);

interface Output {
  readonly data: ArrayLike<number | bigint>;
}

/** The op whose result was not finite first, in the order of computation, by what a guarded step returned. */
export function firstNonFinite(
  program: Pick<TrainProgram, 'phases'>,
  outputs: Readonly<Record<string, Output>>,
  phase = Object.keys(program.phases)[0]!,
): GuardedNode | undefined {
  const nodes = program.phases[phase]?.guard;
  const flags = outputs[GUARD]?.data;
  if (!nodes || !flags) throw new Error('firstNonFinite: the program must be compiled with guard: true, and have run');
  return nodes.find((_, place) => Number(flags[place]) !== 0);
}
