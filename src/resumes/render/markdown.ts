import type { ResumeView, ViewEntry, ViewSection } from './view-model.ts';

/**
 * Renders a resume as CommonMark. Every character of the resume that Markdown or HTML would act on is escaped, so that the
 * document's text can be nothing but text; links are those of the view.
 */
export function renderMarkdown(view: ResumeView): string {
  const head = [
    ...(view.name === null ? [] : [`# ${escapeText(view.name)}`]),
    ...(view.label === null ? [] : [`**${escapeText(view.label)}**`]),
    ...(view.contacts.length === 0 ? [] : [view.contacts.map(({ text, href }) => toLink(escapeText(text), href)).join(' · ')]),
  ];
  return `${[...head, ...view.sections.map(renderSection)].join('\n\n')}\n`;
}

function renderSection(section: ViewSection): string {
  const entries =
    section.kind === 'lines' ? section.entries.map(renderLine).join('\n') : section.entries.map(toEntry(section)).join('\n\n');
  return `## ${escapeText(section.title)}\n\n${entries}`;
}

/** `- **Databases** (Expert): PostgreSQL, SQL` */
function renderLine({ title, subtitle, keywords }: ViewEntry): string {
  const head = [title === null ? '' : `**${escapeText(title)}**`, subtitle === null ? '' : `(${escapeText(subtitle)})`]
    .filter((part) => part !== '')
    .join(' ');
  const tail = escapeText(keywords.join(', '));
  return `- ${head}${head !== '' && tail !== '' ? ': ' : ''}${tail}`;
}

const toEntry =
  ({ kind }: ViewSection) =>
  (entry: ViewEntry): string => {
    const meta = [entry.subtitle, entry.location, entry.dates].filter((part) => part !== null).map(escapeText);
    const quote = kind === 'quotes' ? '> ' : '';
    const blocks = [
      ...(entry.title === null ? [] : [`### ${toLink(escapeText(entry.title), entry.href)}`]),
      ...(meta.length === 0 ? [] : [`*${meta.join(' · ')}*`]),
      ...(entry.title === null && entry.href !== null ? [toLink(escapeText(entry.href), entry.href)] : []),
      ...entry.summary.map((paragraph) =>
        paragraph
          .split('\n')
          .map((line) => `${quote}${escapeText(line)}`)
          .join('\\\n'),
      ),
      ...(entry.highlights.length === 0 ? [] : [entry.highlights.map((highlight) => `- ${escapeText(highlight)}`).join('\n')]),
      ...(entry.keywords.length === 0 ? [] : [escapeText(entry.keywords.join(', '))]),
    ];
    return blocks.join('\n\n');
  };

/** @param line one line without leading white space */
function escapeText(line: string): string {
  return line
    .replaceAll(/[\\`*_[\]<>&~|#$]/g, String.raw`\$&`)
    .replace(/^[-+=]/, String.raw`\$&`)
    .replace(/^(\d+)([.)])/, String.raw`$1\$2`);
}

function toLink(label: string, href: string | null): string {
  if (href === null) return label;
  return `[${label}](<${href.replaceAll(/[<>\\\s]/g, (character) => encodeURIComponent(character))}>)`;
}
