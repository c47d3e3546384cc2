/** The colours of reports, by the names under which style sheets and drawings ask for them. */

export const light = {
  page: '#fcfcfb',
  card: '#ffffff',
  ink: '#1d2026',
  soft: '#5d646e',
  line: '#e5e5e1',
  baseline: '#8d939c',
  candidate: '#2b6cb0',
  pale: '#6589bb',
  band: '#edf2f7',
  good: '#1f7a4d',
  warn: '#8f5f00',
  bad: '#b42c25',
  tint: '#f4f6f8',
} as const;

type Palette = Readonly<Record<keyof typeof light, string>>;

export const dark: Palette = {
  page: '#14161a',
  card: '#1a1d22',
  ink: '#e6e8ec',
  soft: '#9aa2ad',
  line: '#2c3138',
  baseline: '#868d98',
  candidate: '#6aa9ec',
  pale: '#4f7ba8',
  band: '#222a35',
  good: '#5fc28f',
  warn: '#dcae54',
  bad: '#f08479',
  tint: '#20242a',
};

/** As CSS variables. */
export function variables(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, value]) => `--${name}: ${value};`)
    .join(' ');
}

/** A drawing without variables, for programs that know none. */
export function coloured(svg: string, palette: Palette): string {
  return svg.replaceAll(/var\(--(\w+)\)/g, (unknown, name: keyof Palette) => palette[name] ?? unknown);
}
