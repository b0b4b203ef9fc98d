/**
 * The worker's program: CommonJS text, because a worker of a `.ts` file starts under no loader but this server's own build.
 * It keeps one compiler and answers each message with a PDF or what went wrong, in the words of the compiler.
 */
export const WORKER_SOURCE = `
const { parentPort, workerData } = require('node:worker_threads');
const { NodeCompiler } = require(workerData.compilerPath);
const compiler = NodeCompiler.create({ workspace: workerData.workspace });
parentPort.on('message', ({ id, view }) => {
  try {
    const compiled = compiler.compile({ mainFileContent: workerData.source, inputs: { view } });
    if (compiled.result === null) {
      const error = compiled.takeError();
      throw new Error(error === null ? 'nothing compiled' : error.shortDiagnostics.map((found) => found.message).join('; '));
    }
    const pdf = compiler.pdf(compiled.result, { pdfTags: true });
    compiler.evictCache(10);
    const bytes = new Uint8Array(pdf);
    parentPort.postMessage({ id, bytes }, [bytes.buffer]);
  } catch (error) {
    parentPort.postMessage({ id, problem: String(error && error.message) });
  }
});
`;
