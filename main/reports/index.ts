/** Reports: what was done and found, on one page that needs nothing else, written from stored facts only. */
import type { ReportOptions } from '#app/records/report';
import { mapTexts, type ReportDocument, type Section } from './document';
import type { ReportFacts } from './facts';
import { moment, shortenPaths, whole } from './format';
import { toHtml } from './html';
import { toMarkdown } from './markdown';
import { allSections, isFinished, sectionBlocks, sectionTitles, stateOf } from './sections';

export type { ReportFacts, RunFacts } from './facts';

export interface Report {
  /** One self-contained file: inline style, SVG charts, PNG data URIs, no script. Prints on A4. */
  html: string;
  /** The same facts; pictures as data URIs. */
  markdown: string;
  /** What the sender should know: unfinished runs, shortened paths, sections that had nothing to say. */
  notes: string[];
}

export function renderReport(facts: ReportFacts, options: ReportOptions): Report {
  const document = compose(facts, options);
  const figureData = options.figureData ?? false;
  return {
    html: toHtml(document, { theme: options.theme ?? 'system', figureData }),
    markdown: toMarkdown(document, { figureData }),
    notes: document.notes,
  };
}

/** The document before it takes a form, with the paths in it shortened. */
export function compose(facts: ReportFacts, options: ReportOptions): ReportDocument {
  const wanted = options.sections ?? allSections;
  const sections = allSections
    .filter((id) => wanted.includes(id))
    .map((id): Section => ({ id, title: sectionTitles[id], blocks: sectionBlocks[id](facts) }));
  const notes: string[] = [];
  for (const { run } of facts.runs.filter(({ run }) => !isFinished(run)))
    notes.push(
      `${run.name} is ${run.status === 'failed' ? `failed${run.error ? ` (${run.error})` : ''}` : stateOf(run)}: its numbers are those up to step ${whole(run.step)} of ${whole(run.steps)}.`.replace(
        'is failed',
        'has failed',
      ),
    );
  const warnings = notes.map((text) => ({ kind: 'warning', text }) as const);
  if (warnings.length > 0) {
    const target = sections[0];
    if (target) target.blocks = [...warnings, ...target.blocks];
  }
  const empty =
    options.sections?.filter((id) => sections.some((section) => section.id === id && section.blocks.length === 0)) ??
    [];
  if (empty.length > 0)
    notes.push(
      `Left out, for there is nothing to show yet: ${empty.map((id) => sectionTitles[id].toLowerCase()).join(', ')}.`,
    );

  const document: ReportDocument = {
    title: options.title?.trim() || facts.runs.map(({ run }) => run.name).join(', '),
    by: [
      facts.project.name,
      facts.writtenAt === undefined ? '' : moment(facts.writtenAt),
      facts.project.sample ? 'sample data' : '',
    ]
      .filter((part) => part !== '')
      .join(' · '),
    sections: sections.filter((section) => section.blocks.length > 0),
    notes,
  };
  let shortened = false;
  const clean = mapTexts(document, (text) => {
    const short = shortenPaths(text);
    shortened ||= short !== text;
    return short;
  });
  if (shortened) clean.notes.push('File paths are shortened: your user name is not in the report.');
  return clean;
}
