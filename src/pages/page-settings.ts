import type { Env } from '../env.ts';
import type { PageDependencies } from './dependencies.ts';

/** What the settings of the process decide about pages. */
export function readPageSettings(env: Env): Pick<PageDependencies, 'isMailSent' | 'isEmailRequired' | 'hasStyleguide'> {
  return { isMailSent: env.smtp !== null, isEmailRequired: env.requireVerifiedEmail, hasStyleguide: env.styleguide };
}
