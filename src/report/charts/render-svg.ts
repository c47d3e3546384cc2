/** A Vega-Lite specification as SVG text, in Node and without a canvas. */
import { logger, None, parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { theme } from './theme.js';

let drawings = 0;

/** The drawing; ids inside it differ from those of every other drawing on a page. */
export async function renderSvg(spec: TopLevelSpec): Promise<string> {
  // What Vega would warn of goes to the console, which is not a library's to write to.
  const silent = logger(None);
  const { spec: compiled } = compile(spec, { config: theme as object, logger: silent });
  const view = new View(parse(compiled), { renderer: 'none', logger: silent });
  const svg = await view.toSVG();
  view.finalize();
  drawings++;
  return svg
    .replaceAll(/\bid="([^"]+)"/g, `id="c${drawings}-$1"`)
    .replaceAll(/url\(#([^)]+)\)/g, `url(#c${drawings}-$1)`);
}
