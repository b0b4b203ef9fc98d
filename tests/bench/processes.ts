import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';

/**
 * Several of the built server behind one port: the first process accepts the connections and deals them out in turn (`node:cluster`). Started
 * with PROCESSES and the server's own settings; prints the ids of the servers' processes in one line when all of them accept. They end with it.
 */
const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const count = Number(process.env['PROCESSES']);

cluster.setupPrimary({ exec: MAIN, execArgv: [], silent: true });
const listening = new Set<number>();
cluster.on('listening', ({ process: { pid } }) => {
  if (pid !== undefined) listening.add(pid);
  if (listening.size === count) process.stdout.write(`${[...listening].join(' ')}\n`);
});
cluster.on('exit', ({ process: { pid } }, code) => {
  process.stderr.write(`server ${pid} ended with ${code}\n`);
  process.exit(1);
});
for (let index = 0; index < count; index += 1) cluster.fork().process.stderr?.pipe(process.stderr);
