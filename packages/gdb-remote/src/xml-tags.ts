/** The little of XML that servers write: tags with attributes. No entities of their own, no declarations are followed. */

export interface XmlTag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** `open` also for one that closes itself. */
  readonly kind: 'open' | 'close';
  /** What stands between this tag and the next one. */
  readonly text: string;
}

/** The tags in their order; what is no tag is passed over. */
export function* scanTags(xml: string): Generator<XmlTag> {
  for (let at = xml.indexOf('<'); at >= 0; ) {
    const comment = xml.startsWith('<!--', at);
    const end = xml.indexOf(comment ? '-->' : '>', at);
    if (end < 0) return;
    const next = xml.indexOf('<', end);
    if (!comment) {
      const tag = readTag(xml.slice(at + 1, end), xml.slice(end + 1, next < 0 ? xml.length : next));
      if (tag !== undefined) yield tag;
    }
    at = next;
  }
}

function readTag(inside: string, text: string): XmlTag | undefined {
  const match = /^(?<close>\/?)(?<name>[A-Za-z][\w:.-]*)/.exec(inside);
  const { close, name } = match?.groups ?? {};
  if (match === null || name === undefined) return undefined;
  const attributes = new Map<string, string>();
  for (const [, key, , double, single] of inside.slice(match[0].length).matchAll(ATTRIBUTE)) {
    if (key !== undefined) attributes.set(key, decodeEntities(double ?? single ?? ''));
  }
  return { name, attributes, kind: close === '/' ? 'close' : 'open', text: decodeEntities(text.trim()) };
}

function decodeEntities(text: string): string {
  return text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? '');
}

const ATTRIBUTE = /([\w:.-]{1,64})\s{0,64}=\s{0,64}("([^"]*)"|'([^']*)')/g;
const ENTITIES: { readonly [name: string]: string } = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
