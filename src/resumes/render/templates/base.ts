/** What all templates share: paper, reading direction by logical properties, breaks that keep an entry's head with its body. */
export const BASE_STYLE = `
*{box-sizing:border-box}
@page{margin:14mm 16mm}
html{background:#fff;color:#1b1b1b;-webkit-print-color-adjust:exact;print-color-adjust:exact;text-size-adjust:100%}
body{margin:0}
.resume{max-width:52rem;margin:0 auto;padding:2.5rem 2rem;font-size:10.5pt;line-height:1.42;overflow-wrap:anywhere;hyphens:auto}
h1,h2,h3,p,ul,blockquote{margin:0;padding:0;font:inherit}
h1{overflow-wrap:anywhere;hyphens:none}
ul{list-style:none}
a{color:inherit;text-decoration-color:color-mix(in srgb,var(--accent) 50%,transparent);text-underline-offset:.15em}
.contacts{display:flex;flex-wrap:wrap;gap:.1em 1.1em}
section{margin-block-start:1.1em}
h2{break-after:avoid;color:var(--accent)}
article{margin-block-start:.7em}
h2+article{margin-block-start:.4em}
.entry-head{break-inside:avoid;break-after:avoid;display:grid;grid-template-columns:1fr fit-content(45%);column-gap:1.2em}
.entry-head h3,.subtitle{grid-column:1}
h3,strong{font-weight:600}
.when{grid-column:2;grid-row:1/span 2;text-align:end;display:flex;flex-direction:column;color:#555}
.entry-head h3:only-child,.entry-head .subtitle:only-child{grid-column:1/-1}
.summary{white-space:pre-line;margin-block-start:.2em;orphans:2;widows:2}
.highlights{margin-block-start:.25em}
.highlights li{position:relative;padding-inline-start:1.1em;margin-block-start:.12em;break-inside:avoid}
.highlights li::before{content:"\\2022";position:absolute;inset-inline-start:.15em;color:var(--accent)}
article>.keywords{color:#555;margin-block-start:.2em}
.level{color:#555}
.level:not(:last-child)::after,.lines strong:has(+.keywords)::after{content:":";color:#555}
.lines li{break-inside:avoid;margin-block-start:.15em}
blockquote{border-inline-start:2px solid var(--accent);padding-inline-start:.8em;margin-block-start:.25em;font-style:italic}
[dir=rtl] blockquote{font-style:normal}
.tools{text-align:center;margin:0 0 2rem;font:.85rem sans-serif}
@media print{.tools{display:none}.resume{max-width:none;padding:0;font-size:10pt}a{text-decoration:none}}
@media (max-width:34rem){.resume{padding:1.25rem 1rem}.entry-head{grid-template-columns:1fr}.when{grid-column:1;grid-row:auto;text-align:start;flex-direction:row;gap:.8em}}
`;
