// Loaded by `--import` in front of a built server: its clock is that of the machine and what the file in CLOCK_OFFSET_FILE adds, eight bytes
// with milliseconds, read anew each time. Timers are not touched.
import { openSync, readSync } from 'node:fs';

const file = openSync(process.env.CLOCK_OFFSET_FILE, 'r');
const bytes = Buffer.alloc(8);
const machineNow = Date.now;

Date.now = () => {
  readSync(file, bytes, 0, 8, 0);
  return machineNow() + bytes.readDoubleLE();
};
globalThis.Date = new Proxy(Date, {
  construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [target.now()] : given, newTarget),
});
