export const FINDING_CODES = [
  'missing_name',
  'missing_email',
  'missing_phone',
  'missing_place',
  'missing_summary',
  'missing_title',
  'missing_organization',
  'missing_start_date',
  'end_before_start',
  'date_in_future',
  'gap',
  'nothing_said',
  'present_tense',
  'first_person',
  'placeholder',
  'repeated_text',
  'long_text',
  'many_points',
  'too_long',
  'too_short',
  'photo',
  'symbols',
  'hidden_characters',
  'markup',
  'layout_by_spaces',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** `problem`: costs the reader's trust or the application. `advice`: worth a look. */
export type Severity = 'problem' | 'advice';

/** One thing a review found: what, where (a JSON Pointer into the document), and what to do about it. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly pointer: string;
  readonly message: string;
}
