import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { router } from '../../src/api/router.ts';
import { RESUME_SCOPES, type ResumeScope } from '../../src/authorization-server/scopes.ts';
import { createToolCatalogue } from '../../src/mcp/tools.ts';
import { buildMcpRequest, readRpcAnswer, type Era } from '../support/mcp-clients.ts';
import { createNamed, createOwner, createTestResumes } from '../support/resumes.ts';
import { apiKeyOf, createTestEndpoint, MCP_URL, tokenOf, type TestEndpoint } from './support/endpoint.ts';

/** What every tool needs, written down a second time: the promise, not what the code says. */
const TOOLS: Readonly<Record<string, readonly ResumeScope[]>> = {
  list_resumes: ['resumes:read'],
  list_resume_tags: ['resumes:read'],
  read_resume: ['resumes:read'],
  create_resume: ['resumes:write'],
  import_resume: ['resumes:write'],
  duplicate_resume: ['resumes:write'],
  apply_resume_patch: ['resumes:write'],
  update_resume: ['resumes:write'],
  lock_resume: ['resumes:write'],
  unlock_resume: ['resumes:write'],
  delete_resume: ['resumes:delete'],
  export_resume: ['resumes:read'],
  download_resume_pdf: ['resumes:read'],
  get_resume_statistics: ['resumes:read'],
  list_resume_versions: ['resumes:read'],
  compare_resume_versions: ['resumes:read'],
  restore_resume_version: ['resumes:write'],
  check_resume: ['resumes:read'],
  whoami: [],
};

interface Call {
  readonly name: string;
  readonly method: string;
  readonly params: (id: string) => Record<string, unknown>;
  readonly needs: readonly ResumeScope[];
}

const toolCall = (name: string, needs: readonly ResumeScope[], input: (id: string) => Record<string, unknown>): Call => ({
  name,
  method: 'tools/call',
  params: (id) => ({ name, arguments: input(id) }),
  needs,
});

/** What the domain refuses where it would add or delete: the scopes were enough when it gets that far. */
const INPUTS: Readonly<Record<string, (id: string) => Record<string, unknown>>> = {
  list_resumes: () => ({}),
  list_resume_tags: () => ({}),
  create_resume: () => ({ name: 'New', slug: 'one' }),
  import_resume: () => ({ data: { basics: 'nobody' } }),
  duplicate_resume: () => ({ id: 'no-such-resume' }),
  apply_resume_patch: (id) => ({ id, operations: [{ op: 'add', path: '/basics/label', value: 'x' }], dryRun: true }),
  update_resume: (id) => ({ id, tags: ['x'] }),
  delete_resume: () => ({ id: 'no-such-resume' }),
  compare_resume_versions: (id) => ({ id, from: 1 }),
  restore_resume_version: (id) => ({ id, revision: 1 }),
  whoami: () => ({}),
};

const CALLS: readonly Call[] = [
  ...Object.entries(TOOLS).map(([name, needs]) => toolCall(name, needs, INPUTS[name] ?? ((id) => ({ id })))),
  ...[true, false, 'nonsense', null].map((isPublic) =>
    toolCall('update_resume', ['resumes:write', 'resumes:publish'], (id) => ({ id, isPublic })),
  ),
  toolCall('delete_resume', ['resumes:delete'], () => ({ nonsense: true })),
  { name: 'resume', method: 'resources/read', params: (id) => ({ uri: `resume://${id}` }), needs: ['resumes:read'] },
  { name: 'schema', method: 'resources/read', params: () => ({ uri: 'resume://_meta/schema' }), needs: [] },
  ...['build_resume', 'improve_resume', 'review_resume', 'tailor_resume'].map((name): Call => ({
    name,
    method: 'prompts/get',
    params: (id) => ({ name, arguments: { id, jobDescription: 'x' } }),
    needs: ['resumes:read'],
  })),
  {
    name: 'completion of a prompt',
    method: 'completion/complete',
    params: () => ({ ref: { type: 'ref/prompt', name: 'review_resume' }, argument: { name: 'id', value: '' } }),
    needs: ['resumes:read'],
  },
  {
    name: 'completion of a template',
    method: 'completion/complete',
    params: () => ({ ref: { type: 'ref/resource', uri: 'resume://{id}' }, argument: { name: 'id', value: '' } }),
    needs: ['resumes:read'],
  },
  ...['tools/list', 'resources/list', 'resources/templates/list', 'prompts/list'].map((method): Call => ({
    name: method,
    method,
    params: () => ({}),
    needs: [],
  })),
];

