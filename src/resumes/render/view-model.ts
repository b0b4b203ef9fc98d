import type { PageSize, TemplateName } from '../settings.ts';

/** What every renderer shows, in the order to show it: texts are cleaned, links are safe to follow, nothing is empty. */
export interface ResumeView {
  /** BCP 47. */
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly template: TemplateName;
  readonly pageSize: PageSize;
  /** `#rrggbb` */
  readonly accent: string;
  readonly name: string | null;
  readonly label: string | null;
  readonly contacts: readonly Contact[];
  readonly sections: readonly ViewSection[];
}

export interface Contact {
  readonly text: string;
  readonly href: string | null;
}

export interface ViewSection {
  /** A section's name, `summary`, or `custom:` and the id. */
  readonly key: string;
  readonly title: string;
  /** `lines`: entries are short, one line each. `quotes`: the summary is what somebody said. */
  readonly kind: 'entries' | 'lines' | 'quotes';
  readonly entries: readonly ViewEntry[];
}

export interface ViewEntry {
  readonly title: string | null;
  readonly href: string | null;
  readonly subtitle: string | null;
  readonly location: string | null;
  readonly dates: string | null;
  /** Paragraphs; a paragraph may hold line breaks. */
  readonly summary: readonly string[];
  readonly highlights: readonly string[];
  readonly keywords: readonly string[];
}

export const EMPTY_ENTRY: ViewEntry = {
  title: null,
  href: null,
  subtitle: null,
  location: null,
  dates: null,
  summary: [],
  highlights: [],
  keywords: [],
};
