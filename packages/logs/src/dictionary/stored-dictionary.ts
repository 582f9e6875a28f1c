/** A dictionary as a file of its own, so that the ELF need not be read again. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type BuildId, buildId, NoinitError } from '@noinit/model';
import { type SiteDescriptor, type SourceDescriptor, typeCode, typeOfCode } from './descriptor.ts';
import { LogDictionary } from './log-dictionary.ts';
import { RomImage, type RomPart } from './rom-image.ts';

const SCHEMA = 'noinit.dictionary/2';
/** Bytes of firmware that are kept for strings logged by address; what lies beyond shows as its address. */
export const MAX_STORED_ROM_BYTES = 4 * 1024 * 1024;

export function encodeDictionary({ build, content }: LogDictionary): Uint8Array {
  const stored: StoredDictionary = {
    schema: SCHEMA,
    build: build ?? null,
    sites: content.sites.map(({ kind: _kind, types, ...site }) => ({ ...site, types: types.map(typeCode) })),
    sources: content.sources.map(({ address, source, level, isInstance, name }) => [
      address,
      source,
      level ?? null,
      isInstance,
      name,
    ]),
    reasons: content.reasons.map(({ value, name, help }) => [value, name, help]),
    rom: neededRom(content).map(({ address, bytes }) => [address, Buffer.from(deflateRawSync(bytes)).toString('base64')]),
  };
  return new TextEncoder().encode(JSON.stringify(stored));
}

/** Throws NoinitError 'internal' for anything that `encodeDictionary` of this version did not write. */
export function parseDictionary(bytes: Uint8Array): LogDictionary {
  const stored = parseJson(bytes);
  if (stored?.schema !== SCHEMA || !Array.isArray(stored.sites))
    throw new NoinitError('internal', `not a log dictionary of ${SCHEMA}`);
  const content = {
    sites: stored.sites.map(({ types, ...site }) => ({
      kind: 'site' as const,
      ...site,
      types: types.flatMap((code: number) => typeOfCode(code) ?? []),
    })),
    sources: stored.sources.map(([address, source, level, isInstance, name]) => ({
      kind: 'source' as const,
      address,
      source,
      level: level ?? undefined,
      isInstance,
      name,
    })),
    reasons: stored.reasons.map(([value, name, help]) => ({ kind: 'reason' as const, value, name, help })),
    rom: new RomImage(stored.rom.map(openPart)),
  };
  return new LogDictionary(content, stored.build === null ? undefined : buildId(stored.build));
}

interface StoredDictionary {
  readonly schema: string;
  readonly build: BuildId | null;
  readonly sites: readonly StoredSite[];
  readonly sources: readonly (readonly [number, number, SourceDescriptor['level'] | null, boolean, string])[];
  readonly reasons: readonly (readonly [number, string, string])[];
  /** Address, and the deflated bytes as base64. */
  readonly rom: readonly (readonly [number, string])[];
}

interface StoredSite extends Omit<SiteDescriptor, 'kind' | 'types'> {
  readonly types: readonly number[];
}

/** Only where a site can ask for it. */
function neededRom({ sites, rom }: LogDictionary['content']): readonly RomPart[] {
  if (!sites.some((site) => site.function !== 0 || site.types.includes('string'))) return [];
  let room = MAX_STORED_ROM_BYTES;
  return rom.parts.filter(({ bytes }) => {
    room -= bytes.length;
    return room >= 0;
  });
}

/** Inflated when the first string is asked for: most logs have none. */
function openPart([address, deflated]: readonly [number, string]): RomPart {
  let opened: Uint8Array | undefined;
  return {
    address,
    get bytes() {
      opened ??= new Uint8Array(inflateRawSync(Buffer.from(deflated, 'base64'), { maxOutputLength: MAX_STORED_ROM_BYTES }));
      return opened;
    },
  };
}

/** Our own file: once its schema is right, its shape is trusted. */
function parseJson(bytes: Uint8Array): StoredDictionary | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as StoredDictionary;
  } catch (error) {
    throw new NoinitError('internal', 'a log dictionary that is not JSON', { cause: error });
  }
}
