import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Cmd, Copy, DockerfileParser, Env, From, Healthcheck, Run, Workdir, type Dockerfile } from 'dockerfile-ast';

/** What an image is made to run. */
export interface ImageConfig {
  readonly workingDirectory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
}

export function parseDockerfile(path: string): Dockerfile {
  return DockerfileParser.parse(readFileSync(path, 'utf8'));
}

/** The last of a kind wins, as in Docker; of the last stage alone. */
export function readImageConfig(dockerfile: Dockerfile): ImageConfig {
  const instructions = dockerfile.getInstructions();
  const last = instructions.slice(instructions.findLastIndex((instruction) => instruction instanceof From));
  const env = last.filter((instruction) => instruction instanceof Env).flatMap((instruction) => instruction.getProperties());
  const plain = (keyword: string) => last.findLast((instruction) => instruction.getKeyword() === keyword)?.getArgumentsContent() ?? '';
  return {
    workingDirectory: plain('WORKDIR'),
    env: Object.fromEntries(env.map((property) => [property.getName(), property.getValue() ?? ''])),
    user: plain('USER'),
    command: toWords(
      last.findLast((instruction) => instruction instanceof Cmd && !(instruction instanceof Healthcheck))?.getArgumentsContent(),
    ),
    healthCheck: toWords(/\[[\s\S]*\]/.exec(plain('HEALTHCHECK'))?.[0]),
  };
}

function toWords(json: string | null | undefined): readonly string[] {
  return JSON.parse(json ?? '[]') as string[];
}

/** The sources of each COPY from the build context. */
export function listContextSources(dockerfile: Dockerfile): string[] {
  return copies(dockerfile).flatMap(({ from, sources }) => (from === null ? sources : []));
}

function copies(dockerfile: Dockerfile) {
  return dockerfile.getInstructions().flatMap((instruction) => (instruction instanceof Copy ? [readCopy(instruction)] : []));
}

function readCopy(copy: Copy) {
  const flags = new Map(copy.getFlags().map((flag) => [flag.getName(), flag.getValue()]));
  const words = copy
    .getArguments()
    .map((argument) => argument.getValue())
    .filter((word) => !word.startsWith('--'));
  return { from: flags.get('from') ?? null, sources: words.slice(0, -1), destination: words.at(-1) ?? '' };
}

/** Commands that change the machine's own folders: its packages, and a folder that the test mounts. */
const OF_THE_MACHINE = /^(?:apt-get|install --directory)/;

/**
 * Does what `docker build` does with the instructions that this project's file uses, on this machine: each stage is a folder, each
 * RUN runs in it with `sh`, with this machine's Node and packages instead of the base image's.
 *
 * @param folder an empty folder; the stages are made in it
 * @returns the folder that is the root of the last stage, and the commands that were left out
 */
export function buildStages(dockerfile: Dockerfile, context: string, folder: string) {
  const roots = new Map<string, string>();
  const leftOut: string[] = [];
  let root = folder;
  let directory = '/';
  for (const instruction of dockerfile.getInstructions()) {
    const content = instruction.getArgumentsContent() ?? '';
    if (instruction instanceof From) {
      const name = instruction.getBuildStage() ?? 'final';
      root = join(folder, name);
      directory = '/';
      roots.set(name, root);
      mkdirSync(root);
    } else if (instruction instanceof Workdir) {
      directory = resolve(directory, content);
      mkdirSync(join(root, directory), { recursive: true });
    } else if (instruction instanceof Copy) {
      const { from, sources, destination } = readCopy(instruction);
      const origin = from === null ? context : (roots.get(from) ?? `no stage ${from}`);
      for (const source of sources) copyInto(join(origin, source), join(root, resolve(directory, destination)), destination.endsWith('/'));
    } else if (instruction instanceof Run) {
      if (OF_THE_MACHINE.test(content)) leftOut.push(content);
      else execFileSync('sh', ['-c', content], { cwd: join(root, directory), stdio: ['ignore', 'ignore', 'inherit'] });
    }
  }
  return { root, leftOut };
}

/** A file into a folder that ends with a slash; a folder's content into the folder named. */
function copyInto(source: string, destination: string, isFolder: boolean): void {
  if (!existsSync(source)) throw new Error(`COPY of ${source}, which is not there`);
  cpSync(source, isFolder ? join(destination, basename(source)) : destination, { recursive: true, verbatimSymlinks: true });
}
