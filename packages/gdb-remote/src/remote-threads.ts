/** The threads that a server knows: those of an operating system where it reads its objects, else the processor's cores. */
import type { RemoteConnection } from './connection.ts';
import { MAX_NAME_CHARACTERS, MAX_THREADS } from './limits.ts';
import { scanTags } from './xml-tags.ts';

export interface RemoteThread {
  /** As the server writes it. */
  readonly id: string;
  readonly name?: string;
  /** `Running`, `Blocked`: as the server says it. */
  readonly state?: string;
}

/** In the server's order; empty where it knows of none. `document` is what qXfer:threads:read gave. */
export async function readThreads(connection: RemoteConnection, document: string | undefined): Promise<readonly RemoteThread[]> {
  const described = document === undefined ? [] : describeThreads(document);
  if (described.length > 0) return described;
  const threads: RemoteThread[] = [];
  for (const id of await readIds(connection)) {
    const extra = await connection.askText(`qThreadExtraInfo,${id}`);
    threads.push({ id, ...parseExtra(extra) });
  }
  return threads;
}

async function readIds(connection: RemoteConnection): Promise<readonly string[]> {
  const ids = new Set<string>();
  // A server that never says `l` gives no new ids either, or runs into the limit.
  for (let question = 'qfThreadInfo'; ; question = 'qsThreadInfo') {
    const answer = await connection.askText(question);
    const before = ids.size;
    if (answer.startsWith('m')) {
      for (const id of answer.slice(1).split(',')) if (THREAD_ID.test(id) && ids.size < MAX_THREADS) ids.add(id);
    }
    if (ids.size === before) return [...ids];
  }
}

function parseExtra(hex: string): Omit<RemoteThread, 'id'> {
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(hex)) return {};
  return parseDescription(Buffer.from(hex, 'hex').toString('utf8'));
}

/** OpenOCD says `Name: idle, State: Ready`; others the name alone, with or without more behind a comma. */
function parseDescription(text: string): Omit<RemoteThread, 'id'> {
  const name = cleanName(/(?:^|,\s*)Name:\s*(?<name>[^,]*)/.exec(text)?.groups?.['name'] ?? text.split(',')[0] ?? '');
  const state = cleanName(/(?:^|,\s*)State:\s*(?<state>[^,]*)/.exec(text)?.groups?.['state'] ?? '');
  return { ...(name !== '' && { name }), ...(state !== '' && { state }) };
}

function describeThreads(xml: string): RemoteThread[] {
  const threads: RemoteThread[] = [];
  for (const { kind, name: tag, attributes, text } of scanTags(xml)) {
    const id = attributes.get('id') ?? '';
    if (kind !== 'open' || tag !== 'thread' || !THREAD_ID.test(id) || threads.length === MAX_THREADS) continue;
    const [name, state] = [cleanName(attributes.get('name') ?? ''), cleanName(text)];
    // OpenOCD writes the name into the text too.
    threads.push({ id, ...(name === '' ? parseDescription(text) : { name, ...(state !== '' && { state }) }) });
  }
  return threads;
}

/** A name comes from the target's memory: nothing in it acts on a terminal. */
function cleanName(text: string): string {
  return text
    .replace(/\p{Control}/gu, '')
    .trim()
    .slice(0, MAX_NAME_CHARACTERS);
}

const THREAD_ID = /^(?:p[0-9a-fA-F]{1,8}\.)?[0-9a-fA-F]{1,16}$/;
