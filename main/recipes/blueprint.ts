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
 * Traces `model`, all that it gives, for one item of `shape` and lists its blocks with their parameters. Only what the optimizer trains
 * counts as a parameter: a codebook of running averages has none, but numbers that it keeps.
 */
export function blueprint(
  shape: readonly number[],
  model: (scope: Scope, x: Tensor, mark: Mark) => Tensor | readonly Tensor[],
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
  const trained = variables.filter(({ kind }) => kind === 'parameter');
  const state = variables.filter(({ kind }) => kind === 'state');
  const parts = [...new Set(marked.map(({ part }) => part))];
  return {
    blocks: marked.map((block) => ({ ...block, parameters: numbersUnder(`${block.part}.${block.name}`, trained) })),
    parts: parts.map((name) => {
      const kept = numbersUnder(name, state);
      return { name, parameters: numbersUnder(name, trained), ...(kept > 0 && { kept }) };
    }),
    parameters: trained.reduce((sum, one) => sum + sizeOf(one), 0),
  };
}
