/** One serif column, ruled headings: for those who read hundreds. */
export const CLASSIC_STYLE = `
.classic{font-family:"Libertinus Serif","Source Serif 4",Georgia,"Times New Roman","DejaVu Serif",serif}
.classic header{text-align:center}
.classic h1{font-size:2.1em;line-height:1.15;letter-spacing:.01em}
.classic .label{font-size:1.1em;color:#444;margin-block-start:.15em}
.classic .contacts{justify-content:center;margin-block-start:.5em;font-size:.95em}
.classic h2{font-size:.95em;text-transform:uppercase;letter-spacing:.07em;border-block-end:1px solid var(--accent);padding-block-end:.05em;margin-block-end:.35em}
[dir=rtl] .classic h2{font-size:1.05em;letter-spacing:0}
.classic .subtitle{font-style:italic}
[dir=rtl] .classic .subtitle{font-style:normal}
`;
