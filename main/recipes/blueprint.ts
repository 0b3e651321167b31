/** What a model is made of: traced from the model itself, so that a plan can never tell of another network. */
import type { Plan } from '#app/records/recipe';
import { compileForward } from '#main/engine/compile';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';

/** Called by a model after each block with its part, its name and its output [n, …]. */
export type Mark = (part: string, name: string, output: Tensor) => void;
export const unmarked: Mark = () => {};

/** A variable of the model by its dotted name. */
interface Sized {
  name: string;
  shape: readonly number[];
  kind: string;
}
const sizeOf = ({ shape }: Sized) => shape.reduce((size, dim) => size * dim, 1);

/** Numbers in the variables `prefix` and `prefix.…`. */
function numbersUnder(prefix: string, variables: readonly Sized[]): number {
  const under = variables.filter(({ name }) => name === prefix || name.startsWith(`${prefix}.`));
  return under.reduce((sum, one) => sum + sizeOf(one), 0);
}

/**
 * Traces `model`, all that it gives, for one item of `shape` and lists its blocks with their parameters. Only what the
 * optimizer trains counts as a parameter: a codebook of running averages has none, but numbers that it keeps, and so has
 * what `trains` says is frozen. Parameters of a part that stand in none of its marked blocks are blocks of their own.
 */
export function blueprint(
  shape: readonly number[],
  model: (scope: Scope, x: Tensor, mark: Mark) => Tensor | readonly Tensor[],
  trains: (name: string) => boolean = () => true,
): { blocks: Plan['blocks']; parts: Plan['parts']; parameters: number } {
  const marked: { part: string; name: string; shape: number[] }[] = [];
  const { variables } = compileForward({
    inputs: { x: { dtype: 'float32', shape: [1, ...shape] } },
    outputs(scope, { x }) {
      const made = model(scope, x!, (part, name, output) => {
        marked.push({ part, name, shape: output.shape.slice(1).map(Number) });
      });
      return Object.fromEntries([made].flat().map((output, i) => [`y${i}`, output]));
    },
    device: 'cpu',
  });
  const trained = variables.filter(({ kind, name }) => kind === 'parameter' && trains(name));
  const state = variables.filter((one) => one.kind === 'state' || (one.kind === 'parameter' && !trained.includes(one)));
  const parts = [...new Set(marked.map(({ part }) => part))];
  const blocks = marked.map((block) => ({
    ...block,
    parameters: numbersUnder(`${block.part}.${block.name}`, trained),
  }));
  return {
    blocks: [...blocks, ...unmarkedBlocks(parts, marked, trained)],
    parts: parts.map((name) => {
      const kept = numbersUnder(name, state);
      return { name, parameters: numbersUnder(name, trained), ...(kept > 0 && { kept }) };
    }),
    parameters: trained.reduce((sum, one) => sum + sizeOf(one), 0),
  };
}

/** What the marks passed over, by the name before the last: `head.norm.gain` and `head.norm.bias` are the block `norm`. */
function unmarkedBlocks(
  parts: readonly string[],
  marked: readonly { part: string; name: string }[],
  trained: readonly Sized[],
): Plan['blocks'] {
  const found = new Map<string, { part: string; name: string; shape: number[]; parameters: number }>();
  for (const one of trained) {
    const isUnder = (prefix: string) => one.name === prefix || one.name.startsWith(`${prefix}.`);
    const part = parts.find(isUnder);
    if (part === undefined || marked.some((block) => isUnder(`${block.part}.${block.name}`))) continue;
    const name = one.name.slice(part.length + 1).replace(/\.[^.]+$/, '') || part;
    const block = found.get(`${part}.${name}`) ?? { part, name, shape: [...one.shape], parameters: 0 };
    found.set(`${part}.${name}`, { ...block, parameters: block.parameters + sizeOf(one) });
  }
  return [...found.values()];
}
