/** All log sites, sources and reboot reasons of one build (docs/formats/dictionary.md). */
import type { BuildId, CustomReasons } from '@noinit/model';
import { compileFormat, type FormatPart } from '../printf/format.ts';
import type { ArgumentType } from '../printf/print.ts';
import { collectReasons } from './custom-reasons.ts';
import type { ReasonDescriptor, SiteDescriptor, SourceDescriptor } from './descriptor.ts';
import { type PlainFormat, plainFormat } from './plain-format.ts';
import type { RomImage } from './rom-image.ts';

/** `address`: a string that the format prints as a pointer. */
export type WireType = ArgumentType | 'address';

/** A log site with its names looked up and its format taken apart. */
export interface LogSite extends SiteDescriptor {
  readonly parts: readonly FormatPart[];
  /** Where the format is that simple. */
  readonly plain: PlainFormat | undefined;
  /** Undefined where the first argument says it, or nobody does. */
  readonly sourceName: string | undefined;
  readonly functionName: string | undefined;
  /** Of the arguments on the wire. */
  readonly read: readonly WireType[];
  /** Of the arguments that are printed: without the source of an instance. */
  readonly printed: readonly ArgumentType[];
}

/** An id that several log sites have: flash begins at address 0 and some descriptors had to stay in it. */
export interface AmbiguousSite {
  readonly kind: 'ambiguous';
  readonly id: number;
  readonly candidates: readonly SiteDescriptor[];
}

export interface DictionaryContent {
  /** One a site id, but for ids that several have. */
  readonly sites: readonly SiteDescriptor[];
  readonly sources: readonly SourceDescriptor[];
  readonly reasons: readonly ReasonDescriptor[];
  readonly rom: RomImage;
}

export class LogDictionary {
  /** The build that this dictionary is for; logs of other builds must not be read with it. */
  readonly build: BuildId | undefined;
  readonly content: DictionaryContent;
  /** The project's own reboot reasons. */
  readonly reasons: CustomReasons;
  private readonly descriptors = new Map<number, SiteDescriptor | AmbiguousSite>();
  private readonly sourceNames: ReadonlyMap<number, string>;
  /** By the address of their descriptors; undefined where two that differ have it. */
  private readonly siteSources: ReadonlyMap<number, string | undefined>;
  private readonly sites = new Map<number, LogSite>();

  constructor(content: DictionaryContent, build?: BuildId) {
    this.build = build;
    this.content = content;
    this.reasons = collectReasons(content.reasons);
    for (const site of content.sites) this.descriptors.set(site.id, both(this.descriptors.get(site.id), site));
    this.sourceNames = new Map(content.sources.map(({ source, name }) => [source, name]));
    const names = new Map<number, string | undefined>();
    for (const { address, name } of content.sources) names.set(address, (names.get(address) ?? name) === name ? name : undefined);
    this.siteSources = names;
  }

  get size(): number {
    return this.descriptors.size;
  }

  findSite(id: number): LogSite | AmbiguousSite | undefined {
    const known = this.sites.get(id);
    if (known) return known;
    const descriptor = this.descriptors.get(id);
    if (descriptor === undefined || descriptor.kind === 'ambiguous') return descriptor;
    const site = this.open(descriptor);
    this.sites.set(id, site);
    return site;
  }

  /** Name of the source whose filter word is at this address. */
  findSource(address: number): string | undefined {
    return this.sourceNames.get(address);
  }

  /** The bytes of a string of the firmware up to its NUL. */
  findString(address: number): Uint8Array | undefined {
    return this.content.rom.findString(address);
  }

  private open(descriptor: SiteDescriptor): LogSite {
    const name = descriptor.function === 0 ? undefined : this.findString(descriptor.function);
    const functionName = name && new TextDecoder().decode(name);
    const parts = compileFormat(descriptor.format);
    const isInstance = descriptor.types[0] === 'source';
    const types = isInstance ? descriptor.types.slice(1) : descriptor.types;
    const wire = wireTypes(parts, types);
    return {
      ...descriptor,
      parts,
      plain: isInstance || descriptor.isText || descriptor.isHexdump ? undefined : plainFormat(parts, types),
      sourceName: isInstance ? undefined : this.siteSources.get(descriptor.source),
      functionName,
      read: isInstance ? ['source', ...wire] : wire,
      printed: wire.map((type) => (type === 'address' ? 'pointer' : type)),
    };
  }
}

/** Which argument each conversion takes: a width or precision of `*` takes one before it. */
function wireTypes(parts: readonly FormatPart[], types: readonly ArgumentType[]): readonly WireType[] {
  const wire: WireType[] = [...types];
  let at = 0;
  for (const part of parts) {
    if (typeof part === 'string') continue;
    at += (part.width === 'argument' ? 1 : 0) + (part.precision === 'argument' ? 1 : 0);
    if (part.letter === 'p' && wire[at] === 'string') wire[at] = 'address';
    at += 1;
  }
  return wire;
}

function both(known: SiteDescriptor | AmbiguousSite | undefined, site: SiteDescriptor): SiteDescriptor | AmbiguousSite {
  if (known === undefined) return site;
  const candidates = known.kind === 'ambiguous' ? known.candidates : [known];
  return candidates.some((each) => isSame(each, site))
    ? known
    : { kind: 'ambiguous', id: site.id, candidates: [...candidates, site] };
}

function isSame(left: SiteDescriptor, right: SiteDescriptor): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
