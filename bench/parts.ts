/** Parts of docs/bench.md that other subjects of the bench write: each stands between two marks that name it. */

const part = /<!-- part (\S+) -->[\s\S]*?<!-- \/part \1 -->/g;

/** The parts of a page as they stand, marks included. */
export const partsOf = (page: string): string[] => page.match(part) ?? [];

/** The page with this part in its place, or at its end where it has none. */
export function withPart(page: string, name: string, text: string): string {
  const fresh = `<!-- part ${name} -->\n\n${text.trim()}\n\n<!-- /part ${name} -->`;
  const [begins, ends] = [page.indexOf(`<!-- part ${name} -->`), page.indexOf(`<!-- /part ${name} -->`)];
  if (begins < 0 || ends < begins) return `${[page.trimEnd(), fresh].filter(Boolean).join('\n\n')}\n`;
  return page.slice(0, begins) + fresh + page.slice(ends + `<!-- /part ${name} -->`.length);
}
