import type { ResumeView } from '../view-model.ts';
import { BASE_STYLE } from './base.ts';
import { CLASSIC_STYLE } from './classic.ts';
import { COMPACT_STYLE } from './compact.ts';
import { MODERN_STYLE } from './modern.ts';

const STYLES = { classic: CLASSIC_STYLE, modern: MODERN_STYLE, compact: COMPACT_STYLE } as const;

/** The one stylesheet of a document: page, template, and the colour that the settings' schema has checked. */
export function buildStylesheet({ template, pageSize, accent }: Pick<ResumeView, 'template' | 'pageSize' | 'accent'>): string {
  return `@page{size:${pageSize}}:root{--accent:${accent}}${BASE_STYLE}${STYLES[template]}`;
}
