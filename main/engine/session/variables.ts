/** Start values, checks and copies of a program's variables. */

import { stream } from '../random';
import type { VariableSpec } from '../scope';
import type { TypedArray } from './runtime';

export interface VariableValue {
  dtype: 'float32';
  shape: readonly number[];
  data: Float32Array<ArrayBuffer>;
}

export type Values = ReadonlyMap<string, TypedArray>;

const sizeOf = ({ shape }: VariableSpec): number => shape.reduce((total, dim) => total * dim, 1);

/**
 * Given values first; the others from their rule, each by a random stream of its own name, so order does not matter. A
 * variable that starts as another one is a copy of that one's start value, given or not.
 */
export function startValues(
  variables: readonly VariableSpec[],
  seed: number,
  values?: Values,
): Map<string, Float32Array<ArrayBuffer>> {
  const random = stream(seed).split('init');
  return new Map(
    variables.map((variable) => {
      const source = variable.startsAs ?? variable.name;
      const given = values?.get(variable.name) ?? values?.get(source);
      const data = given ? checked(variable, given) : variable.init.fill(variable.shape, random.split(source));
      return [variable.name, data];
    }),
  );
}

/** A private copy of the right type and length. */
export function checked(variable: VariableSpec, data: TypedArray): Float32Array<ArrayBuffer> {
  if (!(data instanceof Float32Array) || data.length !== sizeOf(variable)) {
    const got = `${data.constructor.name} of ${data.length}`;
    throw new Error(
      `${variable.name}: must be a Float32Array of ${sizeOf(variable)} ([${variable.shape}]), got ${got}`,
    );
  }
  return new Float32Array(data);
}

export function expectKnown(variables: readonly VariableSpec[], values: Values): void {
  const known = new Set(variables.map(({ name }) => name));
  for (const name of values.keys()) if (!known.has(name)) throw new Error(`write: the program has no variable ${name}`);
}
