import { createAccountDataRoutes } from './account-data.ts';
import { createAccountEmailRoutes } from './account-email.tsx';
import { createAccountPasswordRoutes } from './account-password.tsx';
import { createAccountRoutes } from './account.tsx';
import { createActivityRoutes } from './activity.tsx';
import { createApiKeyRoutes } from './api-keys.tsx';
import { createConnectWaitRoutes } from './connect-wait.tsx';
import { createConnectRoutes } from './connect.tsx';
import { createConnectionPageRoutes } from './connection.tsx';
import { createConnectionRoutes } from './connections.tsx';
import { createConsentRoutes } from './consent.tsx';
import { createEditRoutes } from './edit.tsx';
import { createErrorRoutes } from './error.ts';
import { createForgotPasswordRoutes } from './forgot-password.tsx';
import { createHomeRoutes } from './home.tsx';
import { createImportRoutes } from './import.tsx';
import { createLanguageRoutes } from './language.ts';
import type { PageRoute, PageTools } from './page.ts';
import { createPasskeyRoutes } from './passkeys.tsx';
import { createPublishedRoutes } from './published.tsx';
import { createPublishingRoutes } from './publishing.ts';
import { createResetPasswordRoutes } from './reset-password.tsx';
import { createResumeRoutes } from './resume.tsx';
import { createResumeListRoutes } from './resumes.tsx';
import { createSignInRoutes } from './sign-in.tsx';
import { createSignOutRoutes } from './sign-out.ts';
import { createSignUpRoutes } from './sign-up.tsx';
import { createStyleguideRoutes } from './styleguide.tsx';
import { createSuggestionRoutes } from './suggestions.tsx';
import { createUsernameRoutes } from './username.tsx';
import { createSecondFactorRoutes } from './second-factor.tsx';
import { createTwoFactorRoutes } from './two-factor.tsx';
import { createVerifyEmailRoutes } from './verify-email.tsx';
import { createVersionRoutes } from './versions.tsx';

/** Every page, in the order a visitor meets them; for another service than resumes those of accounts and connections alone. */
export function buildPageRoutes(tools: PageTools): readonly PageRoute[] {
  const routes = [...buildAccountRoutes(tools), ...buildConnectionRoutes(tools)];
  return tools.deps.service === undefined ? [...createHomeRoutes(tools), ...routes, ...buildResumeRoutes(tools)] : routes;
}

/** Accounts and the way to a connection. */
function buildAccountRoutes(tools: PageTools): readonly PageRoute[] {
  return [
    ...createLanguageRoutes(tools),
    ...createSignInRoutes(tools),
    ...createSignUpRoutes(tools),
    ...createForgotPasswordRoutes(tools),
    ...createResetPasswordRoutes(tools),
    ...createTwoFactorRoutes(tools),
    ...createVerifyEmailRoutes(tools),
    ...createSignOutRoutes(tools),
    ...createConsentRoutes(tools),
    ...createErrorRoutes(tools),
  ];
}

function buildResumeRoutes(tools: PageTools): readonly PageRoute[] {
  return [
    ...createResumeListRoutes(tools),
    ...createImportRoutes(tools),
    ...createResumeRoutes(tools),
    ...createEditRoutes(tools),
    ...createVersionRoutes(tools),
    ...createSuggestionRoutes(tools),
    ...createPublishingRoutes(tools),
    ...createPublishedRoutes(tools),
    ...createApiKeyRoutes(tools),
    ...createConnectRoutes(tools),
    ...createConnectWaitRoutes(tools),
    ...createUsernameRoutes(tools),
    ...createStyleguideRoutes(tools),
  ];
}

/** What belongs to somebody who is signed in. */
function buildConnectionRoutes(tools: PageTools): readonly PageRoute[] {
  return [
    ...createConnectionRoutes(tools),
    ...createConnectionPageRoutes(tools),
    ...createActivityRoutes(tools),
    ...createAccountRoutes(tools),
    ...createAccountPasswordRoutes(tools),
    ...createAccountDataRoutes(tools),
    ...createAccountEmailRoutes(tools),
    ...createSecondFactorRoutes(tools),
    ...createPasskeyRoutes(tools),
  ];
}

/**
 * Matches a path against a pattern with `:name` parts, segment by segment and exactly: case counts, a trailing slash does not
 * match, an undecodable segment matches nothing.
 *
 * @returns the decoded values of the named parts, or null
 */
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const expected = pattern.split('/');
  const actual = path.split('/');
  if (expected.length !== actual.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of expected.entries()) {
    const segment = actual[index] ?? '';
    if (!part.startsWith(':')) {
      if (part !== segment) return null;
      continue;
    }
    const value = decodeSegment(segment);
    if (value === null || value === '') return null;
    params[part.slice(1)] = value;
  }
  return params;
}

function decodeSegment(segment: string): string | null {
  try {
    const value = decodeURIComponent(segment);
    return value.includes('\0') ? null : value;
  } catch {
    // decodeURIComponent throws for a malformed escape only.
    return null;
  }
}
