import { eq, sql } from 'drizzle-orm';
import type { ApiContext } from '../../../src/api/base.ts';
import { RESUME_SCOPES } from '../../../src/authorization-server/scopes.ts';
import { oauthGrant } from '../../../src/db/schema/grants.ts';
import { resumeVersion } from '../../../src/db/schema/versions.ts';
import { ResumeError } from '../../../src/resumes/errors.ts';
import { packJson } from '../../../src/resumes/packed-json.ts';
import { createResumeOutput } from '../../../src/resumes/publishing/resume-output.ts';
import type { ResumeRepository } from '../../../src/resumes/repository.ts';
import { createGrant, createNamed, createOwner, createTestResumes } from '../../support/resumes.ts';
import { apiKeyOf, tokenOf, type TestEndpoint } from './endpoint.ts';

/** Where a call is made: a person with one resume at revision 1, and what the table's cases need around it. */
export interface Scene {
  readonly endpoint: TestEndpoint;
  readonly resumes: ResumeRepository;
  readonly owner: Awaited<ReturnType<typeof createOwner>>;
  readonly id: string;
  /** Somebody with as many resumes as an account may hold, `${userId}-1` among them. */
  readonly fullUserId: string;
}

export interface ToolCall {
  readonly input: Record<string, unknown>;
  /** Left out: the owner's API key with every scope. */
  readonly context?: ApiContext;
}

type MakeCall = (scene: Scene) => ToolCall | Promise<ToolCall>;

export interface ToolContract {
  /** The promise, written down a second time: reads, overwrites or deletes, as good once as twice. */
  readonly annotations: { readonly readOnly: boolean; readonly destructive: boolean; readonly idempotent: boolean };
  /** A call that succeeds, and a part of its answer. */
  readonly works: readonly [MakeCall, Record<string, unknown>];
  /** Every code the tool declares, with a call that is refused for it. */
  readonly refuses: Readonly<Record<string, MakeCall>>;
}

const READS = { readOnly: true, destructive: false, idempotent: true };
const ADDS = { readOnly: false, destructive: false, idempotent: false };
const OVERWRITES = { readOnly: false, destructive: true, idempotent: false };
const REPLACES = { readOnly: false, destructive: true, idempotent: true };
const SETS = { readOnly: false, destructive: false, idempotent: true };

const NOT_THERE = 'no-such-resume';
const TOO_LONG = 'x'.repeat(300_000);
const LABEL = [{ op: 'add', path: '/basics/label', value: 'Engineer' }];

/** A fresh scene on the endpoint of the file. */
export async function createScene(endpoint: TestEndpoint, fullUserId: string): Promise<Scene> {
  const resumes = createTestResumes(endpoint.db);
  const owner = await createOwner(endpoint.db);
  const { id } = await createNamed(resumes, owner, 'One', ['a']);
  return { endpoint, resumes, owner, id, fullUserId };
}

/** The number of resumes that an account may hold, in one statement. @returns the person's id */
export async function createFullAccount({ db }: TestEndpoint, count: number): Promise<string> {
  const { access } = await createOwner(db, 'Full');
  await db.orm.execute(sql`
    insert into resume (id, user_id, name, slug, tags, data)
    select ${access.userId} || '-' || n, ${access.userId}, 'Resume ' || n, 'slug-' || n, '{}', '{}'::jsonb
    from generate_series(1, ${count}::int) as n`);
  return access.userId;
}

const onIt =
  (input: Record<string, unknown> = {}): MakeCall =>
  ({ id }) => ({ input: { id, ...input } });

const onNothing =
  (input: Record<string, unknown> = {}): MakeCall =>
  () => ({ input: { id: NOT_THERE, ...input } });

const locked =
  (input: Record<string, unknown> = {}): MakeCall =>
  async ({ resumes, owner, id }) => {
    await resumes.setLock(owner.access, owner.actor, id, true);
    return { input: { id, ...input } };
  };

