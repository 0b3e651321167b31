import { expect, it } from 'vitest';
import { stream } from '#main/engine/random';
import { disentanglementEvaluation } from '#main/recipes/evaluations/disentanglement';
import { contextOf, forwardBy, type Made } from './context';

const sizes = [6, 5, 1];
const n = 900;
/** Items whose numbers are their factors, mixed by a rotation and scaled apart; the third factor never varies. */
function made(): Made {
  const random = stream(2);
  const values = Int32Array.from(random.uniform(3 * n), (u, at) => Math.floor(u * sizes[at % 3]!));
  const x = new Float32Array(2 * n);
  for (let i = 0; i < n; i++) {
    const [a, b] = [values[3 * i]! / 6, values[3 * i + 1]! / 5];
    x[2 * i] = a + b;
    x[2 * i + 1] = a - b;
  }
  const labels = new Int32Array(n);
  return { x, columns: 2, labels, classes: 0, factors: { names: ['place', 'size', 'colour'], sizes, values } };
}
/** Rounded: the last bits of a sum tell of both its terms, and at the edge of a bin they are seen. */
const round = (value: number): number => Math.round(1e4 * value);
const untangled = forwardBy(([p, q]) => [round((p! + q!) / 2), round((p! - q!) / 2)]);
const mixed = forwardBy((row) => row);

it('a code with one factor in each dimension scores 1; one that mixes them far less', async () => {
  const { n: items, figures, tables } = await disentanglementEvaluation(contextOf(made(), untangled, mixed));
  expect(items).toBe(900);
  const all = [
    'mig',
    'dci_disentanglement',
    'dci_completeness',
    'dci_informativeness',
    'beta_vae_score',
    'factor_vae_score',
  ];
  for (const name of all) expect(figures[name], name).toBeGreaterThan(0.97);
  expect(figures['sap']).toBeGreaterThan(0.2);
  expect(figures['mig_random_init']).toBeLessThan(0.5);
  expect(figures['mig_pca']).toBeLessThan(0.97);
  const rows = tables['information']!.rows as number[][];
  expect(tables['information']!.columns).toEqual(['dimension', 'place', 'size', 'colour']);
  expect(rows[0]![1]).toBeGreaterThan(0.99);
  expect(rows[0]![2]).toBeLessThan(0.1);
  expect(rows.map((row) => row[3])).toEqual([0, 0]); // what never varies cannot be told
}, 60_000);

it('without known factors it says what to do', async () => {
  const { factors: _, ...unknown } = made();
  await expect(disentanglementEvaluation(contextOf(unknown, untangled))).rejects.toThrow(
    'what its items are made from',
  );
});
