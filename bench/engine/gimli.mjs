// Builds gimli.rs with Debian's compiler and the crates of its package librust-addr2line-dev, without a network.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RUSTC = '/usr/bin/rustc';
const REGISTRY = '/usr/share/cargo/registry';
const SOURCE = fileURLToPath(new URL('gimli.rs', import.meta.url));
/** What each crate is built with, in the order in which they need each other. */
const CRATES = [
  { name: 'fallible-iterator', features: ['std'], needs: [] },
  { name: 'smallvec', features: [], needs: [] },
  { name: 'memchr', features: ['std'], needs: [], cfg: ['memchr_runtime_simd', 'memchr_runtime_sse2', 'memchr_runtime_avx'] },
  { name: 'gimli', features: ['read', 'read-core', 'std'], needs: ['fallible-iterator'] },
  { name: 'object', features: ['read', 'read_core', 'elf', 'std', 'unaligned', 'archive'], needs: ['memchr'] },
  { name: 'addr2line', features: ['object', 'std'], needs: ['gimli', 'object', 'smallvec', 'fallible-iterator'] },
];

/** Path of the program; a text saying what is missing where it cannot be built. */
export function buildGimli() {
  const program = join(tmpdir(), 'noinit-bench-gimli', 'addresses');
  if (existsSync(program)) return { program };
  if (!existsSync(RUSTC)) return { missing: 'apt-get install rustc librust-addr2line-dev librust-smallvec-dev' };
  const folder = join(program, '..');
  mkdirSync(folder, { recursive: true });
  for (const crate of CRATES) {
    const source = findCrate(crate.name);
    if (source === undefined) return { missing: `apt-get install librust-${crate.name}-dev` };
    const flags = [...crate.features.map((feature) => `feature="${feature}"`), ...(crate.cfg ?? [])];
    const failed = rustc(folder, [
      ...['--crate-type', 'rlib', '--crate-name', underscored(crate.name), source],
      ...flags.flatMap((flag) => ['--cfg', flag]),
      ...crate.needs.flatMap(external),
    ]);
    if (failed !== undefined) return { missing: `a ${crate.name} that builds: ${failed}` };
  }
  const failed = rustc(folder, [SOURCE, '-o', program, ...['addr2line', 'object'].flatMap(external)]);
  return failed === undefined ? { program } : { missing: `an addr2line that gimli.rs builds with: ${failed}` };
}

function rustc(folder, flags) {
  const common = ['-C', 'opt-level=3', '--edition', '2018', '-A', 'warnings', '-L', '.'];
  const { status, stderr } = spawnSync(RUSTC, [...common, ...flags], { cwd: folder, encoding: 'utf8' });
  return status === 0 ? undefined : stderr.split('\n').slice(0, 3).join(' ');
}

function findCrate(name) {
  const folder = readdirSync(REGISTRY).find((entry) => entry.startsWith(`${name}-`) && /\d/.test(entry[name.length + 1]));
  return folder && join(REGISTRY, folder, 'src/lib.rs');
}

function external(name) {
  return ['--extern', `${underscored(name)}=lib${underscored(name)}.rlib`];
}

function underscored(name) {
  return name.replaceAll('-', '_');
}
