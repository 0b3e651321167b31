/** Matrix products. Transposes and a factor are free inside the kernel, so they are settings, not ops. */

import type { Dim, Shape, Signature } from '../shape';
import { broadcast, elements, sameDim, show } from '../shape';
import type { Tensor } from '../tensor';
import type { OpAttributes } from './attributes';
import type { Op } from './op';
import { expectFloat } from './op';

type Settings = OpAttributes['matmul'];

interface Sizes {
  m: Dim;
  n: Dim;
  k: Dim;
}

function sizes(op: string, a: Shape, b: Shape, { transA, transB }: Settings): Sizes {
  if (a.length < 2 || b.length < 2)
    throw new Error(`${op}: needs matrices, got ${show(a)} and ${show(b)}; reshape first`);
  const [rows, inner] = transA ? [a.at(-1)!, a.at(-2)!] : [a.at(-2)!, a.at(-1)!];
  const [innerB, columns] = transB ? [b.at(-1)!, b.at(-2)!] : [b.at(-2)!, b.at(-1)!];
  if (!sameDim(inner, innerB)) {
    const marks = [transA ? 'ᵀ' : '', transB ? 'ᵀ' : ''];
    throw new Error(`${op}: inner sizes differ in ${show(a)}${marks[0]} × ${show(b)}${marks[1]}`);
  }
  return { m: rows, n: columns, k: inner };
}

/** 2 · m · n · k for each matrix in the batch. */
function productFlops([a]: readonly Signature[], { transA }: Settings, result: Signature): number {
  return 2 * elements('matmul', result.shape) * elements('matmul', [a!.shape.at(transA ? -2 : -1)!]);
}

/**
 * y = α · op(a) · op(b): dA and dB are products of the same kind, so nothing is ever transposed in memory.
 * For A not transposed, dA = α · g · op(b)ᵀ; for A transposed, dA = α · op(b) · gᵀ. Likewise for B.
 */
function factorGradients(a: Tensor, b: Tensor, g: Tensor, settings: Settings): [Tensor, Tensor] {
  const { transA, transB, alpha } = settings;
  const da = transA
    ? b.matmul(g, { transA: transB, transB: true, alpha })
    : g.matmul(b, { transA: false, transB: !transB, alpha });
  const db = transB
    ? g.matmul(a, { transA: true, transB: transA, alpha })
    : a.matmul(g, { transA: !transA, transB: false, alpha });
  return [da, db];
}

/** [m, k] × [k, n] (+ bias [n] or [1, n]) → [m, n] */
export const gemm: Op<Settings> = {
  shape([a, b, bias], settings) {
    expectFloat('matmul', a, b, bias);
    const { m, n } = sizes('matmul', a!.shape, b!.shape, settings);
    if (bias) {
      const row = bias.shape.at(-1);
      const fits = bias.shape.length === 1 || (bias.shape.length === 2 && bias.shape[0] === 1);
      if (!fits || row === undefined || !sameDim(row, n)) {
        throw new Error(`linear: bias must be [${show([n]).slice(1, -1)}], got ${show(bias.shape)}`);
      }
    }
    return [m, n];
  },

  lower: (emit, inputs, { transA, transB, alpha }) =>
    emit.node('Gemm', inputs, { transA: Number(transA), transB: Number(transB), alpha: { float: alpha } }),

  gradient({ inputs, g }, settings) {
    const [a, b, bias] = inputs as [Tensor, Tensor, Tensor?];
    const [da, db] = factorGradients(a, b, g, settings);
    return bias ? [da, db, g.sumTo(bias.shape)] : [da, db];
  },

  flops: productFlops,
};

/** [..., m, k] × [..., k, n] → [..., m, n], leading axes broadcast. */
export const matmul: Op<Settings> = {
  shape([a, b], settings) {
    expectFloat('matmul', a, b);
    const { m, n } = sizes('matmul', a!.shape, b!.shape, settings);
    return [...broadcast('matmul', a!.shape.slice(0, -2), b!.shape.slice(0, -2)), m, n];
  },

  lower(emit, [a, b], { transA, transB, alpha }) {
    if (emit.target === 'cpu') {
      const settings = { transA: Number(transA), transB: Number(transB), alpha: { float: alpha } };
      return emit.node('FusedMatMul', [a!, b!], settings, 'com.microsoft');
    }
    // FusedMatMul has no WebGPU kernel.
    const turned = (x: Signature & { name: string }) => {
      const axes = x.shape.map((_, axis) => axis);
      return emit.node('Transpose', [x], { perm: [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!] });
    };
    const y = emit.node('MatMul', [transA ? turned(a!) : a!, transB ? turned(b!) : b!]);
    return alpha === 1 ? y : emit.node('Mul', [y, emit.scalar(alpha)]);
  },

  gradient({ inputs, g }, settings) {
    const [a, b] = inputs as [Tensor, Tensor];
    const [da, db] = factorGradients(a, b, g, settings);
    return [da.sumTo(a.shape), db.sumTo(b.shape)];
  },

  flops: productFlops,
};
