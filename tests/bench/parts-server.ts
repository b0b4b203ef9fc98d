import { randomBytes } from 'node:crypto';
import { H3, serve } from 'h3';
import { SignJWT, createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import pg from 'pg';

/**
 * The parts that the server is made of, without the server: what a path costs at the least. A process of its own, started with
 * DATABASE_URL, PORT and PERSON, the id of somebody with twenty resumes. It prints one line when it accepts connections.
 */
const { DATABASE_URL: databaseUrl, PORT: port, PERSON: person } = process.env;
const ISSUER = 'http://parts.example';
const AUDIENCE = `${ISSUER}/mcp`;

const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
await pool.query('create table if not exists bench_part (id text primary key, at timestamptz not null)');
const { publicKey, privateKey } = await generateKeyPair('ES256');
const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'part', alg: 'ES256' }] });

const sign = () =>
  new SignJWT({ scope: 'resumes:read resumes:write', client_id: 'part', grant_id: 'part' })
    .setProtectedHeader({ alg: 'ES256', kid: 'part', typ: 'at+jwt' })
    .setSubject(person ?? '')
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setJti(randomBytes(16).toString('base64url'))
    .setIssuedAt()
    .setExpirationTime('15m')
    .sign(privateKey);

async function verify(headers: Headers): Promise<string> {
  const token = (headers.get('authorization') ?? '').slice('Bearer '.length);
  const { payload } = await jwtVerify(token, keys, { issuer: ISSUER, audience: AUDIENCE, typ: 'at+jwt', algorithms: ['ES256'] });
  return payload.sub ?? '';
}

/** The statement of `list_resumes`, without what a connection may see of them. */
const LIST = {
  name: 'list',
  text: `select id, name, slug, tags, is_public, is_locked, revision, created_at, updated_at from resume
    where user_id = $1 order by updated_at desc, id desc limit 51`,
};
const KEEP = { name: 'keep', text: 'insert into bench_part (id, at) values ($1, now())' };

const app = new H3()
  .get('/hello', () => 'hello')
  .get('/token', () => sign())
  .post('/verify', async ({ req }) => ({ sub: await verify(req.headers), asked: await req.json() }))
  .post('/list', async ({ req }) => {
    const subject = await verify(req.headers);
    await req.json();
    return { resumes: (await pool.query({ ...LIST, values: [subject] })).rows };
  })
  .post('/issue', async ({ req }) => {
    const asked = new URLSearchParams(await req.text());
    await pool.query({ ...KEEP, values: [randomBytes(16).toString('base64url')] });
    return { access_token: await sign(), refresh_token: asked.get('refresh_token') };
  });

const server = serve(app, { port: Number(port), hostname: '127.0.0.1', silent: true, manual: true });
await server.serve();
process.stdout.write('ready\n');
