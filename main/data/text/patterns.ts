/**
 * Regular expressions from a file of others. JavaScript's engine goes back over a text in every possible way, so a
 * pattern such as (a+)+b takes longer than the age of the universe on forty letters: those that can are refused.
 */

/** The longest of the patterns in common tokenizers has some 300 letters. */
const longest = 5000;

/** Why a pattern is not run; undefined where it is safe. */
export function unsafePattern(pattern: string): string | undefined {
  if (pattern.length > longest) return `has ${pattern.length} letters; at most ${longest} are taken`;
  return nestedRepeat(pattern)
    ? 'repeats a group that repeats or chooses inside it, which may take for ever'
    : undefined;
}

/** A group without bound around a repeat without bound, or around a choice: the two roads to exponential time. */
function nestedRepeat(pattern: string): boolean {
  const groups: { risky: boolean }[] = [{ risky: false }];
  let closed: { risky: boolean } | undefined; // the group that ended just before
  for (let at = 0; at < pattern.length; at++) {
    const sign = pattern[at]!;
    const repeat = repeatAt(pattern, at);
    if (repeat) {
      if (closed?.risky) return true;
      groups.at(-1)!.risky = true;
      at += repeat - 1;
      closed = undefined;
      continue;
    }
    const before: { risky: boolean } | undefined = closed;
    closed = undefined;
    if (sign === '\\') at++;
    else if (sign === '[') at = endOfClass(pattern, at);
    else if (sign === '(') groups.push({ risky: false });
    else if (sign === '|') groups.at(-1)!.risky = true;
    else if (sign === ')' && groups.length > 1) {
      closed = groups.pop()!;
      // What may take long inside may take long outside as well: (?:(a+))+
      if (closed.risky) groups.at(-1)!.risky ||= true;
    } else if (sign === '?' && before) closed = undefined; // optional: at most once
  }
  return false;
}

/** Letters of a repeat without bound that begins here: `*`, `+`, `{3,}`; 0: none. */
function repeatAt(pattern: string, at: number): number {
  const sign = pattern[at];
  if (sign === '*' || sign === '+') return 1;
  return sign === '{' ? (/^\{\d+,\d*\}/.exec(pattern.slice(at, at + 24))?.[0].length ?? 0) : 0;
}

/** Where a class of signs ends; classes of Ruby's expressions may hold others. */
function endOfClass(pattern: string, from: number): number {
  let depth = 0;
  for (let at = from; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern[at] === '[') depth++;
    else if (pattern[at] === ']' && --depth === 0) return at;
  }
  return pattern.length;
}
