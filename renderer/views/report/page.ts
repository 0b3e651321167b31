/**
 * A report as the window can show it. The page's policy forbids inline styles and scripts, so a report's style text is
 * taken out to become a constructed style sheet, and whatever could run or load is dropped, though our own reports have
 * none of it.
 */

export interface ReportPage {
  styles: string[];
  content: DocumentFragment;
  /** Ids of the sections that had something to say, in order. */
  sections: string[];
  figures: number;
  /** Size of the file in bytes. */
  bytes: number;
}

const unwanted = 'script, style, link, meta, base, iframe, object, embed, form';

/** html: a whole document, as `reports.preview` gives it. */
export function readPage(html: string): ReportPage {
  const styles: string[] = [];
  // before parsing: Chromium reports a style element against the policy even in a document that is never shown
  const bare = html.replace(/<style[^>]*>([\s\S]*?)<\/style>/gi, (_, text: string) => {
    styles.push(text);
    return '';
  });
  const parsed = new DOMParser().parseFromString(bare, 'text/html');
  for (const element of parsed.querySelectorAll(unwanted)) element.remove();
  for (const element of parsed.querySelectorAll('*'))
    for (const { name, value } of [...element.attributes])
      if (/^on/i.test(name) || name === 'style' || (/^(href|src)$/i.test(name) && !/^(data:image\/|#)/i.test(value)))
        element.removeAttribute(name);
  const content = document.createDocumentFragment();
  content.append(...[...parsed.body.childNodes].map((node) => document.importNode(node, true)));
  return {
    styles,
    content,
    sections: [...content.querySelectorAll('section[id]')].map(({ id }) => id),
    figures: content.querySelectorAll('figure').length,
    bytes: new TextEncoder().encode(html).length,
  };
}

/** Puts a page into a shadow root, in place of what was there; its look does not reach outside. */
export function showPage(root: ShadowRoot, { styles, content }: ReportPage): void {
  root.adoptedStyleSheets = styles.map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  root.replaceChildren(content.cloneNode(true));
}
