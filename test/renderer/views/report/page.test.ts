import { describe, expect, it } from 'vitest';
import { renderReport } from '#main/reports';
import { readPage, showPage } from '#renderer/views/report/page';
import { reportFacts, runFacts } from '../../../main/reports/facts';

const textOf = (content: Node) => content.textContent?.replace(/\s+/g, ' ') ?? '';

describe('a page in the window', () => {
  const { html } = renderReport(reportFacts(runFacts('vq-k128')), { runs: ['vq-k128'], figureData: true });

  it('has all that the file has: text, charts, pictures, and the look as style sheets', () => {
    const page = readPage(html);
    expect(textOf(page.content)).toContain('vq-k128 is a VQ-VAE');
    expect(page.styles.join('')).toContain('.report');
    expect(page.content.querySelectorAll('svg').length).toBe(html.match(/<svg/g)?.length);
    const images = [...page.content.querySelectorAll('img')];
    expect(images.length).toBe(html.match(/<img/g)?.length);
    expect(images.every((image) => image.getAttribute('src')?.startsWith('data:image/png'))).toBe(true);
    expect(page.figures).toBe(html.match(/<figure>/g)?.length);
    expect(page.bytes).toBe(Buffer.byteLength(html));
    expect(page.sections).toEqual([...html.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id));
  });

  it('our own reports use nothing that the policy of the window forbids', () => {
    expect(html).not.toMatch(/<script|\sstyle=|\son\w+=|<link|https?:\/\/(?!www\.w3\.org)/i);
  });

  it('what could run, load or style from inside is dropped', () => {
    const page = readPage(
      '<style>p{}</style><p style="color:red" onclick="x()">kept</p><script>x()</script><img src="http://a/b"><a href="javascript:x()">a</a><object></object>',
    );
    const host = document.createElement('div');
    host.append(page.content);
    expect(host.innerHTML).toBe('<p>kept</p><img><a>a</a>');
    expect(page.styles).toEqual(['p{}']);
  });

  it('a second page takes the place of the first', () => {
    const root = document.createElement('div').attachShadow({ mode: 'open' });
    showPage(root, readPage('<style>p{color:red}</style><p>one</p>'));
    showPage(root, readPage('<style>b{color:red}</style><b>two</b>'));
    expect(root.innerHTML).toBe('<b>two</b>');
    expect(root.adoptedStyleSheets).toHaveLength(1);
  });
});
