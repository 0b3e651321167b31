/** Calls about reports: facts are gathered from the store, written as one page, and saved where the user chose. */
import { extname } from 'node:path';
import { type Handlers, PretextError } from '#app/contract';
import { type ReportFormat, type ReportOptions, reportFormat } from '#app/records/report';
import type { Run } from '#app/records/run';
import { recipeOf } from '#main/recipes';
import { type Report, type ReportFacts, type RunFacts, renderReport } from '#main/reports';
import { need } from './app';
import { type Codebooks, hasCodebook } from './codebook';
import type { Rooms } from './rooms';
import { writeAtomically } from './user-files';

export const reportCalls = (rooms: Rooms, codebooks: Codebooks): Handlers<'reports'> => {
  const render = async (options: ReportOptions): Promise<Report> =>
    renderReport(await gather(rooms, codebooks, options), options);
  return {
    async 'reports.preview'(options) {
      const { html, notes } = await render(options);
      return { html, notes };
    },
    async 'reports.export'({ to, format: wanted, ...options }) {
      const format = wanted ?? formatOf(to);
      const print = format === 'pdf' ? need(rooms.shell.printPdf, 'reports.export to PDF') : undefined;
      const { html, markdown } = await render(options);
      const bytes = print ? await print(html) : Buffer.from(format === 'md' ? markdown : html);
      await writeAtomically(to, bytes);
      return { path: to, bytes: bytes.length, format };
    },
  };
};

/** @throws PretextError for an ending that no report has */
function formatOf(path: string): ReportFormat {
  const ending = extname(path).slice(1).toLowerCase();
  const known = reportFormat.safeParse(ending === 'htm' ? 'html' : ending);
  if (known.success) return known.data;
  throw new PretextError(`${path} must end in .html, .pdf or .md, but it ends in “${ending ? `.${ending}` : ''}”`, {
    kind: 'usage',
    advice: 'name the file with one of these endings',
  });
}

async function gather({ session }: Rooms, codebooks: Codebooks, options: ReportOptions): Promise<ReportFacts> {
  const { store, project } = session();
  const runs = await Promise.all(options.runs.map((word) => store.runs.find(word)));
  const wantsCodebook = options.sections === undefined || options.sections.includes('codebook');

  async function factsOf(run: Run): Promise<RunFacts> {
    const [series, events, preview, evaluations, checkpoints, dataset] = await Promise.all([
      store.runs.metrics(run.id),
      store.runs.events(run.id),
      store.runs.preview(run.id),
      store.evaluations.list(run.id),
      store.runs.checkpoints(run.id),
      store.datasets.get(run.dataset),
    ]);
    const codebook =
      wantsCodebook && hasCodebook(run) && checkpoints.length > 0 ? await codebooks.open(run.id, undefined) : undefined;
    const { description } = recipeOf(run.recipe);
    const pictures = { ...(preview && { preview }), ...(codebook && { codebook }) };
    return { run, description, series, events, evaluations, checkpoints, dataset, ...pictures };
  }
  return { project: await project(), runs: await Promise.all(runs.map(factsOf)), writtenAt: Date.now() };
}
