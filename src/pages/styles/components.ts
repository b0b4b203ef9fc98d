/** The small parts that pages are made of; one block each, as in pages/components. */
export const COMPONENTS = `
.button { display: inline-flex; align-items: center; justify-content: center; min-height: var(--target); padding: var(--space-2) var(--space-5); border: 1px solid transparent; border-radius: var(--radius); font: 600 var(--text-m)/1.3 var(--font); text-align: center; text-decoration: none; cursor: pointer; }
.button-primary { background: var(--accent); color: var(--on-accent); }
.button-primary:hover { background: var(--accent-hover); color: var(--on-accent); }
.button-secondary { background: var(--surface); color: var(--ink); border-color: var(--line-strong); }
.button-secondary:hover { background: var(--accent-soft); border-color: var(--accent); color: var(--ink); }
.button-danger { background: var(--surface); color: var(--danger); border-color: currentcolor; }
.button-danger:hover { background: var(--danger-soft); color: var(--danger); }
.actions { display: flex; flex-wrap: wrap; gap: var(--space-3); align-items: center; }
.actions-wide .button { width: 100%; }
.actions-even { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(9rem, 100%), 1fr)); }
.actions-even .button { min-height: 3.25rem; border-width: 2px; border-color: var(--ink); font-size: var(--text-l); }
.footer { padding-top: var(--space-6); font-size: var(--text-s); }
.languages ul { display: flex; flex-wrap: wrap; justify-content: center; gap: var(--space-1) var(--space-4); padding: 0; list-style: none; }
.languages :is(span, button) { display: inline-flex; align-items: center; min-height: var(--target); color: var(--ink-soft); }
.languages button { padding: 0 var(--space-1); border: 0; background: none; color: var(--accent); font: inherit; text-decoration: underline; text-underline-offset: 0.15em; cursor: pointer; }
.languages button:hover { color: var(--accent-hover); }
.danger-link { display: inline-flex; align-items: center; min-height: var(--target); color: var(--danger); }
.danger-link:hover { color: var(--danger); text-decoration-thickness: 2px; }

.field { display: grid; gap: var(--space-1); }
.field label, legend { font-weight: 600; }
.hint { color: var(--ink-soft); font-size: var(--text-s); line-height: 1.45; }
.field-problem { color: var(--danger); font-size: var(--text-s); font-weight: 600; }
input:not([type="checkbox"], [type="radio"], [type="hidden"]), select, textarea { width: 100%; min-height: var(--target); padding: var(--space-2) var(--space-3); border: 1px solid var(--line-strong); border-radius: var(--radius); background: var(--surface); color: var(--ink); font: inherit; }
.field-invalid :is(input, textarea) { border: 2px solid var(--danger); }
textarea { resize: vertical; line-height: 1.5; }
input[type="color"] { max-width: 6rem; padding: var(--space-1); }
fieldset { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--space-2); min-width: 0; margin: 0; padding: 0; border: 0; }
legend { padding: 0 0 var(--space-1); font-size: var(--text-l); }
.choices { display: grid; }
.choice, .choices-nested > label { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: var(--space-3); align-items: start; padding: 0.5rem 0; border-top: 1px solid var(--line); }
.rename { display: grid; justify-items: start; gap: var(--space-2); }
.rename input { font-weight: 400; font-size: var(--text-m); }
.codes { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: var(--space-2); max-width: 40rem; padding: 0; list-style: none; }
.qr { max-width: 100%; height: auto; border-radius: var(--radius-l); }
.choices > .choice:first-child, .panel form > .choice { border-top: 0; }
.choice input, .choices-nested > label > input { width: 1.375rem; height: 1.375rem; margin: 0.1875rem 0 0; accent-color: var(--accent); }
.choice label { display: block; min-height: 1.75rem; }
.choice label, .choices-nested > label { cursor: pointer; }
.choices-nested > label { min-height: var(--target); }
.choice input:disabled + div { color: var(--ink-soft); }
.choices-nested { max-height: 22.5rem; margin-inline-start: calc(1.375rem + var(--space-3) - var(--space-1)); padding-inline-start: var(--space-1); overflow-y: auto; }
@supports selector(:has(*)) {
  fieldset:not(:has(#resumes-only:checked)) > .choices > .choices-nested { display: none; }
}

.notice { display: grid; grid-template-columns: minmax(0, 1fr); overflow-wrap: anywhere; gap: var(--space-2); padding: var(--space-3) var(--space-4); border: 1px solid var(--line); border-inline-start: 4px solid var(--line-strong); border-radius: var(--radius); background: var(--surface); }
.notice h2 { font-size: var(--text-m); }
.notice ul { padding-inline-start: 1.25rem; }
.notice-problem { border-color: var(--danger); background: var(--danger-soft); }
.notice-problem a { color: var(--danger); }
.notice-warning { border-color: var(--warning); background: var(--warning-soft); color: var(--warning); font-weight: 600; }
.notice-done { border-color: var(--good); background: var(--good-soft); color: var(--good); font-weight: 600; }
.empty { display: grid; gap: var(--space-3); justify-items: start; padding: var(--space-6) var(--space-5); border: 1px dashed var(--line-strong); border-radius: var(--radius-l); }

.identity { display: grid; gap: var(--space-2); padding: var(--space-4); border: 1px solid var(--line); border-radius: var(--radius); background: var(--paper); }
.mark-good { color: var(--good); }
.mark-warning { color: var(--warning); }
.mark-good, .mark-warning { position: relative; padding-inline-start: 1.625em; }
.mark-good::before, .mark-warning::before { position: absolute; inset-inline-start: 0; width: 1.125em; font-weight: 700; text-align: center; }
.mark-good::before { content: "\\2713"; content: "\\2713" / ""; }
.mark-warning::before { content: "!"; content: "!" / ""; }
.host { font-family: var(--font-mono); font-size: 0.9375em; overflow-wrap: anywhere; }
.badge { display: inline-block; padding: 0.0625rem var(--space-2); border: 1px solid var(--line-strong); border-radius: 99px; font-size: var(--text-s); }
.badge-warning { color: var(--warning); border-color: currentcolor; }
td > .badge { border-radius: var(--radius); }
.account-in-use { display: flex; flex-wrap: wrap; gap: var(--space-2) var(--space-4); align-items: center; justify-content: space-between; }
.account-in-use p { flex: 1 1 14rem; }

.panel { display: grid; grid-template-columns: minmax(0, 1fr); overflow-wrap: anywhere; gap: var(--space-4); padding: var(--space-5); background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius-l); }
.panel-row { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; }
.panel-row > div:not(.actions) { flex: 1 1 12rem; display: grid; gap: var(--space-1); }
.owner .cards > form.panel { max-width: none; align-content: start; }
.panel-off { border-style: dashed; background: none; }
.owner form.filters:not(.action):not(.actions) { grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr)); gap: var(--space-4); align-items: end; max-width: none; }
.owner form.filters > .actions { grid-column: 1 / -1; }
dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: var(--space-1) var(--space-4); }
dt { color: var(--ink-soft); }
dd { margin: 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); gap: var(--space-4); padding: 0; list-style: none; }
.cards-wide { grid-template-columns: repeat(auto-fill, minmax(min(26rem, 100%), 1fr)); }
.card { position: relative; display: grid; gap: var(--space-2); align-content: start; padding: var(--space-5); background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius-l); }
.card h2, .card h3 { font-size: var(--text-l); }
.card-link a::after { content: ""; position: absolute; inset: 0; border-radius: var(--radius-l); }
.card-link:hover { border-color: var(--accent); }
.tags { display: flex; flex-wrap: wrap; gap: var(--space-1) var(--space-2); padding: 0; list-style: none; }
.tags li { padding: 0.0625rem var(--space-2); border-radius: var(--radius); background: var(--accent-soft); font-size: var(--text-s); }
.tags .tag-strong { background: var(--warning-soft); color: var(--warning); font-weight: 600; }
.plain { padding: 0; list-style: none; }
.entries { display: grid; gap: var(--space-3); }
.steps { display: grid; gap: var(--space-2); padding-inline-start: 1.25rem; }
.beside { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--space-6); }
.preview { display: grid; grid-template-rows: auto 1fr; gap: var(--space-3); }
.preview iframe { width: 100%; height: min(48rem, 90vh); border: 1px solid var(--line); border-radius: var(--radius-l); background: #fff; color-scheme: light; }
@media (min-width: 60rem) {
  .beside { grid-template-columns: minmax(0, 20rem) minmax(0, 1fr); align-items: start; }
  .preview { position: sticky; top: var(--space-4); }
}
.owner .styleguide { grid-template-columns: minmax(0, 1fr); }
@media (min-width: 60rem) { .owner .styleguide { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
.stack { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--space-5); }
.live { display: grid; gap: var(--space-4); }
.waiting { position: relative; padding-inline-start: 1.75em; color: var(--ink-soft); }
.waiting::before { content: ""; position: absolute; inset-inline-start: 0; top: 0.3em; width: 1em; height: 1em; border: 2px solid var(--line-strong); border-inline-end-color: transparent; border-radius: 50%; }
.troubles { border-bottom: 1px solid var(--line); }
.trouble { border-top: 1px solid var(--line); padding: 0 0 var(--space-3); }
.trouble summary { display: list-item; min-height: var(--target); padding: var(--space-3) 0 0; font-weight: 600; cursor: pointer; }
.trouble > :not(summary) { max-width: 44rem; margin-inline-start: 1.1rem; padding-top: var(--space-2); }
.trouble ul { padding-inline-start: 1.25rem; }
.snippet-box { display: grid; grid-template-columns: minmax(0, 1fr); gap: var(--space-2); justify-items: start; }
.snippet-box .snippet { width: 100%; }
@media (min-width: 40rem) {
  .snippet-box { grid-template-columns: minmax(0, 1fr) auto; align-items: start; }
  .card .snippet-box { grid-template-columns: minmax(0, 1fr); }
}
.snippet-said:empty { display: none; }
.snippet-said { grid-column: 1 / -1; color: var(--good); font-size: var(--text-s); font-weight: 600; }
.snippet { margin: 0; padding: var(--space-3) var(--space-4); background: var(--paper); border: 1px solid var(--line); border-radius: var(--radius); white-space: pre-wrap; overflow-wrap: anywhere; -webkit-user-select: all; user-select: all; line-height: 1.5; }

.data { width: 100%; border-collapse: collapse; background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius-l); }
.data th, .data td { padding: var(--space-3) var(--space-4); text-align: start; vertical-align: top; font-weight: 400; }
.data thead th { color: var(--ink-soft); font-size: var(--text-s); font-weight: 600; border-bottom: 1px solid var(--line); white-space: nowrap; }
.data tbody th { font-weight: 600; min-width: 9rem; }
.data tbody th .soft { display: block; font-weight: 400; }
.data tbody tr + tr > * { border-top: 1px solid var(--line); }
.data time { display: inline-block; }
.data .button { padding-inline: var(--space-4); white-space: nowrap; }
.reference code { white-space: nowrap; }
@media (max-width: 60rem) {
  .data thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .data, .data tbody, .data tr, .data th, .data td { display: block; width: 100%; }
  .data { border: 0; background: none; }
  .data tr { padding: var(--space-3) 0; margin-bottom: var(--space-4); background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius-l); }
  .data th, .data td { padding: var(--space-1) var(--space-4); }
  .data tbody tr + tr > * { border-top: 0; }
  .data tbody th { font-size: var(--text-l); }
  .data td[data-label]::before { content: attr(data-label); display: block; color: var(--ink-soft); font-size: var(--text-s); }
  .data td:has(> .action)::before { display: none; }
  .data td:has(> .action) { padding-top: var(--space-3); padding-bottom: var(--space-2); }
}

.resume { display: grid; gap: var(--space-5); max-width: 48rem; padding: clamp(1.25rem, 5vw, 3rem); background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius-l); box-shadow: var(--shadow); }
.resume header, .resume section { display: grid; gap: var(--space-3); }
.resume-name { font: 600 var(--text-2xl)/1.2 var(--font-display); }
.resume-label { font-size: var(--text-l); color: var(--ink-soft); }
.resume h3 { padding-bottom: var(--space-1); border-bottom: 1px solid var(--line); color: var(--accent); }
.resume-entry { display: grid; gap: var(--space-1); }
.resume-entry ul { padding-inline-start: 1.25rem; }
`;
