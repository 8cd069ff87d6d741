/**
 * How the page looks, in the light and in the dark.
 *
 * @module
 */

/** The style sheet. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2024; --faint: #60646c; --rule: #d9d9e0; --grid: #e8e8ec;
  --own: #d6409f; --raw: #8b8d98; --peer: #3e63dd; --other: #30a46c; --mark: #1c2024;
  --c0: #d6409f; --c1: #8b8d98; --c2: #3e63dd; --c3: #12a594; --c4: #f76b15; --c5: #8e4ec6; --c6: #ad7f58;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #111113; --ink: #edeef0; --faint: #b0b4ba; --rule: #363a3f; --grid: #272a2d;
    --own: #ff8dcc; --raw: #777b84; --peer: #5472e4; --other: #3dd68c; --mark: #edeef0;
    --c0: #ff8dcc; --c1: #9ea0aa; --c2: #70b8ff; --c3: #0bd8b6; --c4: #ffa057; --c5: #d19dff; --c6: #dbb594;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 60rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, sans-serif; }
h1 { font-size: 1.9rem; margin: 0 0 1rem; }
h2 { font-size: 1.4rem; margin: 3rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1.1rem; margin: 2rem 0 .25rem; }
h4 { font-size: .95rem; margin: 1.25rem 0 .5rem; color: var(--faint); font-weight: 600; }
p, li { max-width: 46rem; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 1rem 0; }
a { color: var(--peer); }
@media (prefers-color-scheme: dark) { a { color: #70b8ff; } }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dt { color: var(--faint); }
dd { margin: 0; }
pre { overflow-x: auto; padding: .75rem 1rem; border: 1px solid var(--rule); border-radius: 6px; }
code { font: .9em ui-monospace, monospace; }
svg { display: block; width: 100%; min-width: 40rem; height: auto; font: 12px ui-monospace, monospace; }
svg text { fill: var(--ink); }
svg text.faint { fill: var(--faint); }
svg text.own { font-weight: 700; }
svg .grid { stroke: var(--grid); }
svg .range { stroke: var(--ink); stroke-width: 1.5; }
svg .mark { stroke: var(--mark); stroke-width: 2; stroke-dasharray: 3 2; }
svg .stem { stroke-width: 2; opacity: .5; }
svg .curve { fill: none; stroke-width: 2; }
${["own", "raw", "peer", "other", "c0", "c1", "c2", "c3", "c4", "c5", "c6"].map(colour).join("\n")}
details { margin: .5rem 0 1.25rem; }
summary { cursor: pointer; color: var(--faint); font-size: .9rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font: .8rem/1.4 ui-monospace, monospace; margin: .5rem 0; }
th, td { padding: .2rem .6rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--grid); }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
th { color: var(--faint); font-weight: 600; vertical-align: bottom; white-space: normal; }
.note { color: var(--faint); font-size: .85rem; margin: .25rem 0; }
`;

function colour(name: string): string {
  return `svg rect.${name}, svg circle.${name} { fill: var(--${name}); } ` +
    `svg .stem.${name}, svg .curve.${name} { stroke: var(--${name}); }`;
}
