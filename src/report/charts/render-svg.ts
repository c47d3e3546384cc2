/** A Vega-Lite specification as SVG text, in Node and without a canvas. */
import type { TopLevelSpec } from 'vega-lite';
import { htmlText, linesText } from '../../base/text/safe.js';
import { theme } from './theme.js';

/**
 * The drawing, named by `title` for those who do not see it. Every id inside it starts with `key`, which must be unlike
 * that of every other drawing on the page.
 */
export async function renderSvg(spec: TopLevelSpec, key: string, title: string): Promise<string> {
  // Loaded only where something is drawn: a tenth of a second that most users of the library never need.
  const [{ compile }, { logger, None, parse, View }] = await Promise.all([
    import('vega-lite'),
    import('vega'),
  ]);
  // Vega would write its warnings to the console, which a library must not do.
  const silent = logger(None);
  const { spec: compiled } = compile(spec, { config: theme as object, logger: silent });
  const view = new View(parse(compiled), { renderer: 'none', logger: silent });
  const svg = await view.toSVG();
  view.finalize();
  // Vega numbers what it draws through the whole process; here every drawing counts from 1.
  const ids = [...new Set([...svg.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id))];
  const own = (id: string) => `${key}-${ids.indexOf(id) + 1}`;
  // Vega escapes markup in names, but not characters that act on the text around them.
  const name = `<title id="${key}-title">${htmlText(title)}</title>`;
  const named = `role="graphics-document document" aria-labelledby="${key}-title">${name}`;
  return linesText(svg)
    .replaceAll(/\bid="([^"]+)"/g, (_, id: string) => `id="${own(id)}"`)
    .replaceAll(/url\(#([^)]+)\)/g, (_, id: string) => `url(#${own(id)})`)
    .replace(/^<svg([^>]*)>/, (_, attributes: string) => `<svg${attributes} ${named}`);
}
