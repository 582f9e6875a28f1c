// Brings the checkout into a state that can run: installs packages where node_modules is not whole, builds what changed.
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { findInstallFault, writeInstallStamp } from './install-state.mjs';
import { buildWeb } from './web-build.mjs';

const ASIDE = 'node_modules.aside';

/** False after it said in one sentence what is wrong. */
export async function prepare() {
  return install() && compile() && buildWeb();
}

function install() {
  const fault = findInstallFault();
  if (fault === undefined) return true;
  console.log(`Installing packages (${fault}) …`);
  // `npm ci` empties node_modules first. What is there is kept aside, so that a failed install loses nothing.
  const hadPackages = existsSync('node_modules');
  rmSync(ASIDE, { recursive: true, force: true });
  if (hadPackages) renameSync('node_modules', ASIDE);
  const { status } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retries=1'],
    { stdio: 'inherit' },
  );
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
  console.error(
    `The install is broken (${left}) and npm could not mend it: see its lines above, check the network, and run the command again.`,
  );
  return false;
}

function compile() {
  const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b'], { stdio: 'inherit' });
  if (status !== 0) console.error('The build failed: the lines above say where.');
  return status === 0;
}
