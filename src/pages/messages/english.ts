import { SCOPE_DESCRIPTIONS } from '../../authorization-server/scopes.ts';
import { ENGLISH_ACCOUNTS } from './english-accounts.ts';
import { ENGLISH_ACTIVITY } from './english-activity.ts';
import { ENGLISH_CONNECT } from './english-connect.ts';
import { ENGLISH_EDIT } from './english-edit.ts';
import { ENGLISH_EXPECTED } from './english-expected.ts';
import { ENGLISH_FLOW } from './english-flow.ts';
import { ENGLISH_HISTORY } from './english-history.ts';
import { ENGLISH_OWNER } from './english-owner.ts';
import { ENGLISH_PUBLISHING } from './english-publishing.ts';
import { ENGLISH_PROBLEMS } from './english-problems.ts';

/** Every text a page shows, by key. `{name}` marks a place for a value. */
export const ENGLISH = {
  'site.name': 'Vitae',
  'site.skip': 'Skip to content',
  'site.navigation': 'Main',
  'site.account': 'Account',
  'site.language': 'Language',
  'site.languageName': 'English',
  'site.title': '{page} · Vitae',
  'site.titleWithProblem': 'Problem: {page} · Vitae',

  'snippet.copy': 'Copy',
  'snippet.copied': 'Copied',
  'snippet.selected': 'Selected: copy it with Ctrl+C or ⌘C',

  'scope.resumes:read': SCOPE_DESCRIPTIONS['resumes:read'],
  'scope.resumes:write': SCOPE_DESCRIPTIONS['resumes:write'],
  'scope.resumes:publish': SCOPE_DESCRIPTIONS['resumes:publish'],
  'scope.resumes:delete': SCOPE_DESCRIPTIONS['resumes:delete'],
  'scope.offline_access': SCOPE_DESCRIPTIONS.offline_access,
  'scope.openid': SCOPE_DESCRIPTIONS.openid,
  'scope.profile': SCOPE_DESCRIPTIONS.profile,
  'scope.email': SCOPE_DESCRIPTIONS.email,

  'access.resumes:read': 'Read',
  'access.resumes:write': 'Edit',
  'access.resumes:publish': 'Publish',
  'access.resumes:delete': 'Delete',
  'access.offline_access': 'Stays connected',
  'access.openid': 'Identity',
  'access.profile': 'Name',
  'access.email': 'E-mail',

  ...ENGLISH_CONNECT,
  ...ENGLISH_FLOW,
  ...ENGLISH_ACCOUNTS,
  ...ENGLISH_OWNER,
  ...ENGLISH_EDIT,
  ...ENGLISH_EXPECTED,
  ...ENGLISH_ACTIVITY,
  ...ENGLISH_HISTORY,
  ...ENGLISH_PUBLISHING,
  ...ENGLISH_PROBLEMS,
} as const;
