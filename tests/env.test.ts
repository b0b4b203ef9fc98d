import { describe, expect, it } from 'vitest';
import { parseEnv } from '../src/env.ts';

const SECRET = 's'.repeat(32);

function problemsOf(input: Record<string, string>): readonly string[] {
  const result = parseEnv(input);
  return result.ok ? [] : result.problems;
}

describe('settings', () => {
  it('need none', () => {
    expect(parseEnv({})).toEqual({
      ok: true,
      env: {
        auditRetentionDays: 400,
        signingKeyDays: 90,
        shutdownDelaySeconds: 0,
        port: 3000,
        host: '127.0.0.1',
        socket: null,
        appUrl: 'http://localhost:3000',
        databaseUrl: null,
        dataDir: '.data',
        authSecrets: null,
        trustedProxies: [],
        rateLimits: true,
        clientMetadataPins: null,
        logLevel: 'info',
        metricsToken: null,
        smtp: null,
        requireVerifiedEmail: false,
        styleguide: false,
        isTraced: false,
      },
    });
  });

  it('take the port into the default URL, and an empty value as unset', () => {
    expect(parseEnv({ PORT: '4000', APP_URL: '' })).toMatchObject({ ok: true, env: { port: 4000, appUrl: 'http://localhost:4000' } });
  });

  // proves process:settings
  it('are told with every problem at once', () => {
    expect(
      problemsOf({ PORT: 'x', APP_URL: 'http://vitae.example', DATABASE_URL: 'mysql://x', LOG_LEVEL: 'loud', DATABSE_URL: 'y' }),
    ).toEqual([
      'DATABSE_URL is not a setting: did you mean DATABASE_URL?',
      'PORT must be a number',
      'DATABASE_URL must start with postgres:// or postgresql://',
      expect.stringMatching(/^LOG_LEVEL must be one of/),
      'APP_URL must use https:// unless its host is localhost, 127.0.0.0/8 or [::1]',
      expect.stringMatching(/^AUTH_SECRET is required with DATABASE_URL/),
    ]);
  });

  it.each([
    ['https://vitae.example', 'https://vitae.example'],
    ['https://vitae.example/', 'https://vitae.example'],
    ['https://VITAE.example:443', 'https://vitae.example'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['https://example.org/vitae/', 'https://example.org/vitae'],
    ['https://example.org/apps/v1.2~x', 'https://example.org/apps/v1.2~x'],
    ['https://example.org/a/../vitae', 'https://example.org/vitae'],
  ])('take %s as the public address %s', (given, origin) => {
    expect(parseEnv({ APP_URL: given })).toMatchObject({ ok: true, env: { appUrl: origin } });
  });

  // security case 225
  it.each([
    'vitae.example',
    'ftp://vitae.example',
    'http://vitae.example',
    'http://localhost.evil.example',
    'https://example.org/api',
    'https://example.org/resumes/vitae',
    'https://example.org/a%20b',
    'https://example.org/a//b',
    'https://example.org/vitae//',
    'https://example.org/vitae;x',
    'https://vitae.example?x',
    'https://vitae.example#x',
    'https://user@vitae.example',
  ])('refuse %s as the public URL', (given) => {
    expect(problemsOf({ APP_URL: given })).toHaveLength(1);
  });

  it('take one secret, or a list with versions, newest first', () => {
    expect(parseEnv({ AUTH_SECRET: SECRET })).toMatchObject({ env: { authSecrets: [{ version: 1, value: SECRET }] } });
    expect(parseEnv({ AUTH_SECRET: `2:${SECRET}x,1:${SECRET}` })).toMatchObject({
      env: {
        authSecrets: [
          { version: 2, value: `${SECRET}x` },
          { version: 1, value: SECRET },
        ],
      },
    });
  });

  it.each([
    ['a short secret', 'short'],
    ['a list without versions', `${SECRET},${SECRET}`],
    ['a version twice', `1:${SECRET},1:${SECRET}`],
    ['a short entry', `2:short,1:${SECRET}`],
  ])('refuse %s', (_what, given) => {
    expect(problemsOf({ AUTH_SECRET: given })).toHaveLength(1);
  });

  it.each(['1', '3651', '2.5', 'never'])('refuse %s as the days that a signing key signs', (days) => {
    expect(problemsOf({ SIGNING_KEY_DAYS: days })).toEqual([expect.stringMatching(/^SIGNING_KEY_DAYS must be /)]);
  });

  it('refuse STYLEGUIDE=on where others can reach the server', () => {
    expect(problemsOf({ STYLEGUIDE: 'on', APP_URL: 'https://vitae.example' })).toEqual([expect.stringContaining('for development')]);
    expect(problemsOf({ STYLEGUIDE: 'on' })).toEqual([]);
  });

  it('refuse RATE_LIMITS=off where others can reach the server', () => {
    expect(problemsOf({ RATE_LIMITS: 'off', APP_URL: 'https://vitae.example' })).toHaveLength(1);
    expect(problemsOf({ RATE_LIMITS: 'off' })).toEqual([]);
  });

  it.each(['APPURL', 'APP_URLS', 'AUTH_SECRT', 'DATA_DRI', 'LOG_LEVELL'])('ask what %s was meant to be', (name) => {
    expect(problemsOf({ [name]: 'x' })).toEqual([expect.stringContaining(`${name} is not a setting: did you mean`)]);
  });

  it('leave the rest of the environment alone', () => {
    expect(problemsOf({ HOME: '/root', PATH: '/bin', DATABASE_POOL: '3', HOSTNAME: 'x', POST: '1' })).toEqual([]);
  });

  it.each([
    ['smtp://mail.example', { host: 'mail.example', port: 587, security: 'starttls', credentials: null }],
    ['smtps://ana:p%40ss@mail.example', { port: 465, security: 'tls', credentials: { user: 'ana', password: 'p@ss' } }],
    ['smtp://mail.example:2525?tls=off', { port: 2525, security: 'none' }],
    ['smtp://127.0.0.1', { port: 25, security: 'none' }],
    ['smtp://[::1]:1025', { host: '::1', port: 1025, security: 'none' }],
  ])('take %s as a mail server', (url, smtp) => {
    expect(parseEnv({ SMTP_URL: url, MAIL_FROM: 'a@b.example' })).toMatchObject({ ok: true, env: { smtp } });
  });

  it.each([
    ['a@b.example', { name: '', address: 'a@b.example' }],
    ['Vitae of Ana <a@b.example>', { name: 'Vitae of Ana', address: 'a@b.example' }],
    ['"Vitae, Ana" <a@b.example>', { name: 'Vitae, Ana', address: 'a@b.example' }],
  ])('take %s as the sender of mails', (sender, from) => {
    expect(parseEnv({ SMTP_URL: 'smtp://mail.example', MAIL_FROM: sender })).toMatchObject({ ok: true, env: { smtp: { from } } });
  });

  it.each([
    ['mail.example:587', 'a@b.example', ['SMTP_URL']],
    ['http://mail.example', 'a@b.example', ['SMTP_URL']],
    ['smtp://', 'a@b.example', ['SMTP_URL']],
    ['smtp://mail.example/path', 'a@b.example', ['SMTP_URL']],
    ['smtp://u:%zz@mail.example', 'a@b.example', ['SMTP_URL']],
    ['smtps://mail.example?tls=off', 'a@b.example', ['SMTP_URL']],
    ['smtp://mail.example?tls=maybe', 'a@b.example', ['SMTP_URL']],
    ['smtp://mail.example', '', ['MAIL_FROM']],
    ['smtp://mail.example', 'Ana', ['MAIL_FROM']],
    ['mail.example', 'a@b.example, c@d.example', ['MAIL_FROM', 'SMTP_URL']],
  ])('refuse %s from %s', (url, sender, settings) => {
    const problems = problemsOf({ SMTP_URL: url, MAIL_FROM: sender });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(settings);
    expect(problems.join()).not.toContain('zz');
  });

  it('require proved addresses only where mails leave', () => {
    expect(problemsOf({ REQUIRE_VERIFIED_EMAIL: 'on' })).toEqual([expect.stringContaining('needs SMTP_URL')]);
    expect(problemsOf({ REQUIRE_VERIFIED_EMAIL: 'on', SMTP_URL: 'smtp://localhost', MAIL_FROM: 'a@b.example' })).toEqual([]);
  });
});
