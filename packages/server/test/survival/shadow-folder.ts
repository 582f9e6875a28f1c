/** What a power cut leaves, put together from the shadow that `keep-synced.c` wrote. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Random } from '@noinit/testing';

const SOURCE = fileURLToPath(new URL('./keep-synced.c', import.meta.url));
/** Disks write whole pages; which of the unsynced ones they wrote is chance. */
const PAGE = 4096;

/** Compiles the shim. Gives its path. */
export function buildShim(folder: string): string {
  const shim = join(folder, 'keep-synced.so');
  const warnings = ['-Wall', '-Wextra', '-Werror'];
  execFileSync('gcc', ['-std=c11', '-O2', ...warnings, '-shared', '-fPIC', '-o', shim, SOURCE, '-ldl', '-lpthread']);
  return shim;
}

/** What a process sees whose writes below `data` are shadowed. */
export function shadowed(shim: string, data: string, shadow: string): Record<string, string> {
  return { LD_PRELOAD: shim, NOINIT_CUT_DATA: data, NOINIT_CUT_SHADOW: shadow };
}

/** All that stands in `data` before the shim watches it has survived already. */
export function startShadow(data: string, shadow: string): void {
  const entries = readdirSync(data, { withFileTypes: true }).map((entry) => ({ entry, path: join(data, entry.name) }));
  const names = entries.map(({ entry, path }) => `${statSync(path).ino} ${entry.isDirectory() ? 'd' : 'f'} ${entry.name}\n`);
  writeFileSync(join(shadow, `folder-${statSync(data).ino}`), names.join(''));
  for (const { entry, path } of entries) {
    if (entry.isDirectory()) startShadow(path, shadow);
    else copyFileSync(path, join(shadow, `content-${statSync(path).ino}`));
  }
}

export interface Cut {
  /** The folder as the running system saw it. */
  readonly data: string;
  readonly shadow: string;
  /** Where what survives is written. */
  readonly survivor: string;
  /** Absent: nothing unsynced survives. Given: each unsynced page of a synced file survives or not, by chance. */
  readonly random?: Random;
}

/** Writes what survives into `survivor`, which must not exist. */
export function cutPower({ data, shadow, survivor, random }: Cut): void {
  copyFolder(statSync(data).ino, survivor);

  function copyFolder(inode: number, to: string): void {
    mkdirSync(to);
    for (const { inode: child, isFolder, name } of survivingNames(shadow, inode)) {
      if (isFolder) copyFolder(child, join(to, name));
      else writeFileSync(join(to, name), survivingContent(child));
    }
  }

  function survivingContent(inode: number): Uint8Array {
    const file = join(shadow, `content-${inode}`);
    const synced = existsSync(file) ? readFileSync(file) : new Uint8Array();
    const seen = random && findFile(data, inode);
    return random && seen ? mixPages(synced, seen, random) : synced;
  }
}

/** A name survives as it stood when its folder was synced last. A folder that never was is empty. */
function survivingNames(shadow: string, inode: number): { inode: number; isFolder: boolean; name: string }[] {
  const list = join(shadow, `folder-${inode}`);
  if (!existsSync(list)) return [];
  const lines = readFileSync(list, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => {
    const [, child = '', kind, name = ''] = /^(\d+) (.) (.*)$/.exec(line) ?? [];
    return { inode: Number(child), isFolder: kind === 'd', name };
  });
}

function findFile(folder: string, inode: number): Uint8Array | undefined {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && statSync(path).ino === inode) return readFileSync(path);
  }
  return undefined;
}

/** Pages that differ are taken from either side; a file that has grown keeps some part of its growth. */
function mixPages(synced: Uint8Array, seen: Uint8Array, random: Random): Uint8Array {
  const length = random.below(2) === 0 ? synced.length : seen.length;
  const mixed = new Uint8Array(length);
  for (let at = 0; at < length; at += PAGE) {
    const source = random.below(2) === 0 ? synced : seen;
    mixed.set(source.subarray(at, Math.min(at + PAGE, length)), at);
  }
  return mixed;
}
