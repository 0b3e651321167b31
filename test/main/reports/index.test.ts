import { describe, expect, it } from 'vitest';
import { type RunFacts, renderReport } from '#main/reports';
import { reportFacts, runFacts, series } from './facts';

const render = (...runs: RunFacts[]) => renderReport(reportFacts(...runs), { runs: ['r-1'] });

describe('a report', () => {
  it('needs nothing outside itself and runs nothing', () => {
    const { html } = render();
    expect(html).not.toMatch(/<script|javascript:|\son\w+=/i);
    expect(
      [...html.matchAll(/(?:src|href)="([^"]*)"/g)]
        .map(([, target]) => target!.slice(0, 22))
        .every((target) => target.startsWith('data:image/png;base64,')),
    ).toBe(true);
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//);
    expect(html).not.toContain('style="');
  });

  it('tells what was run, on which data, with which seed, and what came of it', () => {
    const { html, markdown } = render();
    for (const text of [
      'vq-k128',
      'a'.repeat(64),
      '0.00365',
      '2\u2009000',
      'onnxruntime-node',
      'few enough to look at one by one',
      'b'.repeat(64),
    ]) {
      expect(html).toContain(text);
      expect(markdown).toContain(text);
    }
  });

  it('gives the command that makes the run again, with what was changed and nothing that was not', () => {
    const { markdown } = render();
    expect(markdown).toContain(
      'pretext train vq-vae --project DIR --data glyphs --preset small --set codes=128 --seed 7 --device cpu --name vq-k128',
    );
    expect(markdown).toContain("pretext import '~/pictures/glyphs set' --project DIR --name glyphs");
    expect(markdown).not.toContain('learningRate=');
  });

  it('marks settings that differ from the preset', () => {
    const { html } = render();
    expect(html).toMatch(/<tr class="changed"><td>Codebook size K<\/td><td class="n">128<\/td>/);
    expect(html.match(/class="changed"/g)).toHaveLength(1);
  });

  it('says so when a run is not finished', () => {
    const { html, notes } = render(runFacts('vq-live', { status: 'running', step: 900 }));
    expect(notes[0]).toBe('vq-live is still training: its numbers are those up to step 900 of 2\u2009000.');
    expect(html).toContain('class="note">vq-live is still training');
    expect(html).toContain('class="todo"');
    expect(render().html).not.toContain('class="todo"');
  });

  it('hides whose machine it was and says that it did', () => {
    const { html, markdown, notes } = render();
    expect(html + markdown).not.toContain('yanzhao');
    expect(notes).toEqual(['File paths are shortened: your user name is not in the report.']);
  });

  it('carries only the sections asked for, in their own order', () => {
    const { markdown } = renderReport(reportFacts(), { runs: ['r-1'], sections: ['repeat', 'data'] });
    expect([...markdown.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(['Data', 'How to repeat it']);
  });

  it('leaves a section out where there is nothing to show, and says which was asked for', () => {
    const { preview: _, codebook: __, ...bare } = runFacts();
    const { markdown, notes } = renderReport(reportFacts(bare), { runs: ['r-1'], sections: ['summary', 'codebook'] });
    expect(markdown).not.toContain('## Codebook');
    expect(notes).toContain('Left out, for there is nothing to show yet: codebook.');
  });

  it('cannot be broken by a name', () => {
    const { html } = render(runFacts('<img src=x onerror=alert(1)>|x'));
    expect(html).not.toContain('<img src=x');
    expect(html).toContain('&#60;img src=x');
  });

  it('puts runs side by side: one line and one column each', () => {
    const { html } = render(
      runFacts('first'),
      runFacts('second', { config: { codes: 256, learningRate: 2e-3, ema: true } }),
    );
    expect(html).toMatch(/<th class="n">first<\/th><th class="n">second<\/th>/);
    expect(html).toMatch(/<td class="n">128<\/td><td class="n">256<\/td>/);
    expect(html).toMatch(/class="t1 end"[^>]*>first .*class="t2 end"[^>]*>second /s);
  });

  it('draws each figure once, the loss first', () => {
    const { html } = render();
    const titles = [...html.matchAll(/<figcaption>Figure (\d+)\. ([^<]*)/g)].map(([, n, title]) => `${n} ${title}`);
    expect(titles.slice(0, 2)).toEqual(['1 Loss', '2 MSE']);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('puts the drawn numbers in when asked, at full precision', () => {
    const facts = { ...runFacts(), series: { 'validation/loss': series(3, (step) => step / 3) } };
    const { html, markdown } = renderReport(reportFacts(facts), { runs: ['r-1'], figureData: true });
    expect(html).toContain(`1,&#34;validation&#34;,${1 / 3}`);
    expect(markdown).toContain(`2,"validation",${2 / 3}`);
    expect(render().html).not.toContain('step,line,value');
  });

  it('is the same for the same facts', () => {
    expect(render().html).toBe(render().html);
  });
});