const SCOPE_SETS = Array.from({ length: 2 ** RESUME_SCOPES.length }, (_unused, bits) =>
  RESUME_SCOPES.filter((_scope, index) => (bits >> index) % 2 === 1),
);
const ERAS: readonly Era[] = ['legacy', 'modern'];

let endpoint: TestEndpoint;
let userId: string;
let resumeId: string;
beforeAll(async () => {
  endpoint = await createTestEndpoint();
  const owner = await createOwner(endpoint.db);
  userId = owner.access.userId;
  resumeId = (await createNamed(createTestResumes(endpoint.db), owner, 'One')).id;
});
afterAll(() => endpoint.close());

function send(era: Era, scopes: readonly ResumeScope[], method: string, params: Record<string, unknown>): Promise<Response> {
  return endpoint.mcp.fetch(buildMcpRequest(MCP_URL.href, era, method, params), endpoint.contextOf(apiKeyOf(userId, scopes)));
}

async function listed(scopes: readonly ResumeScope[], method: string, member: string, by: string): Promise<string[]> {
  const { result } = await readRpcAnswer(await send('modern', scopes, method, {}));
  const items = result?.[member] as Record<string, string>[] | undefined;
  return (items ?? []).map((item) => item[by] ?? '');
}

it('knows every tool the router has', () => {
  expect(createToolCatalogue(router).tools.map((tool) => tool.definition.name)).toEqual(Object.keys(TOOLS));
});

// security cases 172, 182
describe.each(SCOPE_SETS.map((scopes) => ({ scopes, held: scopes.join(' ') || 'none' })))('with the scopes: $held', ({ scopes }) => {
  const has = (needs: readonly ResumeScope[]) => needs.every((scope) => scopes.includes(scope));

  // proves mcp:lists-what-is-allowed
  it('lists exactly the tools, prompts and resources it can use', async () => {
    expect(await listed(scopes, 'tools/list', 'tools', 'name')).toEqual(Object.keys(TOOLS).filter((name) => has(TOOLS[name] ?? [])));
    expect(await listed(scopes, 'prompts/list', 'prompts', 'name')).toHaveLength(has(['resumes:read']) ? 4 : 0);
    const uris = await listed(scopes, 'resources/list', 'resources', 'uri');
    expect(uris[0]).toBe('resume://_meta/schema');
    expect(uris.includes(`resume://${resumeId}`)).toBe(has(['resumes:read']));
  });

  // proves mcp:step-up
  it('answers every call it has the scopes for, and 403 with what is missing to every other, on both eras', async () => {
    const expected: string[] = [];
    const answered: string[] = [];
    for (const era of ERAS) {
      for (const { name, method, params, needs } of CALLS) {
        const what = `${era} ${name} ${JSON.stringify(params('id'))}`;
        const named = RESUME_SCOPES.filter((scope) => scope === 'resumes:read' || needs.includes(scope)).join(' ');
        expected.push(has(needs) ? `${what}: 200` : `${what}: 403 ${named}`);
        const response = await send(era, scopes, method, params(resumeId));
        const challenged = /scope="([^"]*)"/.exec(response.headers.get('www-authenticate') ?? '')?.[1];
        answered.push(`${what}: ${[response.status, challenged].filter((part) => part !== undefined).join(' ')}`);
      }
    }
    expect(answered).toEqual(expected);
  });
});

describe('a token of the same scopes', () => {
  it('gets the same challenge', async () => {
    const context = endpoint.contextOf(tokenOf(userId, 'grant-1', ['resumes:read']));
    const response = await endpoint.mcp.fetch(
      buildMcpRequest(MCP_URL.href, 'modern', 'tools/call', { name: 'update_resume', arguments: { id: resumeId, isPublic: true } }),
      context,
    );
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain('scope="resumes:read resumes:write resumes:publish"');
  });
});
