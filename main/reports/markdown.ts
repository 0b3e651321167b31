/** The same report as Markdown; charts and pictures travel inside it as data URIs. */
import { detectionChart } from './detection';
import type { Block, ReportDocument } from './document';
import { lineChart, usageChart } from './figures';
import { figureCsv } from './html';
import { sheet } from './pictures';
import { pngUri } from './png';
import { chartStyle } from './style';

export function toMarkdown(document: ReportDocument, options: { figureData: boolean }): string {
  const numbers = { figures: 0 };
  const sections = document.sections.map(
    ({ title, blocks }) =>
      `## ${title}\n\n${blocks.map((block) => blockMarkdown(block, options, numbers)).join('\n\n')}`,
  );
  return `# ${inline(document.title)}\n\n${inline(document.by)}\n\n${sections.join('\n\n')}\n`;
}

function blockMarkdown(block: Block, options: { figureData: boolean }, numbers: { figures: number }): string {
  const picture = (title: string, uri: string) => {
    numbers.figures += 1;
    return `**Figure ${numbers.figures}. ${inline(title)}**\n\n![${inline(title)}](${uri})`;
  };
  switch (block.kind) {
    case 'text':
      return inline(block.text);
    case 'heading':
      return `### ${inline(block.text)}`;
    case 'warning':
      return `> **Note.** ${inline(block.text)}`;
    case 'facts':
      return table(
        ['', ''],
        block.pairs.map(([name, value]) => [name, value]),
        [false, false],
      );
    case 'table':
      return table(
        block.columns.map(({ name }) => name),
        block.rows.map(({ cells, changed }) => (changed ? [`• ${cells[0] ?? ''}`, ...cells.slice(1)] : cells)),
        block.columns.map(({ number }) => number === true),
      );
    case 'lines': {
      const data = options.figureData ? `\n\n\`\`\`csv\n${figureCsv(block.figure)}\n\`\`\`` : '';
      return picture(`${block.figure.title} by step`, svgUri(lineChart(block.figure, chartStyle))) + data;
    }
    case 'detection':
      return picture(block.title, svgUri(detectionChart(block.figure, chartStyle)));
    case 'usage':
      return picture(block.title, svgUri(usageChart(block.counts, chartStyle)));
    case 'pictures':
      return block.rows
        .map(({ name, pictures, options: how }) =>
          picture(name ? `${block.title}: ${name}` : block.title, pngUri(sheet(pictures, how))),
        )
        .join('\n\n');
    case 'commands':
      return `\`\`\`sh\n${block.lines.join('\n')}\n\`\`\``;
  }
}

const svgUri = (svg: string) => `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
const inline = (text: string) => text.replace(/([\\`*_[\]<>|])/g, '\\$1').replaceAll('\n', ' ');

function table(columns: string[], rows: string[][], numbers: boolean[]): string {
  const line = (cells: string[]) => `| ${cells.map(inline).join(' | ')} |`;
  return [
    line(columns),
    `| ${numbers.map((number) => (number ? '---:' : '---')).join(' | ')} |`,
    ...rows.map(line),
  ].join('\n');
}
