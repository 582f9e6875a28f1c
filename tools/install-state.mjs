// Says whether node_modules holds exactly what package-lock.json asks for, without npm and without the network.
// After an install the names and sizes of all files are remembered, so that a file that went missing or was cut later is noticed.
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const STAMP = 'node_modules/.noinit-install.json';

/** Why node_modules cannot be used as it is, as the end of a sentence, or undefined if it can. */
export function findInstallFault() {
  if (!existsSync('node_modules')) return 'node_modules is missing';
  const fault = findPackageFault();
  if (fault !== undefined) return fault;
  const stamp = readStamp();
  // Installed by hand with npm: all packages are there in the right versions, and that is remembered from here on.
  if (stamp === undefined) return void rememberIfPossible();
  if (stamp.platform !== platform()) return `node_modules was installed for ${stamp.platform}`;
  if (stamp.lock !== lockHash()) return void rememberIfPossible();
  return findFileFault(stamp.files);
}

/** Remembers the state of node_modules as whole. */
export function writeInstallStamp() {
  writeFileSync(STAMP, JSON.stringify({ lock: lockHash(), platform: platform(), files: fingerprint() }));
}

/** Whoever may only read this folder can still run what is whole in it. */
function rememberIfPossible() {
  try {
    writeInstallStamp();
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error;
  }
}

function findPackageFault() {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  for (const [path, wanted] of Object.entries(lock.packages)) {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) continue;
    if (wanted.optional === true && !isForThisPlatform(wanted)) continue;
    if (!existsSync(join(path, 'package.json'))) return `${path} is missing`;
    if (wanted.link === true) continue;
    const version = readVersion(path);
    if (version !== wanted.version) return `${path} is ${version ?? 'unreadable'}, not ${wanted.version}`;
  }
  return findCommandFault(lock.packages);
}

/** `npx --no-install` finds commands by their links alone. */
function findCommandFault(packages) {
  for (const [path, { bin = {} }] of Object.entries(packages)) {
    if (path.includes('node_modules/') && !existsSync(path)) continue;
    const folder = /^.*node_modules\//.exec(path)?.[0] ?? 'node_modules/';
    const lost = Object.keys(bin).find((name) => !existsSync(`${folder}.bin/${name}`));
    if (lost !== undefined) return `the command ${folder}.bin/${lost} is missing`;
  }
  return undefined;
}

function isForThisPlatform({ os, cpu, libc }) {
  const fits = (wanted, actual) => wanted === undefined || wanted.includes(actual);
  return (
    (os !== undefined || cpu !== undefined) &&
    fits(os, process.platform) &&
    fits(cpu, process.arch) &&
    fits(libc, libcOfThisPlatform())
  );
}

function libcOfThisPlatform() {
  if (process.platform !== 'linux') return undefined;
  return process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

function readVersion(path) {
  try {
    return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
}

function findFileFault(expected) {
  const actual = fingerprint();
  for (const name of Object.keys(expected)) {
    if (actual[name] !== expected[name]) return `files of node_modules/${name} were changed or removed`;
  }
  return undefined;
}

/** One hash of file names and sizes for each top-level package. */
function fingerprint() {
  const result = {};
  for (const name of topLevelPackages()) result[name] = hashTree(join('node_modules', name));
  return result;
}

function topLevelPackages() {
  return readdirSync('node_modules').flatMap((name) => {
    // Dot entries are caches and the bin links; our own packages are links into the checkout.
    if (name.startsWith('.') || name === '@noinit') return [];
    return name.startsWith('@') ? readdirSync(join('node_modules', name)).map((inner) => `${name}/${inner}`) : [name];
  });
}

function hashTree(root) {
  const hash = createHash('sha1');
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    // Vite and Vitest keep caches inside node_modules.
    if (path.includes('/.vite')) continue;
    hash.update(`${path}:${lstatSync(path).size};`);
  }
  return hash.digest('hex');
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(STAMP, 'utf8'));
  } catch {
    return undefined;
  }
}

function lockHash() {
  return createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
}

function platform() {
  return `${process.platform}-${process.arch}`;
}
