import { BASE } from './base.ts';
import { COMPONENTS } from './components.ts';
import { TOKENS } from './tokens.ts';

/** The one stylesheet of all pages. */
export const STYLESHEET = `${TOKENS}${BASE}${COMPONENTS}`;
