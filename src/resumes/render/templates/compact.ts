/** Small type, headings beside what they head: much on few pages. */
export const COMPACT_STYLE = `
.compact{font-family:"Source Sans 3","Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif;font-size:9.5pt;line-height:1.34}
.compact header{display:grid;grid-template-columns:1fr fit-content(55%);grid-template-rows:auto 1fr;column-gap:2em;align-items:start;border-block-end:2px solid var(--accent);padding-block-end:.5em}
.compact h1{font-size:1.75em;line-height:1.1;font-weight:700;grid-column:1}
.compact .label{grid-column:1;color:#444}
.compact .contacts{grid-column:2;grid-row:1/span 2;flex-direction:column;text-align:end;font-size:.93em}
.compact section{position:relative;margin-block-start:.8em;padding-inline-start:9.5em}
.compact h2{position:absolute;inset-inline-start:0;inline-size:8.7em;font-weight:700}
.compact h2+article,.compact h2+ul{margin-block-start:0}
.compact h2+article .summary:first-child{margin-block-start:0}
.compact article{margin-block-start:.5em}
@media print{.compact{font-size:9pt}}
@media (max-width:34rem){.compact header{display:block}.compact .contacts{text-align:start}.compact section{padding-inline-start:0}.compact h2{position:static;inline-size:auto}}
`;