const afterAChange =
  (input: Record<string, unknown>): MakeCall =>
  async ({ resumes, owner, id }) => {
    await resumes.patch(owner.access, owner.actor, id, { operations: LABEL });
    return { input: { id, ...input } };
  };

const slugTaken =
  (input: (id: string) => Record<string, unknown>): MakeCall =>
  async ({ resumes, owner, id }) => {
    await createNamed(resumes, owner, 'Taken');
    return { input: input(id) };
  };

const full =
  (input: (id: string) => Record<string, unknown>): MakeCall =>
  ({ endpoint, fullUserId }) => ({
    input: input(`${fullUserId}-1`),
    context: endpoint.contextOf(apiKeyOf(fullUserId, RESUME_SCOPES)),
  });

/** As a connection that may only suggest. */
const suggesting =
  (input: Record<string, unknown> = {}, prepare: (scene: Scene) => Promise<unknown> = async () => undefined): MakeCall =>
  async (scene) => {
    const { endpoint, owner, id } = scene;
    const grant = await createGrant(endpoint.db, owner.access.userId, 'all');
    await endpoint.db.orm.update(oauthGrant).set({ mode: 'suggest' }).where(eq(oauthGrant.id, grant.actor.id));
    await prepare(scene);
    return { input: { id, ...input }, context: endpoint.contextOf(tokenOf(owner.access.userId, grant.actor.id, RESUME_SCOPES)) };
  };

/** With as many suggestions waiting as may. */
const waiting = (input: Record<string, unknown>, prepare: (scene: Scene) => Promise<unknown> = async () => undefined) =>
  suggesting(input, async (scene) => {
    await prepare(scene);
    await scene.endpoint.db.orm.execute(sql`
      insert into resume_suggestion (id, resume_id, grant_id, kind, base_revision, changes, operations, created_at)
      select ${scene.id} || '-' || n, ${scene.id}, 'grant', 'patched', 1, '\\x', 1, now() from generate_series(1, 50) as n`);
  });

/** As a connection whose grant is no more: what it would add to has gone with it. */
const ended =
  (input: Record<string, unknown>): MakeCall =>
  ({ endpoint, owner }) => ({ input, context: endpoint.contextOf(tokenOf(owner.access.userId, 'ended-grant', RESUME_SCOPES)) });

/**
 * The grant goes away between the two statements that ask for it, which no test can time: the repository says so by itself.
 * Before the first it is `resume_not_found`, like everything such a connection can not see.
 */
const endedMidway =
  (method: keyof ResumeRepository, input: Record<string, unknown> = {}): MakeCall =>
  ({ endpoint, owner, id }) => {
    const context = endpoint.contextOf(apiKeyOf(owner.access.userId, RESUME_SCOPES));
    const ending = () => Promise.reject(new ResumeError({ code: 'access_ended' }));
    return { input: { id, ...input }, context: { ...context, resumes: { ...context.resumes, [method]: ending } } };
  };

/** On a server without the PDF compiler. */
const withoutPdf: MakeCall = ({ endpoint, owner, id }) => {
  const pdf = {
    isAvailable: false,
    render: async () => ({ ok: false, reason: 'not_installed', detail: 'a test' }) as const,
    close: async () => undefined,
  };
  const keys = { pdfLinks: [new Uint8Array(32)], visitors: [new Uint8Array(32)] } as const;
  const output = createResumeOutput({ db: endpoint.db, now: () => new Date(0), pdf, keys });
  return { input: { id }, context: { ...endpoint.contextOf(apiKeyOf(owner.access.userId, RESUME_SCOPES)), output } };
};

