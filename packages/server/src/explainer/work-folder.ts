/**
 * ELF files and their symbol caches where the explainer's process can open them. The store keeps the originals; what stands here may go at any time.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { NoinitError, type ProjectId } from '@noinit/model';
import type { BlobStore, Digest } from '@noinit/store';

/** Files that are kept ready, the last used. */
const MAX_READY = 16;

export class WorkFolder {
  private readonly folder: string;
  /** Digests by last use, oldest first. */
  private readonly ready = new Set<Digest>();

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Empties the folder: what an earlier process left is of no use. */
  static async open(folder: string): Promise<WorkFolder> {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    return new WorkFolder(folder);
  }

  /**
   * Writes a body to a new file without holding it in memory. NoinitError `too-large` beyond `limit` bytes, `bad-request` where
   * the sender goes away before the end. Nothing is left then.
   */
  async receive(body: Readable, limit: number): Promise<string> {
    const path = join(this.folder, `upload-${randomUUID()}`);
    const file = await open(path, 'wx', 0o600);
    try {
      let size = 0;
      for await (const piece of body as AsyncIterable<Uint8Array>) {
        size += piece.length;
        if (size > limit) throw new NoinitError('too-large', `the file is larger than ${limit} bytes`);
        await file.write(piece);
      }
    } catch (error) {
      await rm(path, { force: true });
      throw isCutOff(error) ? new NoinitError('bad-request', 'the body ended early', { cause: error }) : error;
    } finally {
      await file.close();
    }
    return path;
  }

  /** The path of a stored ELF file. NoinitError `missing-symbols` where the store has lost it. */
  async pathOf(blobs: BlobStore, project: ProjectId, elf: Digest): Promise<string> {
    const path = join(this.folder, elf);
    if (!this.ready.has(elf)) await this.bring(blobs, project, elf, path);
    this.use(elf);
    await this.dropOldest();
    return path;
  }

  /** Takes what was received as the stored file `elf`, with its symbol cache: the next crash finds both ready. */
  async adopt(path: string, elf: Digest): Promise<void> {
    const kept = join(this.folder, elf);
    await rename(path, kept);
    await renameIfThere(cacheOf(path), cacheOf(kept));
    this.use(elf);
    await this.dropOldest();
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true });
    await rm(cacheOf(path), { force: true });
  }

  private async bring(blobs: BlobStore, project: ProjectId, elf: Digest, path: string): Promise<void> {
    const bytes = await blobs.find(project, elf);
    if (bytes === undefined) throw new NoinitError('missing-symbols', 'the stored ELF file is gone');
    // Two crashes may bring the same file at once: each writes its own, and the last name wins with the same bytes.
    const temporary = join(this.folder, `bring-${randomUUID()}`);
    await writeFile(temporary, bytes, { mode: 0o600 });
    await rename(temporary, path);
  }

  private use(elf: Digest): void {
    this.ready.delete(elf);
    this.ready.add(elf);
  }

  private async dropOldest(): Promise<void> {
    for (const elf of this.ready) {
      if (this.ready.size <= MAX_READY) return;
      this.ready.delete(elf);
      await this.remove(join(this.folder, elf));
    }
  }
}

/** Where the symbol cache of an ELF file stands. */
export function cacheOf(elf: string): string {
  return `${elf}.symbols`;
}

/** Without its cache a file serves as well: it is built with the first crash. */
async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

/** Only the sender's connection can be reset here: the other end is a file. */
function isCutOff(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}
