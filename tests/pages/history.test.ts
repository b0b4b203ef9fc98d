import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { buildMcpRequest, readRpcAnswer } from '../support/mcp-clients.ts';
import { connect } from '../support/oauth.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

let owner: Person;
let path: string;
let id: string;
beforeEach(async () => {
  owner = await signUp(app, 'Mara Lindqvist');
  const list = await owner.browser.open('/resumes');
  path = (await list.press('Create resume', { Name: 'Sample', 'Fill it with sample data': true })).url.pathname;
  id = path.split('/').at(-1) ?? '';
});

type Tool = (name: string, input: Record<string, unknown>) => Promise<Record<string, unknown>>;

/** The tools of an app that the owner has just let in. */
async function connectTool(choices: Record<string, boolean> = {}): Promise<Tool> {
  const { accessToken } = await connect(app, owner, { choices });
  return async (name, input) => {
    const headers = { authorization: `Bearer ${accessToken}` };
    const request = buildMcpRequest(app.mcpUrl, 'modern', 'tools/call', { name, arguments: input }, headers);
    const { result } = await readRpcAnswer(await app.fetch(request));
    return (result?.['structuredContent'] ?? result) as Record<string, unknown>;
  };
}

const label = (value: string) => ({ id, operations: [{ op: 'add', path: '/basics/label', value }] });

describe('the pages of versions', () => {
  it('show who changed what, and bring a version back', async () => {
    const tool = await connectTool();
    await tool('apply_resume_patch', label('Wizard <b>'));
    const list = await (await owner.browser.open(path)).follow('Versions');
    expect(list.text()).toContain('Content changed basics');
    expect(list.text()).toContain('Test client');
    const version = await list.follow('Version 2');
    expect(version.text()).toMatch(/What it changed ?Changed basics label: "[^"]+" → "Wizard <b>"/);
    expect(version.text()).toContain('This is how the resume is now.');
    const first = await (await owner.browser.open(`${path}/versions`)).follow('Version 1');
    expect(first.text()).toContain('It is the first version that is kept.');
    const restored = await first.press('Restore this version');
    expect(restored.url.pathname).toBe(`${path}/versions`);
    expect(restored.text()).toContain('The version has been restored');
    expect(restored.text()).toContain('Version 3 Now');
    expect((await owner.browser.open(path)).text()).not.toContain('Wizard');
  });

  it('restore nothing over a change that came in between, and nothing into a locked resume', async () => {
    const tool = await connectTool();
    await tool('apply_resume_patch', label('One'));
    const first = await owner.browser.open(`${path}/versions/1`);
    await tool('apply_resume_patch', label('Two'));
    const refused = await first.press('Restore this version');
    expect([refused.status, refused.text()]).toEqual([409, expect.stringContaining('The resume has changed while you looked')]);
    await (await owner.browser.open(path)).press('Lock');
    const locked = await refused.press('Restore this version');
    expect([locked.status, locked.text()]).toEqual([423, expect.stringContaining('Unlock it first')]);
    expect((await owner.browser.open(path)).text()).toContain('Two');
  });

  it('undo what an app has done, or say what stands in the way', async () => {
    const tool = await connectTool();
    await tool('apply_resume_patch', label('Theirs'));
    const undone = await (await owner.browser.open(`${path}/versions`)).press('Undo from here on');
    expect(undone.text()).toContain('What the app had changed has been undone');
    expect((await owner.browser.open(path)).text()).not.toContain('Theirs');
    await tool('apply_resume_patch', label('Theirs again'));
    const other = await connectTool();
    await other('apply_resume_patch', label('Of another app'));
    const list = await owner.browser.open(`${path}/versions`);
    const [, second] = list.document.querySelectorAll('form[action$="/undo"]');
    second?.querySelector('button')?.set_content('Undo the first app');
    const refused = await list.press('Undo the first app');
    expect([refused.status, refused.text()]).toEqual([409, expect.stringContaining('Somebody has changed this since: basics label')]);
    expect((await owner.browser.open(path)).text()).toContain('Of another app');
  });

  it('are nobody else’s', async () => {
    const stranger = await signUp(app, 'Ben');
    for (const address of ['versions', 'versions/1', 'suggestions']) {
      expect((await stranger.browser.open(`${path}/${address}`)).status).toBe(404);
    }
    for (const missing of ['versions/9', 'versions/0', 'versions/x', 'versions/99999999999']) {
      expect((await owner.browser.open(`${path}/${missing}`)).status).toBe(404);
    }
  });
});

describe('an app that was let in to suggest', () => {
  it('changes nothing until the owner accepts, and reads what they decided', async () => {
    const tool = await connectTool({ 'Suggest changes': true });
    expect(await tool('whoami', {})).toMatchObject({ connection: { mode: 'suggest' } });
    const answer = await tool('apply_resume_patch', {
      id,
      operations: [
        { op: 'add', path: '/basics/label', value: 'Wizard' },
        { op: 'add', path: '/skills/-', value: { name: 'Magic' } },
      ],
    });
    const { url } = answer['suggestion'] as { url: string };
    expect((await owner.browser.open(path)).text()).not.toMatch(/Wizard|Magic/);
    const page = await owner.browser.open(url);
    expect(page.text()).toContain('Suggestion of Test client');
    const removed = page.document.querySelectorAll('label').find((text) => text.textContent.includes('Wizard'))?.textContent ?? '';
    const done = await page.press('Accept what is ticked', { [removed]: false });
    expect(done.text()).toContain('Accepted: the resume has a new version.');
    expect(done.text()).toContain('Accepted in part');
    expect((await owner.browser.open(path)).text()).toContain('Magic');
    expect((await owner.browser.open(path)).text()).not.toContain('Wizard');
    expect(await tool('read_resume', { id })).toMatchObject({ revision: 2, suggestions: [{ status: 'partly_accepted', revision: 2 }] });
  });

  it('is told no, and why a suggestion no longer applies stands beside it', async () => {
    const tool = await connectTool({ 'Suggest changes': true });
    const editor = await connectTool({ 'Edit directly': true });
    await tool('apply_resume_patch', label('Wizard'));
    await editor('apply_resume_patch', label('Engineer'));
    const page = await owner.browser.open(`${path}/suggestions`);
    expect(page.text()).toContain('It no longer applies as a whole: basics label has changed since.');
    expect(page.text()).not.toContain('Accept all');
    const none = await page.press('Accept what is ticked');
    expect([none.status, none.text()]).toEqual([400, expect.stringContaining('Tick at least one change')]);
    const ticked = page.document.querySelectorAll('label').find((text) => text.textContent.includes('Wizard'))?.textContent ?? '';
    const refused = await page.press('Accept what is ticked', { [ticked]: true });
    expect([refused.status, refused.text()]).toEqual([409, expect.stringContaining('Somebody has changed this since: basics label')]);
    const rejected = await page.press('Reject');
    expect(rejected.text()).toContain('Rejected: nothing was changed.');
    expect(await tool('read_resume', { id })).toMatchObject({ revision: 2, suggestions: [{ status: 'rejected' }] });
    expect((await owner.browser.open('/activity')).text()).toContain('Suggestion rejected');
  });
});
