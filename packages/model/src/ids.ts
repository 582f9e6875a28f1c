/** Names of things: who sent it, which run, which build. */
import type { Brand } from './units.ts';

/** A tenant. Lower-case letters, digits and `-`, at most 40 characters. */
export type ProjectId = Brand<string, 'ProjectId'>;
/** A device's own name: opaque UTF-8 of 1 to 128 bytes, case kept, never read as a number. */
export type Serial = Brand<string, 'Serial'>;
/** A GNU build id of 8 to 32 bytes as lower-case hex. */
export type BuildId = Brand<string, 'BuildId'>;
/** The first 8 bytes of a build id as 16 hex digits. It names a build only if exactly one known build has it. */
export type BuildPrefix = Brand<string, 'BuildPrefix'>;
/** The first 4 bytes as 8 hex digits: all that a postcard has room for. */
export type ShortBuildPrefix = Brand<string, 'ShortBuildPrefix'>;
/** Derived ids (a hash of what they name), so that replaying the same bytes gives the same URL. */
export type IssueId = Brand<string, 'IssueId'>;
export type CrashId = Brand<string, 'CrashId'>;

/** One run of a device between two resets. Numbers repeat after power loss, the lineage does not. */
export interface BootKey {
  /** Random 32-bit value drawn whenever retained RAM had to be reinitialised. */
  readonly lineage: number;
  /** Counts from 1 within a lineage. */
  readonly boot: number;
}

/** Identity of anything a device said: a re-send under another message id is the same record. */
export interface RecordKey extends BootKey {
  readonly sequence: number;
}

/** Sequences of every postcard and every reboot record: no other record has them, and a boot has one of each at most. */
export const POSTCARD_SEQUENCE = 0xffff_ffff;
export const REBOOT_SEQUENCE = 0xffff_fffe;

const PROJECT = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const BUILD_ID = /^(?:[0-9a-f]{2}){8,32}$/;

export function projectId(text: string): ProjectId | undefined {
  return PROJECT.test(text) ? (text as ProjectId) : undefined;
}

export function serial(text: string): Serial | undefined {
  const size = new TextEncoder().encode(text).length;
  return size >= 1 && size <= 128 && !/\p{Control}/u.test(text) ? (text as Serial) : undefined;
}

export function buildId(text: string): BuildId | undefined {
  const lower = text.toLowerCase();
  return BUILD_ID.test(lower) ? (lower as BuildId) : undefined;
}

export function buildPrefix(id: BuildId): BuildPrefix {
  return id.slice(0, 16) as string as BuildPrefix;
}

export function shortBuildPrefix(id: BuildId | BuildPrefix): ShortBuildPrefix {
  return id.slice(0, 8) as string as ShortBuildPrefix;
}
