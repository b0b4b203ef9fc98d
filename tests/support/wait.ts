const STEP_MS = 5;

/** Asks again and again until the answer is yes. Rejects after `deadlineMs`: for what other processes do in their own time. */
export async function waitUntil(isSo: () => boolean | Promise<boolean>, deadlineMs = 10_000): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`still not so after ${deadlineMs} ms: ${String(isSo)}`);
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
