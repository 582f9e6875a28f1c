// Brings the checkout into a state that can run: installs packages where node_modules is not whole, builds what changed.
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { isBuildTorn } from './build-state.mjs';
import { findInstallFault, writeInstallStamp } from './install-state.mjs';
import { buildWeb } from './web-build.mjs';

const ASIDE = 'node_modules.aside';

/** False after it said in one sentence what is wrong. */
export async function prepare() {
  try {
    return install() && compile() && buildWeb();
  } catch (error) {
    if (error.syscall === undefined) throw error;
    console.error(`This folder cannot be set up: ${error.message}.`);
    return false;
  }
}

function install() {
  const fault = findInstallFault() && undoInterrupted();
  if (fault === undefined) return true;
  console.log(`Installing packages (${fault}) …`);
  // `npm ci` empties node_modules first. What is there is kept aside, so that a failed install loses nothing.
  const hadPackages = existsSync('node_modules');
  rmSync(ASIDE, { recursive: true, force: true });
  if (hadPackages) renameSync('node_modules', ASIDE);
  const { status, why } = runNpm();
  const left = status === 0 ? findInstallFault() : fault;
  if (left === undefined) {
    writeInstallStamp();
    rmSync(ASIDE, { recursive: true, force: true });
    return true;
  }
  if (hadPackages && status !== 0) {
    rmSync('node_modules', { recursive: true, force: true });
    renameSync(ASIDE, 'node_modules');
  }
  console.error(`The install is broken (${left}) and npm could not mend it${why}: check the network, and run the command again.`);
  return false;
}

/** `why` is the end of a sentence: the one line of npm's many that says what went wrong. */
function runNpm() {
  const { status, stderr, error } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--bin-links', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retries=1'],
    { stdio: ['inherit', 'inherit', 'pipe'], encoding: 'utf8' },
  );
  if (error !== undefined) return { status: 1, why: ` (${error.message})` };
  const line = /^npm (?:error|ERR!) (?!code |errno |syscall |path |dest )(?<said>.+)$/m.exec(stderr)?.groups.said;
  return { status, why: line === undefined ? '' : ` (${line})` };
}

/** An install that was stopped in its middle leaves what was there before it aside. Gives the fault that is left. */
function undoInterrupted() {
  if (existsSync(ASIDE)) {
    rmSync('node_modules', { recursive: true, force: true });
    renameSync(ASIDE, 'node_modules');
  }
  return findInstallFault();
}

function compile() {
  let status = runCompiler();
  if (status === 0 && isBuildTorn()) status = runCompiler('--force');
  if (status !== 0) console.error('The build failed: the lines above say where.');
  return status === 0;
}

function runCompiler(...options) {
  return spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', ...options], { stdio: 'inherit' }).status;
}
