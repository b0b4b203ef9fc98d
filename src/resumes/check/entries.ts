import type { Resume } from '../resume.ts';
import type { Finding } from './finding.ts';

const MAX_POINTS = 8;

interface Position {
  readonly pointer: string;
  readonly title: string | undefined;
  readonly titleMember: string;
  readonly organization: string | undefined;
  readonly organizationMember: string;
  readonly says: readonly (string | undefined)[];
  readonly points: number;
}

/** What an entry must say to be of use, and how many points it can make before nobody reads them. */
export function checkEntries(resume: Resume): Finding[] {
  const positions = [
    ...(resume.work ?? []).map((job, index): Position => ({
      pointer: `/work/${index}`,
      title: job.position,
      titleMember: 'position',
      organization: job.name,
      organizationMember: 'name',
      says: [job.summary, ...(job.highlights ?? [])],
      points: job.highlights?.length ?? 0,
    })),
    ...(resume.volunteer ?? []).map((role, index): Position => ({
      pointer: `/volunteer/${index}`,
      title: role.position,
      titleMember: 'position',
      organization: role.organization,
      organizationMember: 'organization',
      says: [role.summary, ...(role.highlights ?? [])],
      points: role.highlights?.length ?? 0,
    })),
    ...(resume.education ?? []).map((study, index): Position => ({
      pointer: `/education/${index}`,
      title: study.studyType ?? study.area,
      titleMember: 'studyType',
      organization: study.institution,
      organizationMember: 'institution',
      says: ['a degree speaks for itself'],
      points: 0,
    })),
  ];
  return positions.flatMap(checkPosition);
}

function checkPosition({ pointer, title, titleMember, organization, organizationMember, says, points }: Position): Finding[] {
  const findings: Finding[] = [];
  if (isBlank(title))
    findings.push({
      code: 'missing_title',
      severity: 'problem',
      pointer: `${pointer}/${titleMember}`,
      message: 'Name the position or the degree.',
    });
  if (isBlank(organization)) {
    findings.push({
      code: 'missing_organization',
      severity: 'problem',
      pointer: `${pointer}/${organizationMember}`,
      message: 'Name the employer, organisation or school.',
    });
  }
  if (says.every(isBlank))
    findings.push({
      code: 'nothing_said',
      severity: 'advice',
      pointer,
      message: 'Say what was done or achieved: a summary or some highlights.',
    });
  if (points > MAX_POINTS) {
    findings.push({
      code: 'many_points',
      severity: 'advice',
      pointer: `${pointer}/highlights`,
      message: `Of ${points} points few are read: keep the strongest ${MAX_POINTS} at most.`,
    });
  }
  return findings;
}

function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === '';
}
