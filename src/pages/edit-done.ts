import type { MessageKey } from './messages.ts';

/** What pages of the editor say about what a form has done. */
export const EDIT_DONE: Readonly<Record<string, MessageKey>> = {
  saved: 'edit.saved',
  removed: 'edit.removed',
  gone: 'edit.gone',
  'section-added': 'edit.sectionAdded',
  'section-removed': 'edit.sectionRemoved',
  'section-gone': 'edit.sectionGone',
};
