// `npm run test:nodes`: the whole suite on each Node line that we support. The plain binaries come as npm packages (about 190 MB each),
// into build/nodes, and are kept there.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const LINES = ['20', '22', '24'];
const FOLDER = 'build/nodes';

const results = LINES.map((line) => [line, testWith(install(line))]);
for (const [line, status] of results) console.log(`Node ${line}: ${status === 0 ? 'passed' : 'FAILED'}`);
process.exitCode = results.every(([, status]) => status === 0) ? 0 : 1;

/** The folder that holds this line's `node`. */
function install(line) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = resolve(FOLDER, line);
  const bin = join(folder, 'node_modules', name, 'bin');
  if (existsSync(bin)) return bin;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `${name}@${line}`], {
    cwd: folder,
    stdio: 'inherit',
  });
  if (status !== 0 || !existsSync(bin)) {
    console.error(`Node ${line} could not be installed as ${name}@${line}.`);
    process.exit(1);
  }
  return bin;
}

function testWith(bin) {
  const node = join(bin, 'node');
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  console.log(`\n=== Node ${version} ===`);
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  return spawnSync(node, ['tools/run.mjs', 'test', ...process.argv.slice(2)], { stdio: 'inherit', env }).status ?? 1;
}
