/** Sans serif under a band of colour. */
export const MODERN_STYLE = `
.modern{font-family:"Inter","Source Sans 3","Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif}
.modern header{border-inline-start:.45em solid var(--accent);padding-inline-start:1em}
.modern h1{font-size:2.2em;line-height:1.1;font-weight:700;letter-spacing:-.01em}
.modern .label{font-size:1.15em;color:var(--accent);margin-block-start:.2em}
.modern .contacts{margin-block-start:.6em;font-size:.92em;color:#444}
.modern section{margin-block-start:1.4em}
.modern h2{font-size:1.12em;font-weight:700;margin-block-end:.3em}
.modern .subtitle{color:#444}
.modern .lines ul{display:grid;grid-template-columns:1fr 1fr;column-gap:1.6em}
@media (max-width:34rem){.modern .lines ul{grid-template-columns:1fr}}
`;
