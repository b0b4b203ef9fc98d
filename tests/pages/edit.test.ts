import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ENTRY_FIELDS, LISTS, SINGLE_FIELDS, type EditField } from '../../src/pages/edit-fields.ts';
import { resumeSchema } from '../../src/resumes/resume.ts';
import { createTestApp, signUp, type Person, type TestApp } from '../support/app.ts';
import { createFixture, buildResume } from './fixture.ts';

let app: TestApp;
let person: Person;
beforeAll(async () => {
  app = await createTestApp();
  person = await signUp(app);
});
afterAll(() => app.close());

const documentSchema = z.object({
  id: z.string(),
  revision: z.number(),
  name: z.string(),
  slug: z.string(),
  tags: z.array(z.string()),
  data: z.record(z.string(), z.unknown()),
});

async function send(method: string, path: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json', origin: app.origin };
  const answer = await person.browser.fetch(path, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

/** A resume of the person, by way of the API. */
async function importResume(data: Record<string, unknown>): Promise<string> {
  return documentSchema.pick({ id: true }).parse(await send('POST', '/api/v1/resumes/import', { data, name: 'Engineer' })).id;
}

const read = async (id: string) => documentSchema.parse(await (await person.browser.fetch(`/api/v1/resumes/${id}`)).json());
const patch = (id: string, operations: readonly unknown[]) => send('PATCH', `/api/v1/resumes/${id}/data`, { operations });

describe('the table of fields', () => {
  const schema = z.toJSONSchema(resumeSchema, { unrepresentable: 'any', io: 'input' });
  const member = z.object({ type: z.string().optional(), format: z.string().optional(), pattern: z.string().optional() });
  const object = z.object({ properties: z.record(z.string(), z.unknown()) });
  const shapeOf = (value: unknown) => object.parse(value).properties;
  const itemsOf = (value: unknown) => shapeOf(z.object({ items: z.unknown() }).parse(value).items);
  const kindOf = (value: unknown): readonly string[] => {
    const { type, format, pattern } = member.parse(value);
    if (type === 'array') return ['list'];
    if (format === 'uri') return ['url'];
    if (format === 'email') return ['email'];
    return pattern === undefined ? ['line', 'prose'] : ['date'];
  };
  const expectWhole = (fields: readonly EditField[], shape: Readonly<Record<string, unknown>>) => {
    expect(fields.map(({ name }) => name).toSorted()).toEqual(Object.keys(shape).toSorted());
    for (const { name, kind } of fields) expect([name, kindOf(shape[name])]).toEqual([name, expect.arrayContaining([kind])]);
  };
  const top = shapeOf(schema);
  const basics = shapeOf(top['basics']);

  it.each(LISTS)('has every member of an entry of %s, each as its kind', (list) => {
    expectWhole(ENTRY_FIELDS[list], itemsOf(list === 'profiles' ? basics['profiles'] : top[list]));
  });

  it('has every member of an entry of a section of one’s own', () => {
    const settings = shapeOf(shapeOf(top['meta'])['vitae']);
    expectWhole(ENTRY_FIELDS.custom, itemsOf(itemsOf(settings['customSections'])['entries']));
  });

  it('has every member of basics', () => {
    const { profiles: _profiles, location, ...rest } = basics;
    const places = Object.entries(shapeOf(location)).map(([name, value]) => [`location.${name}`, value] as const);
    expectWhole(SINGLE_FIELDS.basics, { ...rest, ...Object.fromEntries(places) });
  });
});

describe('a resume kept in forms alone', () => {
  it('is filled in, put in order and taken back, part by part', async () => {
    const list = await person.browser.open('/resumes');
    const created = await list.press('Create resume', { Name: 'By hand' });
    let page = await (await created.follow('Edit')).follow('You and how to reach you');
    page = await page.press('Save', { 'Your name': 'Ada Lovelace', City: 'London', Summary: 'One\nTwo' });
    expect(page.text()).toContain('Saved.');
    page = await (await page.follow('Experience')).follow('Add an entry');
    page = await page.press('Save', {
      'Job title': 'Programmer',
      Employer: 'Engine Ltd',
      Began: '1842-10',
      Achievements: ' First\n\nSecond ',
    });
    expect(page.heading()).toBe('Experience');
    page = await (await page.follow('Add an entry')).press('Save', { 'Job title': 'Translator' });
    const id = page.url.pathname.split('/')[2] ?? '';
    const programmer = { position: 'Programmer', name: 'Engine Ltd', startDate: '1842-10', highlights: ['First', 'Second'] };
    expect((await read(id)).data).toMatchObject({
      basics: { name: 'Ada Lovelace', summary: 'One\nTwo', location: { city: 'London' } },
      work: [programmer, { position: 'Translator' }],
    });
    page = await page.press('Move down');
    expect((await read(id)).data['work']).toEqual([{ position: 'Translator' }, programmer]);
    page = await page.press('Remove');
    expect(page.text()).toContain('The entry is removed.');
    page = await page.follow('Change');
    page = await page.press('Save', { Achievements: '', Ended: '1843' });
    const { highlights: _highlights, ...rest } = programmer;
    expect((await read(id)).data['work']).toEqual([{ ...rest, endDate: '1843' }]);
    page = await (await page.follow('Everything to edit')).follow('Profiles on networks');
    await (await page.follow('Add an entry')).press('Save', { Network: 'GitHub', 'User name there': 'ada' });
    expect((await read(id)).data['basics']).toMatchObject({ profiles: [{ network: 'GitHub', username: 'ada' }] });
  });

  it('changes name, address and tags', async () => {
    const id = await importResume({});
    const page = await person.browser.open(`/resumes/${id}/edit/details`);
    const refused = await page.press('Save', { 'Name of the resume': 'Kept', Address: 'Not An Address' });
    expect([refused.status, refused.text()]).toEqual([422, expect.stringContaining('Address: enter lower-case letters')]);
    await refused.press('Save', { Address: 'kept-by-hand', Tags: 'remote\ndesign' });
    expect(await read(id)).toMatchObject({ name: 'Kept', slug: 'kept-by-hand', tags: ['remote', 'design'] });
  });

  // proves pages:edit
  it('writes what was changed and nothing else', async () => {
    const data = {
      basics: { name: 'Ada', 'x-own': { kept: [1] }, location: { city: 'London', 'x-floor': 3 } },
      work: [{ name: 'Engine\r\nLtd', highlights: ['two\nlines'], 'x-own': true, summary: '\nBegins with a line' }],
      'x-section': [1],
    };
    const id = await importResume(data);
    const before = await read(id);
    for (const part of ['basics', 'work/1', 'look', 'details'])
      await (await person.browser.open(`/resumes/${id}/edit/${part}`)).press('Save');
    expect(await read(id)).toEqual(before);
    await (await person.browser.open(`/resumes/${id}/edit/work/1`)).press('Save', { 'Job title': 'Programmer' });
    await (await person.browser.open(`/resumes/${id}/edit/basics`)).press('Save', { City: '' });
    expect((await read(id)).data).toEqual({
      ...data,
      basics: { name: 'Ada', 'x-own': { kept: [1] }, location: { 'x-floor': 3 } },
      work: [{ ...data.work[0], position: 'Programmer' }],
    });
  });

  it('says at its field what is wrong, and keeps what was typed', async () => {
    const id = await importResume({ work: [{ name: 'Engine' }] });
    const form = await person.browser.open(`/resumes/${id}/edit/work/1`);
    const page = await form.press('Save', { Began: '1842-13', 'Web address': 'engine', Employer: 'Typed' });
    expect(page.status).toBe(422);
    expect(page.document.querySelectorAll('[aria-invalid=true]').map((input) => input.getAttribute('name'))).toEqual(['startDate', 'url']);
    expect(page.document.querySelector('[role=alert] a')?.getAttribute('href')).toBe('#startDate');
    expect(page.document.querySelector('#name')?.getAttribute('value')).toBe('Typed');
    expect((await read(id)).revision).toBe(1);
    const saved = await page.press('Save', { Began: '1842-12', 'Web address': 'https://engine.example' });
    expect(saved.text()).toContain('Saved.');
  });

  it('adds no entry without anything in it', async () => {
    const id = await importResume({});
    const page = await (await person.browser.open(`/resumes/${id}/edit/skills/new`)).press('Save');
    expect([page.status, page.text()]).toEqual([400, expect.stringContaining('Fill in at least one field.')]);
  });
});

describe('a resume that changes while a form is open', () => {
  // proves pages:edit-conflict
  it('shows what has changed, keeps what was typed, and then loses neither', async () => {
    const id = await importResume({ work: [{ name: 'Engine', position: 'Clerk' }] });
    const form = await person.browser.open(`/resumes/${id}/edit/work/1`);
    await patch(id, [{ op: 'replace', path: '/work/0/position', value: 'Programmer' }]);
    const page = await form.press('Save', { Employer: 'Analytical Engine' });
    expect(page.status).toBe(409);
    expect(page.text()).toContain('"Clerk" → "Programmer"');
    expect((await read(id)).data['work']).toEqual([{ name: 'Engine', position: 'Programmer' }]);
    await page.press('Save');
    expect((await read(id)).data['work']).toEqual([{ name: 'Analytical Engine', position: 'Programmer' }]);
  });

  it('follows an entry that was moved', async () => {
    const id = await importResume({ work: [{ name: 'Engine' }, { name: 'Mill' }] });
    const form = await person.browser.open(`/resumes/${id}/edit/work/1`);
    await patch(id, [{ op: 'add', path: '/work/0', value: { name: 'Newest' } }]);
    await (await form.press('Save', { 'Job title': 'Programmer' })).press('Save');
    expect((await read(id)).data['work']).toEqual([{ name: 'Newest' }, { name: 'Engine', position: 'Programmer' }, { name: 'Mill' }]);
  });

  it('offers what was typed of an entry that is gone as a new one', async () => {
    const id = await importResume({ work: [{ name: 'Engine' }] });
    const form = await person.browser.open(`/resumes/${id}/edit/work/1`);
    await patch(id, [{ op: 'remove', path: '/work/0' }]);
    const page = await form.press('Save', { 'Job title': 'Programmer' });
    expect([page.status, page.text()]).toEqual([409, expect.stringContaining('saving adds it as a new entry')]);
    await page.press('Save');
    expect((await read(id)).data['work']).toEqual([{ position: 'Programmer', name: 'Engine' }]);
  });

  it('moves and removes nothing of a list that has changed', async () => {
    const id = await importResume({ skills: [{ name: 'Analysis' }] });
    const list = await person.browser.open(`/resumes/${id}/edit/skills`);
    await patch(id, [{ op: 'add', path: '/skills/0', value: { name: 'Newest' } }]);
    const page = await list.press('Remove');
    expect([page.status, page.text()]).toEqual([409, expect.stringContaining('nothing was done')]);
    expect((await read(id)).data['skills']).toEqual([{ name: 'Newest' }, { name: 'Analysis' }]);
  });

  it('keeps what was typed when it has been locked', async () => {
    const id = await importResume({ basics: { name: 'Ada' } });
    const form = await person.browser.open(`/resumes/${id}/edit/basics`);
    await send('POST', `/api/v1/resumes/${id}/lock`, {});
    const page = await form.press('Save', { 'Your name': 'Typed' });
    expect([page.status, page.text()]).toEqual([423, expect.stringContaining('Unlock it first')]);
    expect(page.document.querySelector('#name')?.getAttribute('value')).toBe('Typed');
    expect((await person.browser.open(`/resumes/${id}/edit`)).text()).toContain('Unlock it first');
  });
});

describe('the order of sections', () => {
  const data = {
    basics: { summary: 'In short' },
    work: [{ name: 'Engine' }],
    skills: [{ name: 'Analysis' }],
    meta: {
      vitae: { sectionOrder: ['custom:gone'], customSections: [{ id: 'talks', title: 'Talks', entries: [{ title: 'On engines' }] }] },
    },
  };
  const headings = async (id: string) =>
    (await person.browser.open(`/resumes/${id}/view`)).document.querySelectorAll('h2').map((heading) => heading.textContent);

  // proves pages:arrange
  it('is changed past sections that are empty, and a section hidden and shown again, with nothing lost', async () => {
    const id = await importResume(data);
    let page = await (await person.browser.open(`/resumes/${id}/edit`)).follow('Order of sections');
    const titles = () => page.document.querySelectorAll('main strong').map((title) => title.textContent);
    expect(titles()).toEqual(['Summary', 'Experience', 'Skills', 'Talks']);
    const press = async (name: string, action: string) => {
      const form = page.document.querySelectorAll('form').find((one) => {
        const values = one.querySelectorAll('input').map((input) => input.getAttribute('value'));
        return values.includes(name) && values.includes(action);
      });
      const fields = form?.querySelectorAll('input').map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? '']);
      const body = new URLSearchParams(fields);
      const answer = await person.browser.fetch(form?.getAttribute('action') ?? '', { method: 'POST', body });
      expect(answer.status).toBe(303);
      page = await person.browser.open(answer.headers.get('location') ?? '');
    };
    await press('skills', 'up');
    await press('summary', 'down');
    await press('custom:talks', 'up');
    expect(titles()).toEqual(['Skills', 'Summary', 'Talks', 'Experience']);
    await press('custom:talks', 'hide');
    expect(page.text()).toContain('Talks Hidden');
    expect(await headings(id)).toEqual(['Skills', 'Profile', 'Experience']);
    expect((await person.browser.open(`/resumes/${id}`)).text()).toMatch(/Skills.*Talks Hidden.*On engines.*Experience/);
    await press('custom:talks', 'show');
    expect(await headings(id)).toEqual(['Skills', 'Profile', 'Talks', 'Experience']);
    const { meta, ...rest } = (await read(id)).data;
    const { meta: _meta, ...before } = data;
    expect(rest).toEqual(before);
    expect(meta).toMatchObject({ vitae: { customSections: data.meta.vitae.customSections } });
    expect(JSON.stringify(meta)).not.toContain('hiddenSections');
  });

  it('changes nothing of a resume that has changed since, and says so', async () => {
    const id = await importResume(data);
    const page = await person.browser.open(`/resumes/${id}/edit/sections`);
    await patch(id, [{ op: 'add', path: '/skills/0', value: { name: 'Newest' } }]);
    const refused = await page.press('Hide');
    expect([refused.status, refused.text()]).toEqual([409, expect.stringContaining('nothing was done')]);
    expect(await headings(id)).toHaveLength(4);
  });

  it.each([
    { action: 'up', section: 'summary' },
    { action: 'down', section: 'custom:talks' },
    { action: 'hide', section: 'awards' },
    { action: 'burn', section: 'work' },
    { action: 'up', section: 'custom:gone' },
  ])('takes no button that is not there: %j', async (fields) => {
    const fixture = createFixture();
    fixture.resumes.push(buildResume({ id: 'r1', data }));
    const answer = await fixture.post('/resumes/r1/edit/sections', { ...fields, revision: '1' });
    expect([answer.status, fixture.patches]).toEqual([400, []]);
  });
});

