import { execFile, spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { ImageConfig } from './dockerfile.ts';

/** Linux, and root to make a mount namespace. */
export const CAN_CONTAIN = process.platform === 'linux' && process.getuid?.() === 0;

/**
 * In a mount namespace of its own: the machine's programs read-only, `$1` as the root and read-only as well, /tmp and `$2` in memory and
 * writable. Then as the user `$3`, without capabilities and the means to get any.
 */
const ENTER = `
set -eu
root=$1 data=$2 user=$3 node=$4 workdir=$5
shift 5
mount --bind "$root" "$root"
for folder in /usr /bin /sbin /lib /lib64 /etc /dev /proc "$node"; do
  [ -e "$folder" ] || continue
  mkdir -p "$root$folder"
  mount --rbind "$folder" "$root$folder"
  [ "$folder" = /dev ] || [ "$folder" = /proc ] || mount -o remount,bind,ro "$root$folder"
done
mkdir -p "$root/tmp" "$root$data"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o "mode=0700,uid=\${user%:*},gid=\${user#*:}" tmpfs "$root$data"
mount -o remount,bind,ro "$root"
exec chroot "$root" setpriv --reuid="\${user%:*}" --regid="\${user#*:}" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all \\
  env --chdir="$workdir" "$@"
`;

/**
 * Starts what an image starts, in a tree that it can't write to.
 *
 * @param root the image's root; folders to mount on are made in it
 * @param settings beside those of the image; they win
 */
export function runContained(root: string, image: ImageConfig, settings: Readonly<Record<string, string>>) {
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin:/usr/sbin:/sbin`, ...image.env, ...settings };
  mkdirSync(root, { recursive: true });
  const words = ['--mount', '--propagation', 'private', 'sh', '-c', ENTER, 'enter', root, image.env['DATA_DIR'] ?? '', image.user];
  const child = spawn('unshare', [...words, dirname(dirname(process.execPath)), image.workingDirectory, ...image.command], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const said = new Promise<void>((resolve) => child.stdout.on('data', () => output.includes('Vitae is ready at') && resolve()));
  return {
    ready: Promise.race([
      said,
      exited.then((code) => {
        throw new Error(`ended with ${code}:\n${output}`);
      }),
    ]),
    /** Runs a command beside it, in its namespace, and answers with its exit code and output. */
    async exec(command: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
      const [user = '', group = ''] = image.user.split(':');
      const enter = [
        '--target',
        String(child.pid),
        '--mount',
        '--root',
        '--wd',
        'setpriv',
        `--reuid=${user}`,
        `--regid=${group}`,
        '--clear-groups',
      ];
      return promisify(execFile)('nsenter', [...enter, ...command], { env }).then(
        ({ stdout }) => ({ code: 0, text: stdout }),
        (error: { code: number; stdout: string; stderr: string }) => ({ code: error.code, text: `${error.stdout}${error.stderr}` }),
      );
    },
    /** What the kernel says about the process, by name. */
    status: () =>
      new Map(
        readFileSync(`/proc/${child.pid}/status`, 'utf8')
          .split('\n')
          .map((line) => toPair(line)),
      ),
    output: () => output,
    async stop() {
      child.kill('SIGTERM');
      return exited;
    },
    kill: () => child.kill('SIGKILL'),
  };
}

function toPair(line: string): [string, string] {
  const [name = '', value = ''] = line.split(':\t');
  return [name, value.split('\t')[0]?.trim() ?? ''];
}

/** Where a file of the image stands on this machine. */
export function inRoot(root: string, image: ImageConfig, path: string): string {
  return join(root, image.workingDirectory, path);
}
