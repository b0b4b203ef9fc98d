import type { Database } from '../../db/client.ts';
import type { DerivedKeys } from '../../env/derived-keys.ts';
import { ResumeError } from '../errors.ts';
import type { PdfOutcome, PdfRenderer } from '../render/pdf/pdf-renderer.ts';
import { buildResumeView } from '../render/view.ts';
import type { StoredResume } from '../stored-resume.ts';
import type { ResumeAccess } from '../visibility.ts';
import { PDF_LINK_SECONDS, signPdfLink, verifyPdfLink } from './pdf-link.ts';
import { chooseUsername, ensureUsername, readUsername } from './profiles.ts';
import {
  findAtRevision,
  findPublished,
  findVisible,
  readPublicationOptions,
  setPublicationOptions,
  type PublicationOptions,
  type PublishedResume,
} from './publication.ts';
import { countVisit, readStatistics, type ResumeStatistics, type Visitor, type VisitKind } from './visits.ts';

/** Resumes on their way out: PDFs, links to them, published pages and who saw them. */
export interface ResumeOutput {
  readonly hasPdf: boolean;
  /** A person's own resume, for its renderings; null for any other. */
  findOwn(userId: string, id: string): Promise<StoredResume | null>;
  renderPdf(resume: StoredResume): Promise<PdfOutcome>;
  /** A path that opens this revision as a PDF, without a session, for ten minutes. @throws ResumeError `pdf_unavailable` */
  createPdfLink(resume: StoredResume): { readonly path: string; readonly expiresAt: Date };
  /** Null: no link of ours, over, or the resume has changed or gone or its account has been closed since. */
  openPdfLink(token: string): Promise<StoredResume | null>;

  readUsername(userId: string): Promise<string | null>;
  /** Makes one from the person's name when there is none yet. */
  ensureUsername(userId: string): Promise<string>;
  chooseUsername(userId: string, username: string): Promise<'chosen' | 'taken' | 'invalid'>;
  findPublished(username: string, slug: string): Promise<PublishedResume | null>;
  /** @throws ResumeError `resume_not_found` */
  readOptions(access: ResumeAccess, id: string): Promise<PublicationOptions>;
  /** @throws ResumeError `resume_not_found` */
  setOptions(
    access: ResumeAccess,
    id: string,
    options: { readonly password: string | null | undefined; readonly isIndexed: boolean },
  ): Promise<void>;
  countVisit(resumeId: string, kind: VisitKind, visitor: Visitor): Promise<void>;
  /** @throws ResumeError `resume_not_found` */
  readStatistics(access: ResumeAccess, id: string): Promise<ResumeStatistics>;
}

export const PDF_LINK_PREFIX = '/download/';

export function createResumeOutput(options: {
  readonly db: Database;
  readonly now: () => Date;
  readonly pdf: PdfRenderer;
  /** At least 32 bytes each, every one for its purpose alone. */
  readonly keys: { readonly pdfLinks: DerivedKeys; readonly visitors: DerivedKeys };
}): ResumeOutput {
  const { db, now, pdf, keys } = options;
  return {
    hasPdf: pdf.isAvailable,
    findOwn: (userId, id) => findVisible(db, { userId, resumeSetId: null }, id),
    renderPdf: (resume) => pdf.render(buildResumeView(resume.data)),
    createPdfLink(resume) {
      if (!pdf.isAvailable) throw new ResumeError({ code: 'pdf_unavailable' });
      const expiresAt = Math.floor(now().getTime() / 1000) + PDF_LINK_SECONDS;
      const token = signPdfLink(keys.pdfLinks, { resumeId: resume.id, revision: resume.revision, expiresAt });
      return { path: `${PDF_LINK_PREFIX}${token}`, expiresAt: new Date(expiresAt * 1000) };
    },
    async openPdfLink(token) {
      const link = verifyPdfLink(keys.pdfLinks, token, now());
      return link === null ? null : findAtRevision(db, link.resumeId, link.revision, now());
    },
    readUsername: (userId) => readUsername(db, userId),
    ensureUsername: (userId) => ensureUsername(db, userId, now()),
    chooseUsername: (userId, username) => chooseUsername(db, userId, username, now()),
    findPublished: (username, slug) => findPublished(db, username, slug, now()),
    readOptions: (access, id) => readPublicationOptions(db, access, id),
    setOptions: (access, id, chosen) => setPublicationOptions(db, access, id, chosen),
    countVisit: (resumeId, kind, visitor) => countVisit(db, keys.visitors[0], { resumeId, kind, visitor, at: now() }),
    readStatistics: (access, id) => readStatistics(db, access, id),
  };
}
