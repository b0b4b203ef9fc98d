import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Why a data folder can't be used; the message is for the person who starts the server. */
export class DataFolderError extends Error {
  readonly code: 'folder_in_use' | 'folder_not_writable';

  constructor(code: DataFolderError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DataFolderError';
    this.code = code;
  }
}

export interface DataFolder {
  readonly databaseFolder: string;
  readonly secret: string;
  release(): Promise<void>;
}

const SECRET_FILE = 'auth-secret';
const DATABASE_FOLDER = 'pglite';
/** Unix sockets have short paths; a longer one is replaced by a name made of its hash. */
const MAXIMUM_SOCKET_PATH = 100;

/**
 * Takes the folder of an embedded installation: makes it, keeps every other process off it, and reads or makes its secret.
 *
 * The lock is a listening Unix socket: it ends with the process however that ends, and a stale one is told from a live one by
 * connecting. PGlite itself would let a second process write, and lose it.
 *
 * @throws DataFolderError when another process holds it or it can't be written
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  try {
    await makeFolder(resolve(path));
  } catch (error) {
    throw new DataFolderError('folder_not_writable', `DATA_DIR ${path} can't be made: ${messageOf(error)}`, error);
  }
  const folder = await realpath(path);
  const lock = await takeLock(folder);
  try {
    return {
      databaseFolder: join(folder, DATABASE_FOLDER),
      secret: await readOrMakeSecret(join(folder, SECRET_FILE)),
      release: () => new Promise((done) => lock.close(() => done())),
    };
  } catch (error) {
    lock.close();
    throw new DataFolderError('folder_not_writable', `DATA_DIR ${folder} can't be written: ${messageOf(error)}`, error);
  }
}

/** Whether an installation has been made there. */
export function holdsDatabase(path: string): boolean {
  return existsSync(join(path, DATABASE_FOLDER));
}

/** Not `mkdir`'s own recursion: on a file system that answers ENOENT for every new folder, as /proc does, that never ends. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path || existsSync(dirname(path))) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
}

async function takeLock(folder: string): Promise<Server> {
  const inside = join(folder, '.lock.sock');
  const path =
    inside.length <= MAXIMUM_SOCKET_PATH
      ? inside
      : join(tmpdir(), `vitae-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}.sock`);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const outcome = await listen(path);
    if (typeof outcome !== 'string') return outcome;
    if (outcome !== 'EADDRINUSE') throw new DataFolderError('folder_not_writable', `DATA_DIR ${folder} can't be written: ${outcome}`);
    if (await isSocketAnswering(path)) break;
    await rm(path, { force: true });
  }
  throw new DataFolderError('folder_in_use', `DATA_DIR ${folder} is in use by another process: stop it, or set another DATA_DIR`);
}

function listen(path: string): Promise<Server | string> {
  return new Promise((settle) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
    server.listen(path, () => {
      server.unref();
      settle(server);
    });
  });
}

/** Whether a Unix socket still has its process. One that may not be connected to counts as if: nobody may take it away. */
export function isSocketAnswering(path: string): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      settle(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'));
  });
}

async function readOrMakeSecret(path: string): Promise<string> {
  try {
    await writeFile(path, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
  }
  const secret = (await readFile(path, 'utf8')).trim();
  if (secret.length < 32) throw new Error(`${path} holds no secret of at least 32 characters`);
  return secret;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
