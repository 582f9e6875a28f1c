// The door of every npm script: checks Node, installs and builds what is missing, then does the task.
// It runs before anything is installed, so it uses Node alone and stays readable for old Nodes.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`noinit needs Node 20.19 or newer; this is Node ${process.versions.node}.`);
  process.exit(2);
}

const { prepare } = await import('./prepare.mjs');
const tasks = {
  build: async () => {},
  start: async (args) => (await import('./start.mjs')).start(args),
  test: async (args) => (await import('./test.mjs')).test(args),
  bench: async (args) => (await import('./bench.mjs')).bench(args),
  fuzz: async (args) => (await import('../fuzz/fuzz.mjs')).fuzz(args),
  corpus: async (args) => (await import('./corpus.mjs')).corpus(args),
  screenshot: async (args) => (await import('./screenshot.mjs')).screenshot(args),
};

const [name, ...args] = process.argv.slice(2);
const task = tasks[name];
if (task === undefined) {
  console.error(`usage: node tools/run.mjs ${Object.keys(tasks).join('|')}`);
  process.exit(2);
}
if (!(await prepare())) process.exit(1);
process.exitCode = (await task(args)) ?? 0;
