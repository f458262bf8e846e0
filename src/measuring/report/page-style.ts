/** The look of a report page, for light, dark and paper. */

export const pageStyle = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --ink: #22252a; --quiet: #6a6f77; --line: #e3e0d8; --faint: #a9a69d;
  --panel: #ffffff; --accent: #2c6e8f; --contrast: #c8742b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181b; --ink: #e4e3df; --quiet: #989da5; --line: #2d3136; --faint: #6d7178;
    --panel: #1d2024; --accent: #6cb4d6; --contrast: #e39a5a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.6 ui-sans-serif, system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "DejaVu Sans", sans-serif;
}
main { max-width: 46rem; margin: 0 auto; padding: 3.5rem 1.5rem 5rem; }
header { border-bottom: 1px solid var(--line); padding-bottom: 1.2rem; margin-bottom: 1.8rem; }
h1 { font-size: 1.9rem; line-height: 1.2; letter-spacing: -0.015em; margin: 0 0 .4rem; font-weight: 650; overflow-wrap: anywhere; }
header p { margin: 0; color: var(--quiet); }
h2 { font-size: 1.2rem; letter-spacing: -0.005em; margin: 3rem 0 .6rem; font-weight: 650; }
p { margin: 0 0 1rem; max-width: 42rem; overflow-wrap: anywhere; }
small { color: var(--quiet); font-size: .82em; font-weight: 400; white-space: nowrap; }
.highlights { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .8rem; margin: 0 0 1rem; }
.highlights div { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; }
.highlights dt { color: var(--quiet); font-size: .82rem; }
.highlights dd { margin: .1rem 0 0; font-size: 1.55rem; line-height: 1.25; font-weight: 600; font-variant-numeric: tabular-nums; }
.highlights small { display: block; font-size: .8rem; }
.table { overflow-x: auto; margin: 0 0 1.4rem; }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .42rem 1.1rem .42rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
th { color: var(--quiet); font-weight: 500; font-size: .84rem; }
th.number, td.number { text-align: right; padding: .42rem 0 .42rem 1.6rem; }
th.number:first-child, td.number:first-child { padding-left: 0; }
figure { margin: 1.2rem 0 2rem; }
figcaption { font-size: .88rem; color: var(--quiet); margin-bottom: .6rem; max-width: 42rem; }
figcaption strong { color: var(--ink); font-weight: 600; }
figure svg { --plot-background: transparent; max-width: 100%; height: auto; overflow: visible; font: 12px ui-sans-serif, system-ui, "DejaVu Sans", sans-serif; }
details { border: 1px solid var(--line); border-radius: 8px; background: var(--panel); margin: 0 0 .6rem; padding: .55rem .9rem; }
summary { cursor: pointer; overflow-wrap: anywhere; }
.texts dt { color: var(--quiet); font-size: .82rem; margin-top: .6rem; }
.texts dd { margin: .1rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .9rem; }
@media print { body { background: #fff; } details { break-inside: avoid; } figure { break-inside: avoid; } }
`;
