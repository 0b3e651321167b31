/** How far a picture of the data may be trusted (Venna & Kaski 2001): neighbours it invents, and neighbours it loses. */
import { exactNeighbours } from './neighbours';

/** Ranks of all others by distance from item i: rank[j] counts from 1; 0 for i itself. */
function ranksFrom(x: Float32Array, n: number, i: number): Uint32Array {
  const d = x.length / n;
  const far = new Float64Array(n);
  for (let j = 0; j < n; j++) for (let c = 0; c < d; c++) far[j]! += (x[i * d + c]! - x[j * d + c]!) ** 2;
  const order = Array.from({ length: n }, (_, j) => j).filter((j) => j !== i);
  order.sort((a, b) => far[a]! - far[b]! || a - b);
  const ranks = new Uint32Array(n);
  order.forEach((j, place) => {
    ranks[j] = place + 1;
  });
  return ranks;
}

export interface Trust {
  /** 1 where all that lies close in the picture lies close in the data. */
  trustworthiness: number;
  /** 1 where all that lies close in the data lies close in the picture. */
  continuity: number;
}

/** Over k neighbours. x: [n, d] features, y: [n, 2] the picture. O(n² (d + log n)): of a sample where n is large. */
export function trust(x: Float32Array, y: Float32Array, n: number, k: number): Trust {
  const norm = 2 / (n * k * (2 * n - 3 * k - 1));
  const [inData, inPicture] = [exactNeighbours(x, n, k), exactNeighbours(y, n, k)];
  let [invented, lost] = [0, 0];
  for (let i = 0; i < n; i++) {
    const [dataRanks, pictureRanks] = [ranksFrom(x, n, i), ranksFrom(y, n, i)];
    for (let place = 0; place < k; place++) {
      invented += Math.max(0, dataRanks[inPicture.index[i * k + place]!]! - k);
      lost += Math.max(0, pictureRanks[inData.index[i * k + place]!]! - k);
    }
  }
  return { trustworthiness: 1 - norm * invented, continuity: 1 - norm * lost };
}
