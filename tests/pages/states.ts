import type { Page } from 'playwright-core';
import type { Messages } from '../../src/pages/messages.ts';
import { LIVE_RESET_TOKEN, buildResume, buildSignedQuery, NOW, SAMPLE_DATA, type Fixture } from './fixture.ts';
import { buildSuggestions, buildVersions } from './history-states.ts';

/** A page in one of its states: what the browser checks and screenshots go through. */
export interface PageState {
  readonly name: string;
  readonly isSignedIn: boolean;
  readonly hasStyleguide?: boolean;
  prepare?(fixture: Fixture): void;
  /** Opens the state in a browser that asks for the language of the messages. */
  visit(page: Page, origin: string, messages: Messages): Promise<void>;
}

const DAY = 24 * 60 * 60 * 1000;
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY);

const open = (path: string) => async (page: Page, origin: string) => void (await page.goto(`${origin}${path}`));

function fillOwner(fixture: Fixture): void {
  fixture.resumes.push(
    buildResume({ id: 'r1', name: 'Product designer, 2027', tags: ['design', 'remote'], data: SAMPLE_DATA, revision: 12 }),
    buildResume({
      id: 'r2',
      name: 'Academic CV with a rather long name that has to wrap somewhere sensible',
      isLocked: true,
      isPublic: true,
    }),
  );
  fixture.connections.push(
    {
      id: 'g1',
      clientName: 'Claude',
      clientId: 'c1',
      redirectHost: 'claude.ai',
      scopes: ['resumes:read', 'resumes:write', 'offline_access'],
      allResumes: true,
      resumes: [],
      callsInSevenDays: 0,
      mode: 'suggest',
      createdAt: daysAgo(40),
      lastUsedAt: daysAgo(0.01),
      expiresAt: daysAgo(-325),
    },
    {
      id: 'g2',
      clientName: 'Cursor',
      clientId: 'c2',
      redirectHost: 'cursor://anysphere.cursor-mcp',
      scopes: ['resumes:read'],
      allResumes: false,
      resumes: [{ id: 'r1', name: 'Product designer, 2027' }],
      callsInSevenDays: 31,
      mode: 'edit',
      createdAt: daysAgo(3),
      lastUsedAt: null,
      expiresAt: daysAgo(-27),
    },
  );
  fixture.apiKeys.push(
    {
      id: 'k1',
      name: 'Nightly export',
      start: 'vitae_3fA',
      scopes: ['resumes:read'],
      createdAt: daysAgo(80),
      expiresAt: daysAgo(-10),
      lastUsedAt: daysAgo(1),
    },
    {
      id: 'k2',
      name: 'Old laptop',
      start: 'vitae_9xQ',
      scopes: ['resumes:read', 'resumes:write'],
      createdAt: daysAgo(300),
      expiresAt: daysAgo(5),
      lastUsedAt: null,
    },
  );
  fixture.events.push(
    {
      id: 3,
      at: daysAgo(0.01),
      event: 'resume.patched',
      decision: 'allowed',
      reason: null,
      connectionId: 'g1',
      apiKeyId: null,
      resumeId: 'r1',
      version: { revision: 12, at: daysAgo(0.01), touched: ['work', 'basics'], isLocked: false },
      clientName: 'Claude',
      apiKeyName: null,
      resumeName: 'Product designer, 2027',
      address: '203.0.113.9',
    },
    {
      id: 2,
      at: daysAgo(1),
      event: 'token.refused',
      decision: 'refused',
      reason: 'refresh_token_replayed',
      connectionId: 'g2',
      apiKeyId: null,
      resumeId: null,
      version: null,
      clientName: 'Cursor',
      apiKeyName: null,
      resumeName: null,
      address: '2001:db8::7',
    },
    {
      id: 1,
      at: daysAgo(3),
      event: 'grant.revoked',
      decision: 'allowed',
      reason: 'disconnected',
      connectionId: null,
      apiKeyId: null,
      resumeId: null,
      version: null,
      clientName: null,
      apiKeyName: null,
      resumeName: null,
      address: null,
    },
  );
  const read = { apiKeyId: null, apiKeyName: null, resumeId: 'r1', resumeName: 'Product designer, 2027' };
  const long = { resumeId: 'r2', resumeName: 'Academic CV with a rather long name that has to wrap somewhere sensible' };
  fixture.reads.push(
    { ...read, id: 7, connectionId: 'g2', clientName: 'Cursor', day: '2026-11-24', reads: 1_214, lastAt: daysAgo(0.005) },
    { ...read, ...long, id: 6, connectionId: 'g2', clientName: 'Cursor', day: '2026-11-23', reads: 1, lastAt: daysAgo(1) },
    {
      ...read,
      id: 5,
      connectionId: null,
      clientName: null,
      apiKeyId: 'k1',
      apiKeyName: 'Nightly export',
      day: '2026-11-22',
      reads: 2,
      lastAt: daysAgo(2),
    },
  );
  fixture.sessions.push(
    {
      id: 'session-1',
      createdAt: daysAgo(0.1),
      address: '203.0.113.9',
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    },
    { id: 'session-2', createdAt: daysAgo(12), address: null, userAgent: null },
  );
}

