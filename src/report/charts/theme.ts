/** How every chart looks. Colours are CSS variables, so that one drawing serves light, dark and print. */

const FONT = 'ui-sans-serif, system-ui, sans-serif';

/** Colours of the page, as `html/style.ts` defines them for each scheme. */
export const colours = {
  ink: 'var(--ink)',
  soft: 'var(--soft)',
  line: 'var(--line)',
  baseline: 'var(--baseline)',
  candidate: 'var(--candidate)',
  /** The candidate's where a figure is no measured one; 3:1 against every ground that it stands on. */
  pale: 'var(--pale)',
  band: 'var(--band)',
  bad: 'var(--bad)',
} as const;

/** Vega-Lite configuration of axes, texts and legends. */
export const theme = {
  background: 'transparent',
  font: FONT,
  padding: 2,
  view: { stroke: null },
  axis: {
    labelColor: colours.soft,
    titleColor: colours.soft,
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    titlePadding: 8,
    gridColor: colours.line,
    domain: false,
    ticks: false,
    labelPadding: 6,
  },
  legend: {
    orient: 'top',
    title: null,
    labelColor: colours.ink,
    labelFontSize: 11,
    labelLimit: 280,
    symbolType: 'stroke',
    symbolStrokeWidth: 3,
    offset: 4,
  },
} as const;
