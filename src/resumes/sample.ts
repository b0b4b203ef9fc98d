import { buildEmptyResume, type Resume } from './resume.ts';

/** An invented person's resume with an entry in every section: something to look at and to overwrite. */
export function buildSampleResume(): Resume {
  return {
    ...buildEmptyResume(),
    basics: {
      name: 'Mara Lindqvist',
      label: 'Backend engineer',
      email: 'mara.lindqvist@example.org',
      phone: '+46 70 123 45 67',
      url: 'https://mara.example.org',
      summary: 'Backend engineer with nine years in logistics and payments. Likes boring databases and short incident reports.',
      location: { city: 'Gothenburg', countryCode: 'SE', region: 'Västra Götaland' },
      profiles: [{ network: 'GitHub', username: 'mara-example', url: 'https://github.example.org/mara-example' }],
    },
    work: [
      {
        name: 'Northwind Freight',
        location: 'Gothenburg, Sweden',
        position: 'Senior backend engineer',
        url: 'https://northwind.example.org',
        startDate: '2021-03',
        summary: 'Owns booking and tracking for 400 hauliers.',
        highlights: [
          'Cut the median time to book a shipment from 40 s to 6 s by moving price rules into the database',
          'Led the move of 14 services to one deployment pipeline; releases went from weekly to several a day',
        ],
      },
      {
        name: 'Öresund Pay',
        location: 'Malmö, Sweden',
        position: 'Backend engineer',
        startDate: '2016-08',
        endDate: '2021-02',
        highlights: ['Built the reconciliation of card payments that finds 99.8 % of mismatches without a person'],
      },
    ],
    volunteer: [
      {
        organization: 'Code Club Gothenburg',
        position: 'Mentor',
        startDate: '2019',
        summary: 'Teaches programming to children of ten to fourteen on Saturdays.',
      },
    ],
    education: [
      {
        institution: 'Chalmers University of Technology',
        area: 'Computer Science',
        studyType: 'Master',
        startDate: '2011-09',
        endDate: '2016-06',
        courses: ['Distributed systems', 'Databases'],
      },
    ],
    awards: [{ title: 'Engineer of the year', date: '2023-12', awarder: 'Northwind Freight', summary: 'For the new booking path.' }],
    certificates: [{ name: 'Certified Kubernetes Administrator', date: '2022-05', issuer: 'CNCF' }],
    publications: [
      {
        name: 'Queues are databases too',
        publisher: 'Nordic Systems Conference',
        releaseDate: '2022-10-14',
        url: 'https://talks.example.org/queues',
        summary: 'Why a table with a lock is enough for most work queues.',
      },
    ],
    skills: [
      { name: 'Databases', level: 'Expert', keywords: ['PostgreSQL', 'Query planning', 'Migrations'] },
      { name: 'Backend', level: 'Expert', keywords: ['TypeScript', 'Go', 'HTTP'] },
    ],
    languages: [
      { language: 'Swedish', fluency: 'Native speaker' },
      { language: 'English', fluency: 'Fluent' },
    ],
    interests: [{ name: 'Sailing', keywords: ['Coastal', 'Navigation'] }],
    references: [{ name: 'Jonas Berg', reference: 'Mara makes hard systems boring, and I mean that as the highest praise.' }],
    projects: [
      {
        name: 'Tidewatch',
        description: 'An open-source service that turns tide tables into calendar feeds.',
        highlights: ['Used by about 3,000 sailors'],
        keywords: ['TypeScript', 'iCalendar'],
        startDate: '2020-04',
        url: 'https://tidewatch.example.org',
        roles: ['Maintainer'],
        type: 'application',
      },
    ],
  };
}
