import { describe, expect, it } from 'vitest';
import { compileForward } from '#main/engine/compile';
import { expectGradient, expectValue, normal } from '#test/numeric';

describe('geluTanh', () => {
  it('has the value of its formula, and its gradient', async () => {
    const formula = (v: number) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)));
    for (const shape of [[1], [3, 5], [2, 1, 17]]) {
      const x = normal(shape);
      await expectValue((t) => t.geluTanh(), [x], Array.from(x.data, Number).map(formula));
      await expectGradient((t) => t.geluTanh(), x);
    }
  });

  it('uses only standard operators in a file that leaves the program', () => {
    const program = compileForward({
      inputs: { x: { dtype: 'float32', shape: [2] } },
      outputs: (_, { x }) => ({ y: x!.geluTanh() }),
      device: 'cpu',
    });
    expect(new TextDecoder('latin1').decode(program.bake(new Map()))).not.toContain('com.microsoft');
  });
});