/** A version from before a rule was tightened. */
const oldRules: MakeCall = async (scene) => {
  const { endpoint, id } = scene;
  const call = await afterAChange({ revision: 1 })(scene);
  const snapshot = packJson({ name: 'One', slug: 'one', tags: [], isPublic: false, data: { basics: { email: 'nobody' } } });
  await endpoint.db.orm
    .update(resumeVersion)
    .set({ snapshot })
    .where(sql`${resumeVersion.resumeId} = ${id} and ${resumeVersion.revision} = 1`);
  return call;
};

const edit = async ({ resumes, owner, id }: Scene) => resumes.patch(owner.access, owner.actor, id, { operations: LABEL });
const lockIt = async ({ resumes, owner, id }: Scene) => resumes.setLock(owner.access, owner.actor, id, true);
const patched = (operations: unknown[]) => onIt({ operations });

/** Every tool, in the order of the list that clients get. */
export const CONTRACTS: Readonly<Record<string, ToolContract>> = {
  list_resumes: {
    annotations: READS,
    works: [() => ({ input: { tags: ['a'], sort: 'name', limit: 1 } }), { resumes: [{ name: 'One', tags: ['a'], revision: 1 }] }],
    refuses: { invalid_cursor: () => ({ input: { cursor: 'made up' } }) },
  },
  list_resume_tags: { annotations: READS, works: [() => ({ input: {} }), { tags: [{ tag: 'a', count: 1 }] }], refuses: {} },
  read_resume: {
    annotations: READS,
    works: [onIt(), { name: 'One', revision: 1, data: { basics: { name: 'One' } } }],
    refuses: { resume_not_found: onNothing() },
  },
  create_resume: {
    annotations: ADDS,
    works: [() => ({ input: { name: 'New', slug: 'new', tags: ['b'], withSampleData: true } }), { slug: 'new', revision: 1, tags: ['b'] }],
    refuses: {
      slug_taken: slugTaken(() => ({ name: 'Other', slug: 'taken' })),
      too_many_resumes: full(() => ({ name: 'One more' })),
      access_ended: ended({ name: 'New' }),
    },
  },
  import_resume: {
    annotations: ADDS,
    works: [() => ({ input: { data: { basics: { name: 'Ana' } }, name: 'Imported' } }), { name: 'Imported', revision: 1 }],
    refuses: {
      invalid_resume: () => ({ input: { data: { basics: { email: 'nobody' } } } }),
      resume_too_large: () => ({ input: { data: { basics: { summary: TOO_LONG } } } }),
      unsupported_format: () => ({ input: { data: { basics: {}, metadata: {}, sections: { work: {} } } } }),
      too_many_resumes: full(() => ({ data: {} })),
      access_ended: ended({ data: {} }),
    },
  },
  duplicate_resume: {
    annotations: ADDS,
    works: [onIt({ name: 'Copy', tags: [] }), { name: 'Copy', slug: 'copy', tags: [], isPublic: false }],
    refuses: {
      resume_not_found: onNothing(),
      slug_taken: slugTaken((id) => ({ id, slug: 'taken' })),
      too_many_resumes: full((id) => ({ id })),
      access_ended: endedMidway('duplicate'),
    },
  },
  apply_resume_patch: {
    annotations: OVERWRITES,
    works: [
      onIt({ operations: LABEL, expectedRevision: 1 }),
      { revision: 2, dryRun: false, changes: [{ op: 'add', path: '/basics/label', value: 'Engineer' }] },
    ],
    refuses: {
      resume_not_found: onNothing({ operations: LABEL }),
      resume_locked: locked({ operations: LABEL }),
      revision_conflict: afterAChange({ operations: LABEL, expectedRevision: 1 }),
      invalid_patch: patched([{ op: 'remove', path: '/nowhere' }]),
      patch_test_failed: patched([{ op: 'test', path: '/basics/name', value: 'Two' }]),
      invalid_resume: patched([{ op: 'replace', path: '/basics/name', value: 7 }]),
      resume_too_large: patched([{ op: 'add', path: '/basics/summary', value: TOO_LONG }]),
      too_many_suggestions: waiting({ operations: LABEL }),
      access_ended: endedMidway('patch', { operations: LABEL }),
    },
  },
  update_resume: {
    annotations: REPLACES,
    works: [onIt({ name: 'Two', slug: 'two', tags: ['b'], isPublic: true }), { name: 'Two', slug: 'two', isPublic: true, revision: 2 }],
    refuses: {
      resume_not_found: onNothing({ tags: ['b'] }),
      resume_locked: locked({ isPublic: true }),
      slug_taken: slugTaken((id) => ({ id, slug: 'taken' })),
      suggestions_only: suggesting({ isPublic: true }),
      too_many_suggestions: waiting({ tags: ['b'] }),
      access_ended: endedMidway('update', { tags: ['b'] }),
    },
  },
  lock_resume: {
    annotations: SETS,
    works: [onIt(), { isLocked: true, revision: 2 }],
    refuses: { resume_not_found: onNothing(), suggestions_only: suggesting(), access_ended: endedMidway('setLock') },
  },
  unlock_resume: {
    annotations: SETS,
    works: [locked(), { isLocked: false, revision: 3 }],
    refuses: { resume_not_found: onNothing(), suggestions_only: suggesting({}, lockIt), access_ended: endedMidway('setLock') },
  },
  delete_resume: {
    annotations: REPLACES,
    works: [onIt(), { deleted: true }],
    refuses: {
      resume_not_found: onNothing(),
      resume_locked: locked(),
      suggestions_only: suggesting(),
      access_ended: endedMidway('delete'),
    },
  },
  export_resume: {
    annotations: READS,
    works: [onIt({ format: 'markdown' }), { format: 'markdown', mediaType: 'text/markdown', fileName: 'one.md', content: '# One\n' }],
    refuses: { resume_not_found: onNothing() },
  },
  download_resume_pdf: {
    annotations: { ...READS, idempotent: false },
    works: [onIt(), { revision: 1, fileName: 'one.pdf' }],
    refuses: { resume_not_found: onNothing(), pdf_unavailable: withoutPdf },
  },
  get_resume_statistics: {
    annotations: READS,
    works: [onIt(), { isPublic: false, publicUrl: null, views: { total: 0, lastAt: null } }],
    refuses: { resume_not_found: onNothing() },
  },
  list_resume_versions: {
    annotations: READS,
    works: [afterAChange({ limit: 1 }), { versions: [{ revision: 2, kind: 'patched', touched: ['basics'] }], nextCursor: 'before-2' }],
    refuses: { resume_not_found: onNothing(), invalid_cursor: onIt({ cursor: 'made up' }) },
  },
  compare_resume_versions: {
    annotations: READS,
    works: [afterAChange({ from: 1 }), { from: 1, to: 2, lines: ['Added basics label: "Engineer"'] }],
    refuses: { resume_not_found: onNothing({ from: 1 }), version_not_found: onIt({ from: 9 }) },
  },
  restore_resume_version: {
    annotations: REPLACES,
    works: [afterAChange({ revision: 1, expectedRevision: 2 }), { revision: 3, restoredRevision: 1 }],
    refuses: {
      resume_not_found: onNothing({ revision: 1 }),
      version_not_found: onIt({ revision: 9 }),
      resume_locked: locked({ revision: 1 }),
      revision_conflict: afterAChange({ revision: 1, expectedRevision: 1 }),
      invalid_resume: oldRules,
      too_many_suggestions: waiting({ revision: 1 }, edit),
      access_ended: endedMidway('restore', { revision: 1 }),
    },
  },
  check_resume: {
    annotations: READS,
    works: [onIt(), { revision: 1, hasMore: false }],
    refuses: { resume_not_found: onNothing() },
  },
  whoami: { annotations: READS, works: [() => ({ input: {} }), { method: 'api_key', resumes: { access: 'all', count: 1 } }], refuses: {} },
};
