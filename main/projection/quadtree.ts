/**
 * A quadtree over points of the plane for the Barnes–Hut sums of t-SNE (van der Maaten 2014, JMLR): far groups of points
 * are taken as one point at their centre. Cells live in typed arrays that are used again at each step.
 */

/** Points deeper than this share a leaf: they lie closer than a millionth of the picture. */
const deepest = 22;

export class Quadtree {
  #capacity = 0;
  #children = new Int32Array(0); // [cells · 4], −1 = none
  #count = new Float64Array(0);
  #sumX = new Float64Array(0);
  #sumY = new Float64Array(0);
  #width = new Float64Array(0);
  /** The one point of a leaf, −1 in an inner cell or an empty one. */
  #point = new Int32Array(0);
  #cells = 0;
  /** The same cells as `repel` reads them: centre, number of points, width² (−1: a leaf), where the next branch begins. */
  #flatX = new Float64Array(0);
  #flatY = new Float64Array(0);
  #flatCount = new Float64Array(0);
  #flatWidth = new Float64Array(0);
  #flatNext = new Int32Array(0);
  #flatCells = 0;
  /** The points from leaf to leaf: neighbours in the plane ask one after another, and find their cells in the cache. */
  order = new Uint32Array(0);
  /** Sums of the last `repel`. */
  x = 0;
  y = 0;
  z = 0;

  /** y: [n, 2] */
  build(y: Float64Array): void {
    const n = y.length / 2;
    let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < n; i++) {
      left = Math.min(left, y[2 * i]!);
      right = Math.max(right, y[2 * i]!);
      low = Math.min(low, y[2 * i + 1]!);
      high = Math.max(high, y[2 * i + 1]!);
    }
    const width = Math.max(right - left, high - low, 1e-9) * 1.00001;
    this.#reserve(4 * n + 64);
    this.#cells = 0;
    this.#cell(width);
    for (let i = 0; i < n; i++) this.#insert(y, i, left + width / 2, low + width / 2, width);
    if (this.order.length !== n) this.order = new Uint32Array(n);
    this.#flatten();
  }

  #reserve(capacity: number): void {
    if (capacity <= this.#capacity) return;
    const grown = <T extends Float64Array | Int32Array>(old: T, fresh: T): T => {
      fresh.set(old as never);
      return fresh;
    };
    this.#capacity = capacity;
    this.#children = grown(this.#children, new Int32Array(4 * capacity));
    this.#count = grown(this.#count, new Float64Array(capacity));
    this.#sumX = grown(this.#sumX, new Float64Array(capacity));
    this.#sumY = grown(this.#sumY, new Float64Array(capacity));
    this.#width = grown(this.#width, new Float64Array(capacity));
    this.#point = grown(this.#point, new Int32Array(capacity));
    this.#flatX = new Float64Array(capacity);
    this.#flatY = new Float64Array(capacity);
    this.#flatCount = new Float64Array(capacity);
    this.#flatWidth = new Float64Array(capacity);
    this.#flatNext = new Int32Array(capacity);
  }

  #cell(width: number): number {
    if (this.#cells === this.#capacity) this.#reserve(2 * this.#capacity);
    const cell = this.#cells++;
    this.#children.fill(-1, 4 * cell, 4 * cell + 4);
    this.#count[cell] = 0;
    this.#sumX[cell] = 0;
    this.#sumY[cell] = 0;
    this.#width[cell] = width;
    this.#point[cell] = -1;
    return cell;
  }

  #insert(y: Float64Array, i: number, middleX: number, middleY: number, rootWidth: number): void {
    const [px, py] = [y[2 * i]!, y[2 * i + 1]!];
    let [cell, cx, cy, width] = [0, middleX, middleY, rootWidth];
    for (let depth = 0; ; depth++) {
      this.#sumX[cell]! += px;
      this.#sumY[cell]! += py;
      const before = this.#count[cell]!++;
      if (before === 0) {
        this.#point[cell] = i;
        return;
      }
      if (depth === deepest) return;
      const held = this.#point[cell]!;
      if (held >= 0) {
        this.#point[cell] = -1;
        this.#hand(y, cell, held, cx, cy, width, before);
      }
      width /= 2;
      const quadrant = (px >= cx ? 1 : 0) + (py >= cy ? 2 : 0);
      cx += px >= cx ? width / 2 : -width / 2;
      cy += py >= cy ? width / 2 : -width / 2;
      let next = this.#children[4 * cell + quadrant]!;
      if (next < 0) {
        next = this.#cell(width);
        this.#children[4 * cell + quadrant] = next;
      }
      cell = next;
    }
  }

  /** Moves the point that a leaf held into a child, so that the leaf becomes an inner cell. */
  #hand(y: Float64Array, cell: number, held: number, cx: number, cy: number, width: number, count: number): void {
    const [x, v] = [y[2 * held]!, y[2 * held + 1]!];
    const child = this.#cell(width / 2);
    this.#children[4 * cell + (x >= cx ? 1 : 0) + (v >= cy ? 2 : 0)] = child;
    this.#sumX[child] = x * count;
    this.#sumY[child] = v * count;
    this.#count[child] = count;
    this.#point[child] = held;
  }

  /** Lays the cells out one after another, each followed by all that is below it: `repel` then reads forwards only. */
  #flatten(): void {
    const { order } = this;
    let [at, ordered] = [0, 0];
    const visit = (cell: number): void => {
      const own = at++;
      const count = this.#count[cell]!;
      this.#flatX[own] = this.#sumX[cell]! / count;
      this.#flatY[own] = this.#sumY[cell]! / count;
      this.#flatCount[own] = count;
      let isLeaf = true;
      for (let c = 4 * cell; c < 4 * cell + 4; c++) {
        const child = this.#children[c]!;
        if (child < 0) continue;
        isLeaf = false;
        visit(child);
      }
      // A leaf is taken as one point from any distance.
      this.#flatWidth[own] = isLeaf ? -1 : this.#width[cell]! ** 2;
      this.#flatNext[own] = at;
      if (this.#point[cell]! >= 0) order[ordered++] = this.#point[cell]!;
    };
    visit(0);
    this.#flatCells = at;
    // Points that share a cell with others at the deepest level are in no leaf of their own.
    if (ordered < order.length) {
      const seen = new Uint8Array(order.length);
      for (let i = 0; i < ordered; i++) seen[order[i]!] = 1;
      for (let i = 0; i < order.length; i++) if (!seen[i]) order[ordered++] = i;
    }
  }

  /**
   * Into x, y: Σ_j q² (y_i − y_j) and into z: Σ_j q, with q = 1 / (1 + ‖y_i − y_j‖²), over all other points. A cell whose
   * width is below θ times its distance counts as one point.
   */
  repel(px: number, py: number, theta: number): void {
    const [flatX, flatY, flatCount] = [this.#flatX, this.#flatY, this.#flatCount];
    const [flatWidth, flatNext, end, near] = [this.#flatWidth, this.#flatNext, this.#flatCells, theta * theta];
    let [x, y, z] = [0, 0, -1]; // the point itself is among them: it adds 1 to z and nothing to x and y
    for (let cell = 0; cell < end; ) {
      const dx = px - flatX[cell]!;
      const dy = py - flatY[cell]!;
      const squared = dx * dx + dy * dy;
      if (flatWidth[cell]! >= near * squared) {
        cell++;
        continue;
      }
      const q = 1 / (1 + squared);
      const weight = flatCount[cell]! * q;
      z += weight;
      x += weight * q * dx;
      y += weight * q * dy;
      cell = flatNext[cell]!;
    }
    this.x = x;
    this.y = y;
    this.z = z;
  }
}
