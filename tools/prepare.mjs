// Brings the checkout into a state that can run: installs packages where node_modules is not whole, builds what changed.
import { spawnSync } from 'node:child_process';
import { findInstallFault, writeInstallStamp } from './install-state.mjs';
import { buildWeb } from './web-build.mjs';

/** False after it said in one sentence what is wrong. */
export async function prepare() {
  return install() && compile() && buildWeb();
}

function install() {
  const fault = findInstallFault();
  if (fault === undefined) return true;
  console.log(`Installing packages (${fault}) …`);
  // `npm ci` empties node_modules first: without a network the old state would be lost for nothing, so ask the registry before.
  const reachable = spawnSync('npm', ['ping', '--fetch-retries=0', '--fetch-timeout=15000'], { stdio: 'ignore' }).status === 0;
  if (!reachable) {
    console.error(
      `The install is broken: ${fault}, and the npm registry cannot be reached to mend it. Connect to a network and run the command again.`,
    );
    return false;
  }
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: 'inherit',
  });
  const left = status === 0 ? findInstallFault() : `npm ci ended with status ${status}`;
  if (left !== undefined) {
    console.error(`The install is broken: ${left}. The lines above are npm's; mend what they name and run the command again.`);
    return false;
  }
  writeInstallStamp();
  return true;
}

function compile() {
  const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b'], { stdio: 'inherit' });
  if (status !== 0) console.error('The build failed: the lines above say where.');
  return status === 0;
}
