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
  readonly #stack = new Int32Array(4 * (deepest + 2));
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

  /**
   * Into x, y: Σ_j q² (y_i − y_j) and into z: Σ_j q, with q = 1 / (1 + ‖y_i − y_j‖²), over all other points. A cell whose
   * width is below θ times its distance counts as one point.
   */
  repel(px: number, py: number, theta: number): void {
    this.x = 0;
    this.y = 0;
    this.z = 0;
    const stack = this.#stack;
    let top = 0;
    stack[top++] = 0;
    while (top > 0) {
      const cell = stack[--top]!;
      const count = this.#count[cell]!;
      const dx = px - this.#sumX[cell]! / count;
      const dy = py - this.#sumY[cell]! / count;
      const squared = dx * dx + dy * dy;
      if (this.#point[cell]! >= 0 || this.#isLeaf(cell) || this.#width[cell]! ** 2 < theta * theta * squared) {
        const q = 1 / (1 + squared);
        this.z += count * q;
        this.x += count * q * q * dx;
        this.y += count * q * q * dy;
        continue;
      }
      for (let c = 4 * cell; c < 4 * cell + 4; c++) if (this.#children[c]! >= 0) stack[top++] = this.#children[c]!;
    }
    this.z -= 1; // the point itself, which adds nothing to x and y
  }

  #isLeaf(cell: number): boolean {
    const c = 4 * cell;
    return this.#children[c]! + this.#children[c + 1]! + this.#children[c + 2]! + this.#children[c + 3]! === -4;
  }
}