describe('the look', () => {
  it('is shown before it is saved', async () => {
    const id = await importResume({ basics: { name: 'Ada' } });
    const form = await person.browser.open(`/resumes/${id}/edit/look`);
    const chosen = await form.press('Show preview', {
      Modern: true,
      'Colour of headings and lines': '#a1b2c3',
      'Language of the resume': 'ar',
    });
    expect([chosen.status, chosen.headers.get('content-security-policy')]).toEqual([200, expect.stringContaining("; frame-src 'self';")]);
    const source = chosen.document.querySelector('iframe')?.getAttribute('src') ?? '';
    const shown = await person.browser.open(source.replaceAll('&amp;', '&'));
    expect(shown.html).toContain('#a1b2c3');
    expect(shown.html).toContain('dir="rtl"');
    expect(shown.html).toContain('class="resume modern"');
    expect(shown.headers.get('content-security-policy')).toMatch(/; frame-ancestors 'self'$/);
    expect(shown.headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect((await read(id)).revision).toBe(1);
    const nonsense = await person.browser.open(`/resumes/${id}/edit/look/preview?language=no+language`);
    expect([nonsense.status, nonsense.heading()]).toEqual([400, 'The form could not be read']);
    const other = await signUp(app, 'Grace Hopper');
    expect((await other.browser.open(source.replaceAll('&amp;', '&'))).status).toBe(404);
    await form.press('Save', { 'Colour of headings and lines': '#a1b2c3', 'Language of the resume': 'de-CH' });
    expect((await read(id)).data['meta']).toEqual({ vitae: { template: 'modern', colors: { accent: '#a1b2c3' }, language: 'de-CH' } });
    const wrong = await (await person.browser.open(`/resumes/${id}/edit/look`)).press('Save', { 'Language of the resume': 'no language' });
    expect(wrong.text()).toContain('Language of the resume: enter a language tag');
  });
});

describe('the editor’s addresses', () => {
  it.each(['edit', 'edit/basics', 'edit/sections', 'edit/custom', 'edit/work', 'edit/work/1', 'edit/work/new'])(
    'know no resume of another: %s',
    async (path) => {
      const id = await importResume({ work: [{ name: 'Engine' }] });
      const other = await signUp(app, 'Grace Hopper');
      expect((await other.browser.open(`/resumes/${id}/${path}`)).status).toBe(404);
      expect((await person.browser.open(`/resumes/${id}/${path}`)).status).toBe(200);
    },
  );

  it.each([
    'edit/nothing',
    'edit/custom:',
    'edit/custom:A',
    'edit/summary',
    'edit/basics/1',
    'edit/work/0',
    'edit/work/x',
    'edit/constructor',
  ])('do not exist beside those: %s', async (path) => {
    const fixture = createFixture();
    fixture.resumes.push(buildResume({ id: 'r1' }));
    expect((await fixture.get(`/resumes/r1/${path}`)).status).toBe(404);
    expect((await fixture.post(`/resumes/r1/${path}`, { revision: '1', action: 'up', entry: '1' })).status).toBe(404);
    expect(fixture.patches).toEqual([]);
  });

  it.each([
    { action: 'up', entry: '1' },
    { action: 'down', entry: '1' },
    { action: 'remove', entry: '2' },
    { action: 'burn', entry: '1' },
  ])('take no button that is not there: %j', async (fields) => {
    const fixture = createFixture();
    fixture.resumes.push(buildResume({ id: 'r1', data: { work: [{ name: 'x' }] } }));
    const answer = await fixture.post('/resumes/r1/edit/work', { ...fields, revision: '1' });
    expect([answer.status, fixture.patches]).toEqual([400, []]);
  });
});
