import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_CUSTOM_SECTIONS } from '../../src/resumes/settings.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { buildResume, createFixture } from './fixture.ts';

let app: TestApp;
let person: Person;
beforeAll(async () => {
  app = await createTestApp();
  person = await signUp(app);
});
afterAll(() => app.close());

interface Settings {
  readonly customSections?: readonly unknown[];
  readonly sectionOrder?: readonly string[];
  readonly hiddenSections?: readonly string[];
}

interface Stored {
  readonly revision: number;
  readonly data: { readonly meta?: { readonly vitae?: Settings } };
}

async function send(method: string, path: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json', origin: app.origin };
  const answer = await person.browser.fetch(path, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

async function importResume(vitae: Settings = {}): Promise<string> {
  return ((await send('POST', '/api/v1/resumes/import', { data: { meta: { vitae } }, name: 'Engineer' })) as { id: string }).id;
}

const read = async (id: string) => (await (await person.browser.fetch(`/api/v1/resumes/${id}`)).json()) as Stored;
const settingsOf = async (id: string) => (await read(id)).data.meta?.vitae;
const patch = (id: string, operations: readonly unknown[]) => send('PATCH', `/api/v1/resumes/${id}/data`, { operations });
const open = (id: string, part: string) => person.browser.open(`/resumes/${id}/edit${part}`);

const TALKS = { id: 'talks', title: 'Talks', entries: [{ title: 'On engines' }] };

describe('a section of one’s own', () => {
  // proves pages:edit-own-sections
  it('is added, filled, renamed and removed in forms alone, each step kept as a version', async () => {
    const id = await importResume();
    let page = await (await open(id, '')).follow('Add a section of your own');
    page = await page.press('Save', { Heading: ' Vorträge & Lehre ' });
    expect([page.heading(), page.url.pathname]).toEqual(['Vorträge & Lehre', `/resumes/${id}/edit/custom:vortrage-lehre`]);
    expect(page.text()).toContain('The section is added.');
    page = await page.follow('Add an entry');
    expect(page.heading()).toBe('Vorträge & Lehre: new entry');
    page = await page.press('Save', { Title: 'On engines', 'Second line': 'Royal Society', Began: '1843', Achievements: 'One\nTwo' });
    expect(page.text()).toContain('On engines, Royal Society');
    page = await (await page.follow('Add an entry')).press('Save', { Title: 'On numbers' });
    page = await page.press('Move down');
    page = await (await page.follow('Change')).press('Save', { Place: 'Turin' });
    const engines = { title: 'On engines', subtitle: 'Royal Society', startDate: '1843', highlights: ['One', 'Two'] };
    expect(await settingsOf(id)).toEqual({
      customSections: [{ id: 'vortrage-lehre', title: 'Vorträge & Lehre', entries: [{ title: 'On numbers', location: 'Turin' }, engines] }],
    });
    page = await page.press('Remove');
    page = await page.press('Save heading', { Heading: 'Talks' });
    expect([page.heading(), page.text()]).toEqual(['Talks', expect.stringContaining('Saved.')]);
    expect(await settingsOf(id)).toEqual({ customSections: [{ id: 'vortrage-lehre', title: 'Talks', entries: [engines] }] });
    expect((await person.browser.open(`/resumes/${id}/view`)).text()).toMatch(/Talks.*On engines.*Royal Society/);
    const { revision } = await read(id);
    expect(revision).toBe(8);
    page = await page.press('Remove the section');
    expect([page.heading(), page.text()]).toEqual(['Edit “Engineer”', expect.stringContaining('The section and its entries are removed.')]);
    expect(await settingsOf(id)).toEqual({ customSections: [] });
    await (await person.browser.open(`/resumes/${id}/versions/${revision}`)).press('Restore this version');
    expect((await settingsOf(id))?.customSections).toHaveLength(1);
  });

  it('changes nothing when nothing was changed, and says at its field what is wrong', async () => {
    const id = await importResume({ customSections: [TALKS] });
    for (const [part, button] of [
      ['/custom:talks/1', 'Save'],
      ['/custom:talks', 'Save heading'],
    ] as const)
      await (await open(id, part)).press(button);
    expect((await read(id)).revision).toBe(1);
    const page = await (await open(id, '/custom:talks/1')).press('Save', { Began: 'yesterday' });
    expect([page.status, page.document.querySelector('[role=alert] a')?.getAttribute('href')]).toEqual([422, '#startDate']);
    for (const part of ['/custom:talks', '/custom']) {
      const form = await open(id, part);
      const refused = await form.press(part === '/custom' ? 'Save' : 'Save heading', { Heading: ' ' });
      expect([refused.status, refused.document.querySelector('[role=alert] a')?.getAttribute('href')]).toEqual([400, '#title']);
    }
    expect((await read(id)).revision).toBe(1);
  });

  it('takes its place in the order and among the hidden with it, and is told from one that was', async () => {
    const id = await importResume({
      customSections: [TALKS, { id: 'patents', title: 'Patents' }],
      sectionOrder: ['custom:talks', 'custom:gone', 'work'],
      hiddenSections: ['custom:talks'],
    });
    await (await open(id, '/custom:talks')).press('Remove the section');
    expect(await settingsOf(id)).toEqual({ customSections: [{ id: 'patents', title: 'Patents' }], sectionOrder: ['custom:gone', 'work'] });
    await (await open(id, '/custom')).press('Save', { Heading: 'Patents' });
    await (await open(id, '/custom')).press('Save', { Heading: 'Gone' });
    expect((await settingsOf(id))?.customSections).toMatchObject([{ id: 'patents' }, { id: 'patents-2' }, { id: 'gone-2', title: 'Gone' }]);
  });

  it('is one of at most twenty', async () => {
    const sections = Array.from({ length: MAX_CUSTOM_SECTIONS }, (_none, index) => ({ ...TALKS, id: `talks-${index}` }));
    const id = await importResume({ customSections: sections });
    const page = await (await open(id, '/custom')).press('Save', { Heading: 'One more' });
    expect([page.status, page.text()]).toEqual([422, expect.stringContaining('at most 20 sections of your own')]);
    expect(page.document.querySelector('#title')?.getAttribute('value')).toBe('One more');
    expect((await read(id)).revision).toBe(1);
  });

  it('is left as it is in a resume that is locked', async () => {
    const id = await importResume({ customSections: [TALKS] });
    const [list, form] = [await open(id, '/custom:talks'), await open(id, '/custom')];
    await send('POST', `/api/v1/resumes/${id}/lock`, {});
    for (const page of [await list.press('Remove the section'), await form.press('Save', { Heading: 'More' })])
      expect([page.status, page.text()]).toEqual([423, expect.stringContaining('Unlock it first')]);
    expect(await settingsOf(id)).toEqual({ customSections: [TALKS] });
  });
});

describe('a section of one’s own that changes while a form is open', () => {
  it('is followed to where it stands now', async () => {
    const id = await importResume({ customSections: [TALKS] });
    const form = await open(id, '/custom:talks/1');
    await patch(id, [{ op: 'add', path: '/meta/vitae/customSections/0', value: { id: 'patents', title: 'Patents', entries: [{}] } }]);
    const page = await form.press('Save', { Place: 'Turin' });
    expect(page.status).toBe(409);
    await page.press('Save');
    expect((await settingsOf(id))?.customSections).toEqual([
      { id: 'patents', title: 'Patents', entries: [{}] },
      { ...TALKS, entries: [{ title: 'On engines', location: 'Turin' }] },
    ]);
  });

  it('keeps what was typed when it is gone, and takes it once it is back', async () => {
    const id = await importResume({ customSections: [TALKS] });
    const form = await open(id, '/custom:talks/1');
    await patch(id, [{ op: 'remove', path: '/meta/vitae/customSections/0' }]);
    let page = await form.press('Save', { Place: 'Turin' });
    page = await page.press('Save');
    expect([page.status, page.text()]).toEqual([409, expect.stringContaining('The section has been removed')]);
    expect(page.document.querySelector('#location')?.getAttribute('value')).toBe('Turin');
    expect(await settingsOf(id)).toEqual({ customSections: [] });
    for (const part of ['/custom:talks', '/custom:talks/1', '/custom:talks/new'])
      expect((await open(id, part)).text()).toContain('That section is not there any more.');
    await patch(id, [{ op: 'add', path: '/meta/vitae/customSections/0', value: TALKS }]);
    await (await page.press('Save')).press('Save');
    expect((await settingsOf(id))?.customSections).toMatchObject([{ entries: [{ title: 'On engines' }, { location: 'Turin' }] }]);
  });

  it('is not renamed or removed, and the heading that was typed stands', async () => {
    const id = await importResume({ customSections: [TALKS] });
    const list = await open(id, '/custom:talks');
    await patch(id, [{ op: 'add', path: '/meta/vitae/customSections/0/entries/0', value: { title: 'Newest' } }]);
    const refused = await list.press('Remove the section');
    expect([refused.status, refused.text()]).toEqual([409, expect.stringContaining('nothing was done')]);
    const renamed = await list.press('Save heading', { Heading: 'Lectures' });
    expect([renamed.status, renamed.heading()]).toEqual([409, 'Talks']);
    expect(renamed.document.querySelector('#title')?.getAttribute('value')).toBe('Lectures');
    expect((await renamed.press('Save heading')).heading()).toBe('Lectures');
  });
});

describe('the buttons of a section', () => {
  it.each<Readonly<Record<string, string | readonly string[]>> & { readonly path: string }>([
    { path: 'work', action: 'rename', title: 'Jobs' },
    { path: 'work', action: 'remove-section' },
    { path: 'profiles', action: 'remove-section' },
    { path: 'custom:talks', action: 'burn' },
    { path: 'custom:talks', action: 'rename', title: ['a', 'b'] },
  ])('are only those that are there: $path, $action', async ({ path, ...fields }) => {
    const fixture = createFixture();
    fixture.resumes.push(buildResume({ id: 'r1', data: { work: [{}], meta: { vitae: { customSections: [TALKS] } } } }));
    const answer = await fixture.post(`/resumes/r1/edit/${path}`, { ...fields, revision: '1' });
    expect([answer.status, fixture.patches]).toEqual([400, []]);
  });

  it('lead back to the overview from a section that is not there', async () => {
    const fixture = createFixture();
    fixture.resumes.push(buildResume({ id: 'r1' }));
    const answer = await fixture.post('/resumes/r1/edit/custom:talks', { action: 'remove-section', revision: '1' });
    expect([answer.status, answer.headers.get('location'), fixture.patches]).toEqual([303, '/resumes/r1/edit?done=section-gone', []]);
  });

  it('show a heading as text', async () => {
    const fixture = createFixture();
    const title = '<img src=x>';
    fixture.resumes.push(buildResume({ id: 'r1', data: { meta: { vitae: { customSections: [{ ...TALKS, title }] } } } }));
    for (const path of ['', '/custom:talks', '/custom:talks/1', '/custom:talks/new'])
      expect(await (await fixture.get(`/resumes/r1/edit${path}`)).text()).toContain('<bdi>&lt;img src=x></bdi>');
  });
});
