import type { Resume } from '../resume.ts';
import type { Finding } from './finding.ts';

/** Whether a reader can tell who this is and answer. */
export function checkContact({ basics }: Resume): Finding[] {
  const findings: Finding[] = [];
  const miss = (code: Finding['code'], severity: Finding['severity'], pointer: string, message: string) =>
    findings.push({ code, severity, pointer, message });
  if (isMissing(basics?.name)) miss('missing_name', 'problem', '/basics/name', 'Give the full name of the person.');
  if (isMissing(basics?.email)) miss('missing_email', 'problem', '/basics/email', 'Give an e-mail address to answer to.');
  if (isMissing(basics?.phone))
    miss('missing_phone', 'advice', '/basics/phone', 'Many recruiters call: give a phone number, unless it is left out on purpose.');
  if (isMissing(basics?.location?.city) && isMissing(basics?.location?.region) && isMissing(basics?.location?.countryCode)) {
    miss('missing_place', 'advice', '/basics/location', 'Name at least the city or the country; many systems filter by place.');
  }
  if (isMissing(basics?.summary))
    miss('missing_summary', 'advice', '/basics/summary', 'Two or three sentences on top say what the rest is about.');
  if (!isMissing(basics?.image)) {
    miss('photo', 'advice', '/basics/image', 'Application systems drop photos, and in some countries recruiters must reject them.');
  }
  return findings;
}

function isMissing(text: string | undefined): boolean {
  return text === undefined || text.trim() === '';
}
