/** The look of a report: one column, calm, the same words in light, dark and print. */

import { dark, light, variables } from '../charts/palette.js';

export const style = `
:root { color-scheme: light dark; ${variables(light)} }
@media (prefers-color-scheme: dark) { :root { ${variables(dark)} } }
@media print { :root { color-scheme: light; ${variables(light)} --page: #fff; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; overflow-wrap: anywhere; background: var(--page); color: var(--ink);
  font: 15px/1.55 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
main { max-width: 980px; margin: 0 auto; padding: 40px 24px 72px; }
header p.mark { margin: 0 0 28px; color: var(--soft); font-size: 13px; letter-spacing: .02em; }
header p.mark b { color: var(--ink); font-weight: 650; }
h1 { font-size: 15px; font-weight: 500; color: var(--soft); margin: 0 0 10px; overflow-wrap: anywhere; }
h1 b { color: var(--ink); font-weight: 600; }
p.verdict { font-size: 23px; line-height: 1.4; font-weight: 600; letter-spacing: -.011em; margin: 0 0 16px;
  text-wrap: pretty; overflow-wrap: anywhere; }
p.basis { color: var(--soft); margin: 0 0 8px; }
h2 { font-size: 19px; font-weight: 620; letter-spacing: -.006em; margin: 56px 0 6px; }
h2 + p { margin-top: 0; }
p.lead { color: var(--soft); margin: 0 0 14px; max-width: 72ch; }
p.lead.after { margin-top: 14px; }
section.candidate + section.candidate { margin-top: 72px; padding-top: 40px; border-top: 1px solid var(--line); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 20px 22px; margin: 14px 0; }
.card h3 { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; margin: 0 0 14px; font-size: 16px; font-weight: 620; }
.badge { font-size: 12.5px; font-weight: 600; color: var(--warn); }
.badge.equivalent, .badge.faster, .badge.valid { color: var(--good); }
.badge.slower, .badge.invalid, .badge.aborted { color: var(--bad); }
dl.figures { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 10px 22px; margin: 0 0 14px; }
dl.figures div { min-width: 0; }
dl.figures dt { color: var(--soft); font-size: 12.5px; }
dl.figures dd { margin: 0; font-size: 18px; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
dl.figures dd small { font-size: 12.5px; font-weight: 400; color: var(--soft); }
ul.notes { margin: 0; padding: 0; list-style: none; color: var(--soft); font-size: 13.5px; max-width: 78ch; }
ul.notes li { margin: 3px 0; overflow-wrap: anywhere; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); gap: 20px 28px; margin-top: 18px; }
figure { margin: 0; min-width: 0; }
figure svg { display: block; max-width: 100%; height: auto; }
figure .narrow { display: none; }
figcaption { font-size: 13px; font-weight: 600; margin-bottom: 6px; }
.peak:not(:last-child) { margin-bottom: 14px; }
ul.notes + .peak { margin-top: 14px; }
.peak figure + ul.notes { margin-top: 10px; }
details { margin-top: 16px; }
summary { cursor: pointer; font-size: 13.5px; font-weight: 600; }
caption { text-align: left; font-size: 13px; font-weight: 600; padding: 14px 0 4px; }
caption.unseen { position: absolute; width: 1px; height: 1px; padding: 0; overflow: hidden; clip-path: inset(50%); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 500; color: var(--soft); font-size: 12.5px; }
th, td { padding: 7px 12px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
td.number, th.number { text-align: right; white-space: nowrap; overflow-wrap: normal; }
td.nowrap { white-space: nowrap; overflow-wrap: normal; }
td .why, td.unknown { color: var(--soft); font-style: italic; }
td .why { display: block; font-style: normal; font-size: 12.5px; }
tr.differs td { background: var(--tint); }
tr.differs td:first-child { box-shadow: inset 3px 0 0 var(--warn); padding-left: 12px; }
tr.must td:first-child { box-shadow: inset 3px 0 0 var(--bad); }
tr.expected td:first-child { box-shadow: inset 3px 0 0 var(--baseline); }
.severity { font-weight: 600; white-space: nowrap; }
.severity.must { color: var(--bad); } .severity.confounds { color: var(--warn); } .severity.expected { color: var(--soft); }
h3.group { font-size: 14px; font-weight: 620; margin: 20px 0 4px; }
ul.paths { margin: 0 0 4px; padding: 0; list-style: none; }
ul.paths li, p.fact { overflow-wrap: anywhere; }
p.fact { margin: 2px 0; color: var(--soft); font-size: 12.5px; }
pre, code { font: 12.5px/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { background: var(--tint); border-radius: 8px; padding: 12px 14px; margin: 8px 0 16px; white-space: pre-wrap; overflow-wrap: anywhere; }
footer { margin-top: 56px; color: var(--soft); font-size: 12.5px; }
@media (max-width: 719px) {
  main { padding: 24px 16px 48px; }
  p.verdict { font-size: 18.5px; }
  .card { padding: 16px; }
  dl.figures { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  figure .wide { display: none; } figure .narrow { display: block; }
  table.stack thead { display: none; }
  table.stack, table.stack tbody, table.stack tr, table.stack td { display: block; width: 100%; }
  table.stack tr { padding: 8px 0; border-bottom: 1px solid var(--line); }
  table.stack td { border: 0; padding: 1px 0; text-align: left; white-space: normal; }
  table.stack td[data-label]:not([data-label=""])::before { content: attr(data-label) ": "; color: var(--soft); }
  table.stack td[data-label=""] { display: inline-block; width: auto; margin-right: 10px; }
  table.stack tr.differs td { background: none; }
  table.stack tr.differs { background: var(--tint); padding: 8px 12px; box-shadow: inset 3px 0 0 var(--warn); }
  table.stack tr.must { box-shadow: inset 3px 0 0 var(--bad); }
  table.stack tr.expected { box-shadow: inset 3px 0 0 var(--baseline); }
  table.stack tr.differs td:first-child { box-shadow: none; padding-left: 0; }
}
@media print {
  main { max-width: none; padding: 0; }
  .card, tr, figure { break-inside: avoid; } h2, h3 { break-after: avoid; }
}
`;
