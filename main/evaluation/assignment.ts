/** The best one-to-one assignment of clusters to classes (Kuhn 1955, in the O(n³) form with potentials). */

/** weight: [rows][columns], larger is better. Returns the column of each row, −1 where there are more rows than columns. */
export function assign(weight: readonly (readonly number[])[]): Int32Array {
  const rows = weight.length;
  const columns = weight[0]?.length ?? 0;
  const n = Math.max(rows, columns);
  const cost = (row: number, column: number) => -(weight[row - 1]?.[column - 1] ?? 0);
  // Places count from 1; 0 stands for none.
  const u = new Float64Array(n + 1);
  const v = new Float64Array(n + 1);
  const rowOf = new Int32Array(n + 1);
  for (let row = 1; row <= n; row++) {
    rowOf[0] = row;
    let column = 0;
    const least = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
    const from = new Int32Array(n + 1);
    const seen = new Uint8Array(n + 1);
    do {
      seen[column] = 1;
      let delta = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let j = 1; j <= n; j++) {
        if (seen[j]) continue;
        const slack = cost(rowOf[column]!, j) - u[rowOf[column]!]! - v[j]!;
        if (slack < least[j]!) {
          least[j] = slack;
          from[j] = column;
        }
        if (least[j]! < delta) {
          delta = least[j]!;
          next = j;
        }
      }
      for (let j = 0; j <= n; j++) {
        if (seen[j]) {
          u[rowOf[j]!]! += delta;
          v[j]! -= delta;
        } else least[j]! -= delta;
      }
      column = next;
    } while (rowOf[column] !== 0);
    while (column !== 0) {
      rowOf[column] = rowOf[from[column]!]!;
      column = from[column]!;
    }
  }
  const result = new Int32Array(rows).fill(-1);
  for (let column = 1; column <= columns; column++) if (rowOf[column]! <= rows) result[rowOf[column]! - 1] = column - 1;
  return result;
}
