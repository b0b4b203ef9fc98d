const link = (href = '') => ({ label: '', href });
const section = (id: string, name: string, items: readonly object[], visible = true) => ({
  id,
  name,
  columns: 1,
  separateLinks: true,
  visible,
  items,
});

/** An invented person in the shape of a Reactive Resume v4 export. */
export const REACTIVE_RESUME_V4 = {
  basics: {
    name: 'Tomáš Novák',
    headline: 'Site reliability engineer',
    email: 'tomas@example.org',
    phone: '',
    location: 'Brno',
    url: link('https://tomas.example.org'),
    customFields: [{ id: 'x1', icon: 'envelope', name: 'Signal', value: 'tomas.01' }],
    picture: { url: '', size: 64, aspectRatio: 1, borderRadius: 0, effects: { hidden: true, border: false, grayscale: false } },
  },
  sections: {
    summary: { id: 'summary', name: 'Summary', columns: 1, separateLinks: true, visible: true, content: '<p>Keeps things up.</p>' },
    awards: section('awards', 'Awards', []),
    certifications: section('certifications', 'Certifications', [
      { id: 'c', visible: true, name: 'CKA', issuer: 'CNCF', date: '2020', summary: '', url: link() },
    ]),
    education: section('education', 'Education', [
      {
        id: 'e',
        visible: true,
        institution: 'VUT',
        studyType: 'Bc.',
        area: 'IT',
        score: '',
        date: '2009-2012',
        summary: '',
        url: link('https://vut.example.org'),
      },
    ]),
    experience: section('experience', 'Experience', [
      {
        id: 'w',
        visible: true,
        company: 'Hory a.s.',
        position: 'SRE',
        location: 'Remote',
        date: 'January 2019 to Present',
        summary: '<ul><li><p>On call for 40 services</p></li></ul>',
        url: link(),
      },
      { id: 'w2', visible: false, company: 'Old job', position: 'Admin', location: '', date: '2012', summary: '', url: link() },
    ]),
    volunteer: section('volunteer', 'Volunteering', [
      {
        id: 'v',
        visible: true,
        organization: 'Mountain rescue',
        position: 'Radio',
        location: '',
        date: '2015 - 2018',
        summary: '',
        url: link(),
      },
    ]),
    interests: section('interests', 'Interests', [{ id: 'i', visible: true, name: 'Skiing', keywords: ['telemark'] }], false),
    languages: section('languages', 'Languages', [{ id: 'l', visible: true, name: 'Czech', description: 'Native', level: 10 }]),
    profiles: section('profiles', 'Profiles', [
      { id: 'p', visible: true, network: 'GitHub', username: 'tnovak', icon: 'github', url: link('https://github.example.org/tnovak') },
    ]),
    projects: section('projects', 'Projects', [
      {
        id: 'j',
        visible: true,
        name: 'pingd',
        description: 'A prober',
        date: '2021',
        summary: '<p>Measures what users feel.</p>',
        keywords: ['Go'],
        url: link(),
      },
    ]),
    publications: section('publications', 'Publications', [
      { id: 'b', visible: true, name: 'Quiet pagers', publisher: 'SREcon', date: 'May 2022', summary: '', url: link() },
    ]),
    references: section('references', 'References', [
      { id: 'r', visible: true, name: 'Eva Malá', description: 'Manager', summary: '', url: link() },
    ]),
    skills: section('skills', 'Skills', [
      { id: 's', visible: true, name: 'Linux', description: 'Advanced', level: 4, keywords: ['systemd'] },
    ]),
    custom: {
      abc: section('abc', 'Races', [
        {
          id: 'k',
          visible: true,
          name: 'Jizerská 50',
          description: 'Skier',
          date: '2023',
          location: 'Bedřichov',
          summary: '',
          keywords: [],
          url: link(),
        },
      ]),
    },
  },
  metadata: {
    template: 'rhyhorn',
    layout: [
      [
        ['skills', 'custom.abc', 'experience'],
        ['languages', 'profiles'],
      ],
    ],
    css: { value: '', visible: false },
    page: { margin: 18, format: 'a4', options: { breakLine: true, pageNumbers: true } },
    theme: { background: '#ffffff', text: '#000000', primary: '#ca8a04' },
    typography: {
      font: { family: 'Merriweather', subset: 'latin', variants: ['regular'], size: 14 },
      lineHeight: 1.75,
      hideIcons: false,
      underlineLinks: true,
    },
    notes: '',
  },
} as const;
