import type { Resume } from '../resume.ts';
import type { CustomSection } from '../settings.ts';
import { formatDate, formatSpan } from './dates.ts';
import type { Labels } from './labels.ts';
import { toHref } from './links.ts';
import { otherText, toLine, toLines, toList } from './view-text.ts';
import { EMPTY_ENTRY, type ViewEntry, type ViewSection } from './view-model.ts';

/** The sections of JSON Resume, each entry with its parts where a reader looks for them. Empty ones are still there. */
export function buildSections(resume: Resume, language: string, labels: Labels): readonly ViewSection[] {
  const span = (entry: Spanning) => formatSpan(entry.startDate, entry.endDate, language, labels) ?? toLine(otherText(entry, 'period'));
  const day = (date: string | undefined, entry: Spanning) =>
    date === undefined ? toLine(otherText(entry, 'period')) : formatDate(date, language);
  return [
    entries('work', labels, resume.work, (job) => ({
      title: toLine(job.position ?? job.name),
      subtitle: job.position === undefined ? null : toLine(job.name),
      href: toHref(job.url),
      location: toLine(job.location),
      dates: span(job),
      summary: [...toLines(job.description), ...toLines(job.summary)],
      highlights: toList(job.highlights),
    })),
    entries('volunteer', labels, resume.volunteer, (role) => ({
      title: toLine(role.position ?? role.organization),
      subtitle: role.position === undefined ? null : toLine(role.organization),
      href: toHref(role.url),
      location: toLine(otherText(role, 'location')),
      dates: span(role),
      summary: toLines(role.summary),
      highlights: toList(role.highlights),
    })),
    entries('education', labels, resume.education, (study) => {
      const degree = [toLine(study.studyType), toLine(study.area)].filter((part) => part !== null).join(', ');
      return {
        title: degree === '' ? toLine(study.institution) : degree,
        subtitle: degree === '' ? null : toLine(study.institution),
        href: toHref(study.url),
        dates: span(study),
        location: toLine(otherText(study, 'location')),
        summary: [...toLines(study.score), ...toLines(otherText(study, 'summary'))],
        keywords: toList(study.courses),
      };
    }),
    entries('projects', labels, resume.projects, (project) => {
      const roles = [...toList(project.roles), toLine(project.entity)].filter((part) => part !== null).join(', ');
      return {
        title: toLine(project.name),
        subtitle: roles === '' ? null : roles,
        href: toHref(project.url),
        dates: span(project),
        summary: toLines(project.description),
        highlights: toList(project.highlights),
        keywords: toList(project.keywords),
      };
    }),
    entries('awards', labels, resume.awards, (award) => ({
      title: toLine(award.title),
      subtitle: toLine(award.awarder),
      href: toHref(otherText(award, 'url')),
      dates: day(award.date, award),
      summary: toLines(award.summary),
    })),
    entries('certificates', labels, resume.certificates, (certificate) => ({
      title: toLine(certificate.name),
      subtitle: toLine(certificate.issuer),
      href: toHref(certificate.url),
      dates: day(certificate.date, certificate),
      summary: toLines(otherText(certificate, 'summary')),
    })),
    entries('publications', labels, resume.publications, (publication) => ({
      title: toLine(publication.name),
      subtitle: toLine(publication.publisher),
      href: toHref(publication.url),
      dates: day(publication.releaseDate, publication),
      summary: toLines(publication.summary),
    })),
    lines('skills', labels, resume.skills, (skill) => ({
      title: toLine(skill.name),
      subtitle: toLine(skill.level),
      keywords: toList(skill.keywords),
    })),
    lines('languages', labels, resume.languages, (spoken) => ({ title: toLine(spoken.language), subtitle: toLine(spoken.fluency) })),
    lines('interests', labels, resume.interests, (interest) => ({ title: toLine(interest.name), keywords: toList(interest.keywords) })),
    {
      ...entries('references', labels, resume.references, (reference) => ({
        title: toLine(reference.name),
        subtitle: toLine(otherText(reference, 'position')),
        location: toLine(otherText(reference, 'phone')),
        href: toHref(otherText(reference, 'url')),
        summary: toLines(reference.reference),
      })),
      kind: 'quotes',
    },
  ];
}

interface Spanning {
  readonly startDate?: string | undefined;
  readonly endDate?: string | undefined;
  readonly [member: string]: unknown;
}

/** A date alone is a date here, not something that lasts. */
export function buildCustomSections(sections: readonly CustomSection[], language: string, labels: Labels): readonly ViewSection[] {
  return sections.map((section) => ({
    key: `custom:${section.id}`,
    title: toLine(section.title) ?? section.id,
    kind: 'entries',
    entries: (section.entries ?? []).map((entry) => ({
      title: toLine(entry.title),
      subtitle: toLine(entry.subtitle),
      href: toHref(entry.url),
      location: toLine(entry.location),
      dates:
        entry.startDate !== undefined && entry.endDate === undefined
          ? formatDate(entry.startDate, language)
          : (formatSpan(entry.startDate, entry.endDate, language, labels) ?? toLine(otherText(entry, 'period'))),
      summary: toLines(entry.summary),
      highlights: toList(entry.highlights),
      keywords: toList(entry.keywords),
    })),
  }));
}

type ToParts<Item> = (item: Item) => Partial<ViewEntry>;

function entries<Item>(key: keyof Labels, labels: Labels, items: readonly Item[] | undefined, toParts: ToParts<Item>): ViewSection {
  return { key, title: labels[key], kind: 'entries', entries: (items ?? []).map((item) => Object.assign({}, EMPTY_ENTRY, toParts(item))) };
}

function lines<Item>(key: keyof Labels, labels: Labels, items: readonly Item[] | undefined, toParts: ToParts<Item>): ViewSection {
  return { ...entries(key, labels, items, toParts), kind: 'lines' };
}
