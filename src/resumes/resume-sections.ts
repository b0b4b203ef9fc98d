import { settings } from './settings.ts';
import { emailAddress, entry, link, partialDate, section, text, textList } from './resume-fields.ts';

const startDate = partialDate('When it began: YYYY, YYYY-MM or YYYY-MM-DD');
const endDate = partialDate('When it ended: YYYY, YYYY-MM or YYYY-MM-DD; leave out while it lasts');

const location = entry({
  address: text('Street address; separate lines with \\n'),
  postalCode: text('Postal code'),
  city: text('City'),
  countryCode: text('Country as an ISO 3166-1 alpha-2 code, e.g. DE'),
  region: text('State, province or region'),
});

const profile = entry({
  network: text('Name of the network, e.g. GitHub or LinkedIn'),
  username: text('User name there'),
  url: link('Address of the profile page'),
});

export const basics = entry({
  name: text('Full name of the person'),
  label: text('Professional title under the name, e.g. Backend engineer'),
  image: text('URL of a portrait in JPEG or PNG format'),
  email: emailAddress('E-mail address to answer to'),
  phone: text('Phone number, in any notation'),
  url: link('Personal home page'),
  summary: text('Two or three sentences about the person'),
  location: location.optional().describe('Where the person lives; give only as much as the reader needs'),
  profiles: section('Accounts on social and professional networks', profile),
});

export const work = entry({
  name: text('Employer'),
  location: text('Where the job was, e.g. Berlin, Germany'),
  description: text('What the employer does, in a few words'),
  position: text('Job title'),
  url: link('Web site of the employer'),
  startDate,
  endDate,
  summary: text('Responsibilities in one or two sentences'),
  highlights: textList('Achievements, most important first', 'One achievement, with a number where there is one'),
});

export const volunteer = entry({
  organization: text('Organisation'),
  position: text('Role there'),
  url: link('Web site of the organisation'),
  startDate,
  endDate,
  summary: text('What the role was about'),
  highlights: textList('Achievements, most important first', 'One achievement'),
});

export const education = entry({
  institution: text('School or university'),
  url: link('Web site of the institution'),
  area: text('Field of study, e.g. Computer Science'),
  studyType: text('Degree or kind of study, e.g. Bachelor'),
  startDate,
  endDate,
  score: text('Grade, e.g. 3.67/4.0'),
  courses: textList('Notable courses', 'Name of a course'),
});

export const award = entry({
  title: text('Name of the award'),
  date: partialDate('When it was given: YYYY, YYYY-MM or YYYY-MM-DD'),
  awarder: text('Who gave it'),
  summary: text('What it was given for'),
});

export const certificate = entry({
  name: text('Name of the certificate'),
  date: partialDate('When it was issued: YYYY, YYYY-MM or YYYY-MM-DD'),
  url: link('Page that shows or verifies the certificate'),
  issuer: text('Who issued it'),
});

export const publication = entry({
  name: text('Title'),
  publisher: text('Publisher, journal or conference'),
  releaseDate: partialDate('When it appeared: YYYY, YYYY-MM or YYYY-MM-DD'),
  url: link('Where to read it'),
  summary: text('What it is about'),
});

export const skill = entry({
  name: text('Skill or group of skills, e.g. Databases'),
  level: text('Level in words, e.g. Expert'),
  keywords: textList('What belongs to it', 'E.g. PostgreSQL'),
});

export const language = entry({
  language: text('Name of the language, e.g. Portuguese'),
  fluency: text('How well, e.g. Native speaker or B2'),
});

export const interest = entry({
  name: text('Interest, e.g. Photography'),
  keywords: textList('What in particular', 'E.g. Portraits'),
});

export const reference = entry({
  name: text('Who speaks for the person'),
  reference: text('What they say, as a quotation'),
});

export const project = entry({
  name: text('Name of the project'),
  description: text('What it is, in one or two sentences'),
  highlights: textList('Achievements or features', 'One achievement or feature'),
  keywords: textList('Technologies and topics', 'E.g. TypeScript'),
  startDate,
  endDate,
  url: link('Where to see it'),
  roles: textList('Roles in the project', 'E.g. Maintainer'),
  entity: text('Company or organisation it belongs to'),
  type: text('Kind of project, e.g. application, talk or volunteering'),
});

export const meta = entry({
  canonical: link('Where the latest version of the document lives'),
  version: text('Version of the document, e.g. v1.0.0'),
  lastModified: text('When it was last changed, as YYYY-MM-DDThh:mm:ss'),
  vitae: settings.optional().describe('How this server shows the document, and sections beyond those of JSON Resume'),
});
