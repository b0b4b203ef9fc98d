import { toReadableLink } from './links.ts';
import type { ResumeView, ViewEntry, ViewSection } from './view-model.ts';

/** Renders a resume as plain text, for forms that take nothing else: no markup, no control characters, lines not wrapped. */
export function renderPlainText(view: ResumeView): string {
  const head = [view.name, view.label, ...view.contacts.map(toContactLine)].filter((line) => line !== null).join('\n');
  return `${[head, ...view.sections.map(renderSection)].filter((block) => block !== '').join('\n\n')}\n`;
}

function toContactLine({ text, href }: ResumeView['contacts'][number]): string {
  if (href === null || !href.startsWith('http')) return text;
  const address = toReadableLink(href);
  return address === text ? text : `${text} (${address})`;
}

function renderSection(section: ViewSection): string {
  const heading = section.title.toLocaleUpperCase();
  const isShort = section.kind === 'lines';
  return `${heading}\n\n${section.entries.map(isShort ? renderLine : renderEntry).join(isShort ? '\n' : '\n\n')}`;
}

function renderLine({ title, subtitle, keywords }: ViewEntry): string {
  const head = [title, subtitle === null ? null : `(${subtitle})`].filter((part) => part !== null).join(' ');
  return [head, keywords.join(', ')].filter((part) => part !== '').join(': ');
}

function renderEntry(entry: ViewEntry): string {
  const first = [entry.title, entry.subtitle].filter((part) => part !== null).join(', ');
  const second = [entry.location, entry.dates].filter((part) => part !== null).join(', ');
  return [
    first,
    second,
    ...(entry.href === null ? [] : [toReadableLink(entry.href)]),
    ...entry.summary,
    ...entry.highlights.map((highlight) => `- ${highlight}`),
    entry.keywords.join(', '),
  ]
    .filter((line) => line !== '')
    .join('\n');
}
