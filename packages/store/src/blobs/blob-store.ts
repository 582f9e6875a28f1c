/** Larger bytes, named by their content. */
import type { Brand, ProjectId } from '@noinit/model';

/** SHA-256 of the bytes as 64 lower-case hex digits. */
export type Digest = Brand<string, 'Digest'>;

/** Bytes up to this size stand in the database, where they share its commits; larger ones are files. */
export const INLINE_BYTES = 64 * 1024;

export interface BlobStore {
  /** Resolves once the bytes survive a power cut. Putting the same bytes again costs nothing. */
  put(project: ProjectId, bytes: Uint8Array): Promise<Digest>;
  find(project: ProjectId, digest: Digest): Promise<Uint8Array | undefined>;
}