/** With a section that JSON Resume does not have. */
function fillOwnSection(fixture: Fixture): void {
  fillOwner(fixture);
  const [first] = fixture.resumes;
  const title = 'Talks and lectures at conferences and meetings of societies';
  const customSections = [{ id: 'talks', title, entries: [{ title: 'On engines', subtitle: 'Royal Society', startDate: '1843' }, {}] }];
  if (first !== undefined) fixture.resumes[0] = { ...first, data: { ...SAMPLE_DATA, meta: { vitae: { customSections } } } };
}

function fillHistory(fixture: Fixture): void {
  fillOwner(fixture);
  fixture.versions.push(...buildVersions(daysAgo));
  fixture.suggestions.push(...buildSuggestions(daysAgo));
}

const LOCAL_QUERY = buildSignedQuery({
  redirect_uri: 'http://localhost:8787/callback',
  scope: 'resumes:read resumes:write resumes:publish resumes:delete offline_access openid profile email',
});
const APP_QUERY = buildSignedQuery({ redirect_uri: 'cursor://anysphere.cursor-mcp/oauth/callback' });

function answerConsentTo(fixture: Fixture, url: string): void {
  fillOwner(fixture);
  fixture.client = { name: 'Cursor', registration: 'dynamic', verifiedHost: null, clientUri: null };
  fixture.authAnswers.set('oauth2/consent', () => Response.json({ redirect: true, url }));
}

const signedIn = (name: string, path: string, prepare: (fixture: Fixture) => void = fillOwner): PageState => ({
  name,
  isSignedIn: true,
  prepare,
  visit: open(path),
});
const visitor = (name: string, path: string): PageState => ({ name, isSignedIn: false, visit: open(path) });

/** Words of people in the states, where no element says that they are. */
export const STATE_DATA: readonly string[] = [
  'Product designer, 2027',
  'Academic CV with a rather long name that has to wrap somewhere sensible',
  'Spam',
  '06.05.2031, 07:08 UTC',
  'May 6, 2031, 7:08 AM UTC',
  // Names of apps, hosts, templates and paper.
  ...'claude.ai|cursor://anysphere.cursor-mcp|Claude Code|ChatGPT|VS Code|Cursor|Codex|Gemini CLI|GitHub Copilot CLI|Goose'.split('|'),
  ...'MCP Inspector|x-api-key|classic|modern|compact|Letter'.split('|'),
];

