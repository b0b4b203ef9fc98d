import type { VNode } from 'preact';
import { z } from 'zod';
import { listSections, usualTitle, type ArrangedSection } from './arrangement.ts';
import { Badge, Untrusted } from './components/data.tsx';
import type { Messages } from './messages.ts';

const text = z.string().trim().min(1).optional().catch(undefined);
const texts = z
  .array(z.unknown())
  .transform((items) => items.filter((item) => typeof item === 'string' && item !== ''))
  .optional()
  .catch(undefined);

/** Every entry of every section has some of these (JSON Resume 1.3); what is missing or of another type is left out. */
const entrySchema = z.object({
  name: text,
  title: text,
  subtitle: text,
  location: text,
  position: text,
  organization: text,
  institution: text,
  studyType: text,
  area: text,
  awarder: text,
  issuer: text,
  publisher: text,
  language: text,
  fluency: text,
  level: text,
  startDate: text,
  endDate: text,
  date: text,
  releaseDate: text,
  summary: text,
  description: text,
  reference: text,
  url: text,
  highlights: texts,
  keywords: texts,
});
type Entry = z.infer<typeof entrySchema>;

const documentSchema = z.record(z.string(), z.unknown()).catch({});
const basicsSchema = z.object({ name: text, label: text, email: text, phone: text, url: text, summary: text }).optional().catch(undefined);

/** A JSON Resume document to read, in the order people read one. Links are shown as text unless they are https or http. */
export function ResumeContent({ messages, data }: { readonly messages: Messages; readonly data: unknown }): VNode {
  const document = documentSchema.parse(data);
  const basics = basicsSchema.parse(document.basics);
  const sections = listSections(data).filter(({ entries }) => entries.length > 0);
  if (basics === undefined && sections.length === 0) return <p class="empty">{messages.text('resume.empty')}</p>;
  const contact = [basics?.email, basics?.phone, basics?.url].filter((part) => part !== undefined);
  return (
    <article class="resume">
      <header>
        <h2 class="resume-name">
          <Untrusted>{basics?.name ?? messages.text('resume.untitled')}</Untrusted>
        </h2>
        {basics?.label === undefined ? null : <p class="resume-label">{basics.label}</p>}
        {contact.length === 0 ? null : <p class="soft">{contact.join(' · ')}</p>}
        {basics?.summary === undefined ? null : <p>{basics.summary}</p>}
      </header>
      {sections.map((section) => (
        <ResumeSection key={section.key} messages={messages} section={section} />
      ))}
    </article>
  );
}

function ResumeSection({ messages, section }: { readonly messages: Messages; readonly section: ArrangedSection }): VNode {
  const { key, title, isHidden, entries } = section;
  return (
    <section>
      <h3>
        {title === null ? messages.text(usualTitle(key)) : <Untrusted>{title}</Untrusted>}
        {isHidden ? <Badge>{messages.text('edit.hidden')}</Badge> : null}
      </h3>
      {entries
        .flatMap((entry) => entrySchema.safeParse(entry).data ?? [])
        .map((entry, index) => (
          <ResumeEntry key={index} messages={messages} entry={entry} />
        ))}
    </section>
  );
}

function ResumeEntry({ messages, entry }: { messages: Messages; entry: Entry }): VNode {
  const heading = [
    entry.position ?? entry.title ?? joined([entry.studyType, entry.area]) ?? entry.name ?? entry.language,
    ...detailsOf(entry),
  ];
  const dates = datesOf(messages, entry);
  return (
    <div class="resume-entry">
      <h4>{heading.filter((part) => part !== undefined).join(', ')}</h4>
      {dates === null ? null : <p class="soft">{dates}</p>}
      {[entry.summary, entry.description, entry.reference].map((part) => (part === undefined ? null : <p key={part}>{part}</p>))}
      {entry.highlights === undefined || entry.highlights.length === 0 ? null : (
        <ul>
          {entry.highlights.map((highlight, index) => (
            <li key={index}>{String(highlight)}</li>
          ))}
        </ul>
      )}
      {entry.keywords === undefined || entry.keywords.length === 0 ? null : <p class="soft">{entry.keywords.join(', ')}</p>}
      <ResumeLink url={entry.url} />
    </div>
  );
}

function detailsOf(entry: Entry): (string | undefined)[] {
  const hasOwnTitle = [entry.position, entry.title, entry.studyType, entry.area].some((part) => part !== undefined);
  return [
    hasOwnTitle ? entry.name : undefined,
    entry.subtitle,
    entry.location,
    entry.organization ?? entry.institution ?? entry.awarder ?? entry.issuer ?? entry.publisher,
    entry.fluency ?? entry.level,
  ];
}

function datesOf(messages: Messages, entry: Entry): string | null {
  if (entry.startDate === undefined) return entry.endDate ?? entry.date ?? entry.releaseDate ?? null;
  return `${entry.startDate} – ${entry.endDate ?? messages.text('resume.present')}`;
}

function joined(parts: readonly (string | undefined)[]): string | undefined {
  const present = parts.filter((part) => part !== undefined);
  return present.length === 0 ? undefined : present.join(' ');
}

function ResumeLink({ url }: { url: string | undefined }): VNode | null {
  if (url === undefined) return null;
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) return <p class="soft">{url}</p>;
  return (
    <p>
      <a href={parsed.href} rel="noopener noreferrer nofollow">
        {url}
      </a>
    </p>
  );
}
