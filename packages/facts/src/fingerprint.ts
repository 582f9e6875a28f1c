/** What the fingerprints of crashes and of postcards have in common: grouping `g1`. */
import { createHash } from 'node:crypto';
import { type CrashFacts, hexAddress, type PostcardCause } from '@noinit/model';
import type { LogicalFrame } from './logical-frames.ts';

const ALGORITHM = 'g1';

export function grouped(parts: readonly string[]): Pick<CrashFacts, 'algorithm' | 'fingerprint' | 'tokens'> {
  const tokens = [ALGORITHM, ...parts];
  return { algorithm: ALGORITHM, tokens, fingerprint: createHash('sha256').update(JSON.stringify(tokens)).digest('hex') };
}

/** Bit 0 says Thumb, not where. */
export function placeOf(register: number | undefined): string {
  return register === undefined ? 'an unknown address' : hexAddress(register - (register % 2));
}

export function classOf({ kind }: PostcardCause): CrashFacts['class'] {
  return kind === 'stopped' ? 'unknown' : kind;
}

export function whereOf(place: Pick<LogicalFrame, 'frame'> | undefined): Pick<CrashFacts, 'where'> {
  if (!place?.frame) return {};
  const { function: name, file, line } = place.frame;
  return { where: { function: name, ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) } };
}
