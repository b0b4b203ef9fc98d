import { describe, expect, it } from 'vitest';
import { AUTHORIZE_RULES, tolerateAuthorize } from '../../src/authorization-server/interop/authorize.ts';
import { REGISTRATION_RULES } from '../../src/authorization-server/interop/registration.ts';
import { TOKEN_RULES, tolerateToken } from '../../src/authorization-server/interop/token.ts';

const RESOURCE = 'https://vitae.example/mcp';

/** What one rule makes of parameters. Null: it leaves them alone. */
type Examples = readonly (readonly [Record<string, unknown>, Record<string, unknown> | null])[];

const AUTHORIZE: Readonly<Record<keyof typeof AUTHORIZE_RULES, Examples>> = {
  emptyParameters: [
    [{ scope: '', prompt: '', state: '' }, { state: '' }],
    [{ scope: 'resumes:read' }, null],
  ],
  resourceSpellings: [
    [{}, { resource: RESOURCE }],
    [{ resource: ['https://VITAE.example', `${RESOURCE}/`] }, { resource: RESOURCE }],
    [{ resource: 'https://other.example/mcp' }, null],
    [{ resource: [RESOURCE, 'https://other.example/mcp'] }, null],
    [{ resource: `${RESOURCE}?x=1` }, null],
  ],
  unknownScopes: [
    [{ scope: 'claudeai resumes:read' }, { scope: 'resumes:read' }],
    [{ scope: 'claudeai' }, null],
    [{ scope: ['resumes:read', 'x'] }, null],
    [{}, null],
  ],
  nothingButToStay: [
    [{ scope: 'offline_access' }, {}],
    [{ scope: 'offline_access openid' }, null],
    [{ scope: 'claudeai' }, null],
  ],
  refreshForEverybody: [
    [{ scope: 'resumes:read' }, { scope: 'resumes:read offline_access' }],
    [{ scope: 'offline_access resumes:read' }, null],
    [{ scope: 'claudeai' }, null],
    [{}, null],
  ],
};

const TOKEN: Readonly<Record<keyof typeof TOKEN_RULES, Examples>> = {
  emptyParameters: [
    [{ client_secret: '', code: 'x' }, { code: 'x' }],
    [{ code: 'x' }, null],
  ],
  repeatedScopes: [
    [{ scope: 'claudeai resumes:read' }, { scope: 'resumes:read' }],
    [{ scope: 'claudeai' }, null],
    [{}, null],
  ],
  resourceSpellings: [
    [{ resource: 'https://vitae.example/' }, { resource: RESOURCE }],
    [{ resource: 'https://other.example/mcp' }, null],
    [{}, null],
  ],
};

const tables = [
  ['authorize', AUTHORIZE_RULES, AUTHORIZE],
  ['token', TOKEN_RULES, TOKEN],
] as const;

describe.each(tables)('the rules of %s', (_endpoint, rules, examples) => {
  // proves interop:rules
  it.each(Object.entries(rules))('%s takes what it says and leaves the rest alone', (name, rule) => {
    const cases = Object.entries(examples).find(([key]) => key === name)?.[1] ?? [];
    expect(cases.length).toBeGreaterThan(1);
    for (const [before, after] of cases) {
      const parameters = structuredClone(before);
      rule.apply({ parameters, resource: RESOURCE });
      expect(parameters).toEqual(after ?? before);
    }
  });
});

describe('every rule', () => {
  // proves interop:rules
  it('names the clients it is for, and most name a public report', () => {
    const all = [...Object.values(AUTHORIZE_RULES), ...Object.values(TOKEN_RULES), ...Object.values(REGISTRATION_RULES)];
    expect(all.filter(({ takes, seen }) => takes.length < 10 || seen.length < 10)).toEqual([]);
    const reported = all.filter(({ seen }) => /[a-z-]+ #\d+|\w+\.ts/.test(seen));
    expect(reported.length).toBeGreaterThan(all.length / 2);
  });

  // proves interop:rules
  it('changes nothing that has been changed already', () => {
    const requests = [{ scope: 'claudeai resumes:read', resource: `${RESOURCE}/`, prompt: '' }, { scope: ' offline_access' }, {}];
    for (const tolerate of [tolerateAuthorize, tolerateToken]) {
      for (const request of requests) {
        const once = structuredClone<Record<string, unknown>>(request);
        tolerate(once, RESOURCE);
        const twice = structuredClone(once);
        tolerate(twice, RESOURCE);
        expect(twice).toEqual(once);
      }
    }
  });
});
