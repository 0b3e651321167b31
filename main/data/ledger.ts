/** What an import remembers of each item while the pixels go straight to disk: about 200 bytes an item. */

import type { Split } from '#app/records/common';
import { splits } from '#app/records/common';
import type { Item, Problem } from '#app/records/dataset';
import { naturalCompare } from './natural';
import { drawSplits, firstTwins, notGiven, type SplitPlan, splitNumber } from './split';

/** The finished book: classes in natural order, labels that index them, splits, and all problems. */
export interface Settled {
  classes: string[];
  labels: Int32Array; // [n], −1 where there is none
  splits: Uint8Array; // [n]
  splitCounts: { train: number; validation: number; test: number };
  problems: Problem[];
}

export class Ledger {
  readonly problems: Problem[];
  readonly #names: string[] = [];
  readonly #where: string[] = [];
  readonly #keys: string[] = [];
  readonly #classOf: number[] = []; // number in order of first sight
  readonly #given: number[] = [];
  readonly #classes = new Map<string, number>();

  constructor(problems: readonly Problem[]) {
    this.problems = [...problems];
  }

  get count(): number {
    return this.#names.length;
  }

  /** `key`: hash of the prepared pixels. `where`: file for messages. Returns the item's index. */
  add(name: string, where: string, key: string, className: string | undefined, split: Split | undefined): number {
    let number = -1;
    if (className !== undefined) {
      number = this.#classes.get(className) ?? this.#classes.size;
      this.#classes.set(className, number);
    }
    this.#classOf.push(number);
    this.#given.push(split ? splitNumber(split) : notGiven);
    this.#keys.push(key);
    this.#where.push(where);
    return this.#names.push(name) - 1;
  }

  report(problem: Problem): void {
    this.problems.push(problem);
  }

  /** Numbers the classes, draws the splits, and finds duplicates and missing labels. */
  settle(plan: SplitPlan): Settled {
    const classes = [...this.#classes.keys()].sort(naturalCompare);
    const rank = new Map(classes.map((name, i) => [this.#classes.get(name), i]));
    const labels = Int32Array.from(this.#classOf, (number) => rank.get(number) ?? -1);
    const twins = firstTwins(this.#keys);
    const drawn = drawSplits(this.#keys, twins, labels, Uint8Array.from(this.#given), plan);
    const splitCounts = { train: 0, validation: 0, test: 0 };
    for (const split of drawn) splitCounts[splits[split] as Split]++;
    const problems = [...this.problems, ...this.#duplicates(twins, labels, drawn), ...this.#unlabelled(labels)];
    return { classes, labels, splits: drawn, splitCounts, problems };
  }

  /** The items as the store keeps them, `size` at a time. */
  *items({ labels, splits: drawn }: Settled, size: number): Generator<Item[]> {
    for (let from = 0; from < this.count; from += size) {
      const names = this.#names.slice(from, from + size);
      yield names.map((name, i) => ({
        index: from + i,
        name,
        label: labels[from + i] as number,
        split: splits[drawn[from + i] as number] as Split,
      }));
    }
  }

  #duplicates(twins: Int32Array, labels: Int32Array, drawn: Uint8Array): Problem[] {
    const found: Problem[] = [];
    twins.forEach((twin, i) => {
      if (twin === i) return;
      const otherClass = labels[twin] !== labels[i] ? ' They are of different classes.' : '';
      // Only where the source itself says so: what is drawn keeps twins together.
      const leak =
        drawn[twin] !== drawn[i] ? ` One is in ${splits[drawn[twin]!]}, the other in ${splits[drawn[i]!]}.` : '';
      const reason = `The same pixels as ${this.#names[twin]}; both were kept.${otherClass}${leak}`;
      found.push({ file: this.#where[i] as string, kind: 'duplicate', reason, item: i });
    });
    return found;
  }

  /** Only where others have a label: data without any is simply unlabelled. */
  #unlabelled(labels: Int32Array): Problem[] {
    if (this.#classes.size === 0) return [];
    const found: Problem[] = [];
    labels.forEach((label, i) => {
      if (label === -1)
        found.push({
          file: this.#where[i] as string,
          kind: 'unlabelled',
          reason: `No class is known for ${this.#names[i]}.`,
          item: i,
        });
    });
    return found;
  }
}
