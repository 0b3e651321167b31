/** A report as one HTML file: no script, no request, everything inside. */
import { detectionChart } from './detection';
import type { Block, ReportDocument } from './document';
import { escapeXml, type LineFigure, lineChart, thin, usageChart } from './figures';
import { sheet } from './pictures';
import { pngUri } from './png';
import { pageStyle, reportStyle } from './style';

export interface HtmlOptions {
  theme: 'light' | 'dark' | 'system';
  figureData: boolean;
}

export function toHtml(document: ReportDocument, options: HtmlOptions): string {
  const numbers = { figures: 0 };
  const sections = document.sections.map(
    ({ id, title, blocks }) =>
      `<section id="${id}"><h2>${escapeXml(title)}</h2>${blocksHtml(blocks, options, numbers)}</section>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="generator" content="Pretext">
<title>${escapeXml(document.title)}</title><style>${reportStyle}</style><style>${pageStyle}</style></head>
<body><main class="report" data-theme="${options.theme}"><h1>${escapeXml(document.title)}</h1><div class="by">${escapeXml(document.by)}</div>
${sections.join('\n')}
<footer>Written by Pretext from the records of the runs. Every number comes from the run named beside it.</footer></main></body></html>
`;
}

/** Small charts that follow each other share rows. */
function blocksHtml(blocks: readonly Block[], options: HtmlOptions, numbers: { figures: number }): string {
  const isSmall = (block: Block | undefined) => block?.kind === 'lines' && block.figure.small === true;
  return blocks
    .map((block, i) => {
      const before = isSmall(block) && !isSmall(blocks[i - 1]) ? '<div class="pair">' : '';
      const after = isSmall(block) && !isSmall(blocks[i + 1]) ? '</div>' : '';
      return before + blockHtml(block, options, numbers) + after;
    })
    .join('\n');
}

function blockHtml(block: Block, options: HtmlOptions, numbers: { figures: number }): string {
  const caption = (title: string) => {
    numbers.figures += 1;
    return `<figcaption>Figure ${numbers.figures}. ${escapeXml(title)}</figcaption>`;
  };
  switch (block.kind) {
    case 'text':
      return `<p>${escapeXml(block.text)}</p>`;
    case 'heading':
      return `<h3>${escapeXml(block.text)}</h3>`;
    case 'warning':
      return `<p class="note">${escapeXml(block.text)}</p>`;
    case 'facts':
      return `<dl>${block.pairs.map(([name, value]) => `<dt>${escapeXml(name)}</dt><dd>${escapeXml(value)}</dd>`).join('')}</dl>`;
    case 'table':
      return tableHtml(block);
    case 'lines':
      return `<figure>${caption(block.figure.title)}${lineChart(block.figure)}${options.figureData ? dataHtml(block.figure) : ''}</figure>`;
    case 'detection':
      return `<figure>${caption(block.title)}${detectionChart(block.figure)}</figure>`;
    case 'usage':
      return `<figure>${caption(block.title)}${usageChart(block.counts)}</figure>`;
    case 'pictures':
      return `<figure>${caption(block.title)}${block.rows.map(rowHtml).join('')}</figure>`;
    case 'commands':
      return `<pre>${block.lines.map(escapeXml).join('\n')}</pre>`;
  }
}

function rowHtml({ name, pictures, options }: Extract<Block, { kind: 'pictures' }>['rows'][number]): string {
  const made = sheet(pictures, options);
  const image = `<img src="${pngUri(made)}" width="${made.width}" height="${made.height}" alt="${pictures.count} pictures${name ? `: ${name}` : ''}">`;
  return name ? `<div class="strip"><span>${name}</span>${image}</div>` : image;
}

function tableHtml({ columns, rows }: Extract<Block, { kind: 'table' }>): string {
  const mark = (i: number) => (columns[i]?.number ? ' class="n"' : '');
  const head = columns.map(({ name }, i) => `<th${mark(i)}>${escapeXml(name)}</th>`).join('');
  const body = rows.map(
    ({ cells, changed }) =>
      `<tr${changed ? ' class="changed"' : ''}>${cells.map((cell, i) => `<td${mark(i)}>${escapeXml(cell)}</td>`).join('')}</tr>`,
  );
  // Spread over the whole page, two or three short columns are hard to read across.
  const few = columns.length <= 3 && rows.every(({ cells }) => cells.every((cell) => cell.length <= 32));
  return `<table${few ? ' class="few"' : ''}><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}

/** The points the picture was drawn from, in full precision. */
export function figureCsv(chart: LineFigure): string {
  const rows = chart.lines.flatMap((line) => {
    const { steps, values } = thin(line);
    return steps.map((step, i) => `${step},${JSON.stringify(line.label)},${values[i]}`);
  });
  return ['step,line,value', ...rows].join('\n');
}

const dataHtml = (chart: LineFigure) =>
  `<details><summary>The numbers of this figure, as CSV</summary><pre>${escapeXml(figureCsv(chart))}</pre></details>`;
