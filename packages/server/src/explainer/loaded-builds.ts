/** The builds that crashes were explained with last, their files open and their symbol caches in memory. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type ElfFile, parseElf } from '@noinit/elf';
import { NoinitError } from '@noinit/model';
import { buildSymbolCache, type CachedIndex, openSymbolCache } from '@noinit/symbols';
import { type Build, openBuild } from '../explain/read-build.ts';
import { openFile } from './file-on-disk.ts';
import type { SymbolFiles } from './jobs.ts';

/** A fleet runs few builds at a time. */
const MAX_LOADED = 4;

interface Loaded {
  readonly build: Build;
  readonly close: () => void;
}

export class LoadedBuilds {
  /** By path, the last used at the end. */
  private readonly loaded = new Map<string, Loaded>();

  /** NoinitError `wrong-symbols` where the file is not that build, and what `parseElf` and `loadSymbols` throw. */
  open(files: SymbolFiles): Build {
    const loaded = this.loaded.get(files.elf) ?? load(files);
    this.loaded.delete(files.elf);
    const { build } = loaded;
    if (build.id !== files.build) {
      loaded.close();
      throw new NoinitError('wrong-symbols', `the file is build ${build.id ?? 'without an id'}, not ${files.build}`);
    }
    this.loaded.set(files.elf, loaded);
    this.closeOldest();
    return build;
  }

  private closeOldest(): void {
    for (const [path, { close }] of this.loaded) {
      if (this.loaded.size <= MAX_LOADED) return;
      this.loaded.delete(path);
      close();
    }
  }
}

function load({ elf: path, cache }: SymbolFiles): Loaded {
  const file = openFile(path);
  try {
    const elf = parseElf(file.contents);
    return { build: openBuild(elf, findCache(elf, cache)), close: file.close };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The cache as the upload left it; built and kept anew where it is missing, of another version or damaged. */
function findCache(elf: ElfFile, path: string): CachedIndex {
  const stored = readIfThere(path);
  const opened = stored && openSymbolCache(stored, elf);
  if (opened !== undefined && typeof opened !== 'string') return opened;
  const built = buildSymbolCache(elf);
  keepCache(path, built);
  const fresh = openSymbolCache(built, elf);
  if (typeof fresh === 'string') throw new Error(`a cache that was just built is of no use: ${fresh}`);
  return fresh;
}

/** Whole or not at all. A cache that cannot be kept is built again another time. */
export function keepCache(path: string, cache: Uint8Array): void {
  const unfinished = `${path}.${process.pid}`;
  try {
    writeFileSync(unfinished, cache, { mode: 0o600 });
    renameSync(unfinished, path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    rmSync(unfinished, { force: true });
  }
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return undefined;
  }
}

/** Full disks, missing files, missing rights. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