export const PAGE_STATES: readonly PageState[] = [
  visitor('home-visitor', '/'),
  visitor('sign-in', '/sign-in'),
  visitor('sign-in-for-client', `/sign-in?${buildSignedQuery()}`),
  {
    name: 'sign-in-refused',
    isSignedIn: false,
    prepare: (fixture) =>
      void fixture.authAnswers.set('sign-in/email', () => Response.json({ code: 'INVALID_EMAIL_OR_PASSWORD' }, { status: 401 })),
    async visit(page, origin, messages) {
      await page.goto(`${origin}/sign-in`);
      await page.getByLabel(messages.text('field.email')).fill('ada@example.org');
      await page.getByLabel(messages.text('field.password')).fill('wrong-password');
      await page.getByRole('button', { name: messages.text('signIn.submit') }).click();
    },
  },
  {
    name: 'sign-in-closed',
    isSignedIn: false,
    prepare: (fixture) =>
      void fixture.authAnswers.set('sign-in/email', () =>
        Response.json({ code: 'ACCOUNT_CLOSED', reason: 'Spam', until: '2031-05-06T07:08:00.000Z' }, { status: 403 }),
      ),
    async visit(page, origin, messages) {
      await page.goto(`${origin}/sign-in`);
      await page.getByLabel(messages.text('field.email')).fill('ada@example.org');
      await page.getByLabel(messages.text('field.password')).fill('right-password');
      await page.getByRole('button', { name: messages.text('signIn.submit') }).click();
    },
  },
  visitor('sign-up', '/sign-up'),
  visitor('forgot-password', '/forgot-password'),
  {
    name: 'forgot-password-sent',
    isSignedIn: false,
    async visit(page, origin, messages) {
      await page.goto(`${origin}/forgot-password`);
      await page.getByLabel(messages.text('field.email')).fill('somebody-with-a-long-address@a-long-name-of-a-company.example');
      await page.getByRole('button', { name: messages.text('forgot.submit') }).click();
    },
  },
  visitor('reset-password', `/reset-password?token=${LIVE_RESET_TOKEN}`),
  visitor('reset-password-over', '/reset-password?token=used'),
  {
    name: 'reset-password-done',
    isSignedIn: false,
    async visit(page, origin, messages) {
      await page.goto(`${origin}/reset-password?token=${LIVE_RESET_TOKEN}`);
      await page.getByLabel(messages.text('reset.password')).fill('correct horse battery');
      await page.getByRole('button', { name: messages.text('reset.submit') }).click();
    },
  },
  {
    name: 'sign-up-refused',
    isSignedIn: false,
    prepare: (fixture) =>
      void fixture.authAnswers.set('sign-up/email', () =>
        Response.json({ code: 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL' }, { status: 422 }),
      ),
    async visit(page, origin, messages) {
      await page.goto(`${origin}/sign-up`);
      await page.getByLabel(messages.text('field.name')).fill('Ada');
      await page.getByLabel(messages.text('field.email')).fill('ada@example.org');
      await page.getByLabel(messages.text('field.password')).fill('long-enough-1');
      await page.getByRole('button', { name: messages.text('signUp.submit') }).click();
    },
  },
  signedIn('consent', `/consent?${buildSignedQuery()}`),
  signedIn('consent-verified', `/consent?${buildSignedQuery()}`, (fixture) => {
    fillOwner(fixture);
    fixture.client = { name: 'Claude', registration: 'metadata_document', verifiedHost: 'claude.ai', clientUri: 'https://claude.ai/about' };
  }),
  signedIn('consent-local-everything', `/consent?${LOCAL_QUERY}`, (fixture) => {
    fillOwner(fixture);
    fixture.client = {
      name: 'Resume Assistant for Very Ambitious People Who Like Long Names, Version Twelve',
      registration: 'dynamic',
      verifiedHost: null,
      clientUri: null,
    };
  }),
  signedIn('consent-again', `/consent?${LOCAL_QUERY}`, (fixture) => {
    fillOwner(fixture);
    fixture.earlier = {
      createdAt: daysAgo(40),
      scopes: ['resumes:read', 'resumes:write', 'offline_access'],
      lastUsedAt: daysAgo(2),
      endsAt: daysAgo(1),
      isLive: false,
    };
  }),
  {
    name: 'consent-read-only',
    isSignedIn: true,
    prepare: fillOwner,
    async visit(page, origin, messages) {
      await page.goto(`${origin}/consent?${LOCAL_QUERY}`);
      await page.getByRole('button', { name: messages.text('consent.readOnly') }).click();
    },
  },
  signedIn('consent-no-resumes', `/consent?${buildSignedQuery()}`, () => undefined),
  {
    name: 'consent-only-these',
    isSignedIn: true,
    prepare: fillOwner,
    async visit(page, origin, messages) {
      await page.goto(`${origin}/consent?${buildSignedQuery()}`);
      await page.getByLabel(messages.text('consent.onlyThese')).check();
    },
  },
  {
    name: 'consent-only-these-of-many',
    isSignedIn: true,
    prepare: (fixture) => {
      for (let number = 1; number <= 101; number += 1) fixture.resumes.push(buildResume({ id: `r${number}`, name: `Engineer ${number}` }));
    },
    visit: async (page, origin, messages) => {
      await page.goto(`${origin}/consent?${buildSignedQuery()}`);
      await page.getByLabel(messages.text('consent.onlyThese')).check();
    },
  },
  {
    name: 'consent-problem',
    isSignedIn: true,
    prepare: fillOwner,
    async visit(page, origin, messages) {
      await page.goto(`${origin}/consent?${buildSignedQuery()}`);
      for (const box of await page
        .getByRole('group', { name: messages.text('consent.scopes') })
        .getByRole('checkbox')
        .all())
        await box.uncheck();
      await page.getByLabel(messages.text('consent.onlyThese')).check();
      await page.getByRole('button', { name: messages.text('consent.allow') }).click();
    },
  },
  {
    name: 'hand-over-allowed',
    isSignedIn: true,
    prepare: (fixture) => answerConsentTo(fixture, 'cursor://anysphere.cursor-mcp/oauth/callback?code=abc&state=xyz'),
    async visit(page, origin, messages) {
      await page.goto(`${origin}/consent?${APP_QUERY}`);
      await page.getByRole('button', { name: messages.text('consent.allow') }).click();
    },
  },
  {
    name: 'hand-over-denied',
    isSignedIn: true,
    prepare: (fixture) => answerConsentTo(fixture, 'cursor://anysphere.cursor-mcp/oauth/callback?error=access_denied'),
    async visit(page, origin, messages) {
      await page.goto(`${origin}/consent?${APP_QUERY}`);
      await page.getByRole('button', { name: messages.text('consent.deny') }).click();
    },
  },
  signedIn('home-owner', '/'),
  signedIn('home-first-visit', '/', () => undefined),
  signedIn('resumes', '/resumes'),
  signedIn('resumes-empty', '/resumes', () => undefined),
  signedIn('import', '/resumes/import'),
  {
    name: 'import-refused',
    isSignedIn: true,
    async visit(page, origin, messages) {
      await page.goto(`${origin}/resumes/import`);
      await page
        .getByLabel(messages.text('import.file'))
        .setInputFiles({ name: 'resume.json', mimeType: 'application/json', buffer: Buffer.from('[]') });
      await page.getByRole('button', { name: messages.text('import.submit') }).click();
    },
  },
  signedIn('resume', '/resumes/r1?done=created'),
  signedIn('edit', '/resumes/r1/edit?done=saved'),
  signedIn('edit-list', '/resumes/r1/edit/skills?done=removed', (fixture) => {
    fillOwner(fixture);
    const [first] = fixture.resumes;
    const names = ['Mathematics', 'AVeryLongWordThatHasToBreakSomewhereBecauseItDoesNotFitOnAnyNarrowScreenAtAll', ''];
    if (first !== undefined)
      fixture.resumes[0] = { ...first, data: { ...SAMPLE_DATA, skills: names.map((name) => ({ name, level: '' })) } };
  }),
  signedIn('edit-sections', '/resumes/r1/edit/sections?done=saved', (fixture) => {
    fillOwner(fixture);
    const [first] = fixture.resumes;
    const meta = { vitae: { hiddenSections: ['education'], sectionTitles: { skills: 'What I know well enough to be asked about it' } } };
    if (first !== undefined) fixture.resumes[0] = { ...first, data: { ...SAMPLE_DATA, meta } };
  }),
  signedIn('edit-sections-none', '/resumes/r2/edit/sections', (fixture) => void fixture.resumes.push(buildResume({ id: 'r2' }))),
  signedIn('edit-own', '/resumes/r1/edit', fillOwnSection),
  signedIn('edit-own-new', '/resumes/r1/edit/custom'),
  signedIn('edit-own-list', '/resumes/r1/edit/custom:talks?done=section-added', fillOwnSection),
  signedIn('edit-own-entry', '/resumes/r1/edit/custom:talks/1', fillOwnSection),
  {
    name: 'edit-own-problem',
    isSignedIn: true,
    prepare: fillOwnSection,
    async visit(page, origin, messages) {
      await page.goto(`${origin}/resumes/r1/edit/custom:talks`);
      await page.getByLabel(messages.text('edit.heading')).fill(' ');
      await page.getByRole('button', { name: messages.text('edit.renameSection') }).click();
    },
  },
  signedIn('edit-list-empty', '/resumes/r1/edit/awards'),
  signedIn('edit-basics', '/resumes/r1/edit/basics'),
  signedIn('edit-look', '/resumes/r1/edit/look'),
  signedIn('edit-details', '/resumes/r1/edit/details'),
  signedIn('edit-new', '/resumes/r1/edit/projects/new'),
  {
    name: 'edit-problem',
    isSignedIn: true,
    prepare(fixture) {
      fillOwner(fixture);
      fixture.editOutcome = { ok: false, reason: 'invalid', pointers: ['/work/0/startDate', '/work/0/url', '/work/0/highlights/1'] };
    },
    async visit(page, origin, messages) {
      await page.goto(`${origin}/resumes/r1/edit/work/1`);
      await page.getByLabel(messages.text('edit.startDate')).fill('1842-13');
      await page.getByRole('button', { name: messages.text('edit.save') }).click();
    },
  },
  {
    name: 'edit-changed',
    isSignedIn: true,
    prepare: fillHistory,
    async visit(page, origin, messages) {
      await page.goto(`${origin}/resumes/r1/edit/work/1`);
      await page.getByLabel(messages.text('edit.position')).fill('Programmer of engines');
      await page.evaluate("document.querySelector('[name=revision]').value = '2'");
      await page.getByRole('button', { name: messages.text('edit.save') }).click();
    },
  },
  signedIn('resume-locked-empty', '/resumes/r2'),
  signedIn('resume-delete', '/resumes/r1/delete'),
  signedIn('versions', '/resumes/r1/versions?done=restored', fillHistory),
  signedIn('versions-empty', '/resumes/r1/versions'),
  signedIn('version', '/resumes/r1/versions/3', fillHistory),
  signedIn('version-locked', '/resumes/r2/versions/2', fillHistory),
  signedIn('suggestions', '/resumes/r1/suggestions?done=accepted', fillHistory),
  signedIn('suggestions-empty', '/resumes/r1/suggestions'),
  signedIn('connections', '/connections?done=disconnected'),
  signedIn('connection', '/connections/g2'),
  signedIn('connection-no-reads', '/connections/g1'),
  signedIn('connections-empty', '/connections', () => undefined),
  signedIn('connections-disconnect-all', '/connections/disconnect-all'),
  signedIn('activity', '/activity'),
  signedIn('activity-reads', '/activity?what=reads'),
  signedIn('activity-filtered', '/activity?by=connection:g1&resume=r1'),
  signedIn('activity-empty', '/activity', () => undefined),
  signedIn('api-keys', '/api-keys'),
  {
    name: 'api-keys-problem',
    isSignedIn: true,
    async visit(page, origin, messages) {
      await page.goto(`${origin}/api-keys`);
      await page.getByLabel(messages.text('field.name')).fill('CI');
      await page.getByRole('checkbox', { checked: true }).uncheck();
      await page.getByRole('button', { name: messages.text('apiKeys.create') }).click();
    },
  },
  {
    name: 'api-key-created',
    isSignedIn: true,
    async visit(page, origin, messages) {
      await page.goto(`${origin}/api-keys`);
      await page.getByLabel(messages.text('field.name')).fill('CI');
      await page.getByRole('button', { name: messages.text('apiKeys.create') }).click();
    },
  },
  signedIn('account', '/account'),
  signedIn('account-unverified', '/account', (fixture) => void (fixture.isEmailVerified = false)),
  visitor('two-factor', '/two-factor'),
  {
    name: 'two-factor-refused',
    isSignedIn: false,
    prepare: (fixture) =>
      void fixture.authAnswers.set('two-factor/verify-totp', () => Response.json({ code: 'INVALID_CODE' }, { status: 401 })),
    async visit(page, origin, messages) {
      await page.goto(`${origin}/two-factor`);
      await page.getByLabel(messages.text('twoFactor.code')).fill('123 456');
      await page.getByRole('button', { name: messages.text('twoFactor.submit') }).click();
    },
  },
  signedIn('account-two-factor', '/account/two-factor'),
  signedIn('account-two-factor-on', '/account/two-factor', (fixture) => void (fixture.hasSecondFactor = true)),
  {
    name: 'account-two-factor-set-up',
    isSignedIn: true,
    prepare: (fixture) => {
      const totpURI =
        'otpauth://totp/Vitae:ada@example.org?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Vitae&digits=6&period=30';
      const backupCodes = Array.from({ length: 10 }, (_each, index) => `aB${index}dE-6fGhJ`);
      fixture.authAnswers.set('two-factor/enable', () => Response.json({ method: 'totp', totpURI, backupCodes }));
    },
    async visit(page, origin, messages) {
      await page.goto(`${origin}/account/two-factor`);
      await page.getByLabel(messages.text('field.password')).fill('correct horse battery');
      await page.getByRole('button', { name: messages.text('secondFactor.setUp') }).click();
    },
  },
  signedIn('account-passkeys-none', '/account/passkeys'),
  signedIn('account-passkeys', '/account/passkeys', (fixture) => {
    fixture.passkeys.push(
      { id: 'p1', name: 'The telephone that I take everywhere with me, also on journeys', createdAt: daysAgo(20) },
      { id: 'p2', name: null, createdAt: daysAgo(2) },
    );
  }),
  visitor('verify-email', '/verify-email?token=confirm'),
  visitor('verify-email-allow', '/verify-email?token=allow'),
  visitor('verify-email-over', '/verify-email?token=used'),
  {
    name: 'verify-email-done',
    isSignedIn: false,
    async visit(page, origin, messages) {
      await page.goto(`${origin}/verify-email?token=change`);
      await page.getByRole('button', { name: messages.text('verify.confirm.submit') }).click();
    },
  },
  signedIn('connect', '/connect'),
  signedIn('connect-waiting', `/connect/wait?since=${NOW.getTime()}`),
  signedIn('connect-wait-over', '/connect/wait?since=1'),
  signedIn('connect-found', `/connect/wait?since=${NOW.getTime()}`, (fixture) => {
    fillOwner(fixture);
    const [first] = fixture.connections;
    if (first !== undefined) fixture.connections[0] = { ...first, createdAt: NOW };
  }),
  visitor('error-unknown-client', '/error?error=invalid_client&error_description=client_id+is+required'),
  visitor('error-not-found', '/nothing-here'),
  { name: 'styleguide', isSignedIn: false, hasStyleguide: true, visit: open('/styleguide') },
  { name: 'styleguide-light', isSignedIn: false, hasStyleguide: true, visit: open('/styleguide/light') },
  { name: 'styleguide-dark', isSignedIn: false, hasStyleguide: true, visit: open('/styleguide/dark') },
];
