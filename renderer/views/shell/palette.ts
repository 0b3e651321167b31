/** Finding in the palette: scopes, matching and order; pure, so that what is found can be tested. */

export type Scope = 'all' | 'commands' | 'runs' | 'items';
export interface Entry {
  id: string;
  group: 'Go to' | 'Do' | 'Runs' | 'Data';
  label: string;
  icon: string;
  hint?: string | undefined;
  keys?: string | undefined;
  /** Other words it is found by. */
  words?: string | undefined;
  status?: 'queued' | 'running' | 'paused' | 'interrupted' | 'finished' | 'failed' | 'cancelled';
  run: () => void;
}
export interface Found extends Entry {
  /** Where the text was found in the label: [start, end), empty when it was found elsewhere. */
  hit: [number, number];
}

const prefixes: Record<string, Scope> = { '>': 'commands', '#': 'runs', '@': 'items' };
const scopeGroups: Record<Scope, Entry['group'][]> = {
  all: ['Go to', 'Do', 'Runs', 'Data'],
  commands: ['Do'],
  runs: ['Runs'],
  items: ['Data'],
};

/** `#vq` → runs named vq. */
export function readQuery(text: string): { scope: Scope; words: string } {
  const scope = prefixes[text[0] ?? ''];
  return scope ? { scope, words: text.slice(1).trim() } : { scope: 'all', words: text.trim() };
}
export const prefixOf = (scope: Scope): string => Object.entries(prefixes).find(([, one]) => one === scope)?.[0] ?? '';

/** 3: the label begins so; 2: a word of it does; 1: it is somewhere in it; 0.5: in its other words; 0: nowhere. */
function rank(entry: Entry, words: string): { score: number; hit: [number, number] } {
  const label = entry.label.toLowerCase();
  const sought = words.toLowerCase();
  const at = label.indexOf(sought);
  if (at === 0) return { score: 3, hit: [0, sought.length] };
  const word = label.indexOf(` ${sought}`);
  if (word >= 0) return { score: 2, hit: [word + 1, word + 1 + sought.length] };
  if (at > 0) return { score: 1, hit: [at, at + sought.length] };
  const others = `${entry.words ?? ''} ${entry.hint ?? ''} ${entry.id}`.toLowerCase();
  const all = sought.split(/\s+/).every((one) => label.includes(one) || others.includes(one));
  return { score: all ? 0.5 : 0, hit: [0, 0] };
}

/** What is found, grouped in the order of the groups, best first; `most` of each group. */
export function search(entries: readonly Entry[], text: string, most = 6): Found[] {
  const { scope, words } = readQuery(text);
  return scopeGroups[scope].flatMap((group) => {
    const inGroup = entries.filter((entry) => entry.group === group);
    if (words === '')
      return inGroup
        .slice(0, scope === 'all' ? most : 40)
        .map((entry) => ({ ...entry, hit: [0, 0] as [number, number] }));
    return inGroup
      .map((entry) => ({ entry, ...rank(entry, words) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, scope === 'all' ? most : 40)
      .map(({ entry, hit }) => ({ ...entry, hit }));
  });
}
