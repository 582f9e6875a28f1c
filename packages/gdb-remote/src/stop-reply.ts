/** What a server says about a target that stopped (gdb manual, "Stop Reply Packets"). */

export type StopReply =
  | { readonly kind: 'stopped'; readonly signal: number; readonly thread?: string }
  /** The program ended: there is nothing to read. */
  | { readonly kind: 'gone' }
  /** No stop reply. */
  | { readonly kind: 'other' };

export function parseStopReply(packet: string): StopReply {
  const match = /^(?<letter>[TSWXN])(?<code>[0-9a-fA-F]{0,2})/.exec(packet);
  const { letter, code } = match?.groups ?? {};
  if (letter === 'W' || letter === 'X') return { kind: 'gone' };
  if ((letter !== 'T' && letter !== 'S') || code?.length !== 2) return { kind: 'other' };
  const thread =
    letter === 'T' ? /(?:^|;)thread:(?<id>[0-9a-fA-Fp.-]{1,64})(?:;|$)/.exec(packet.slice(3))?.groups?.['id'] : undefined;
  return { kind: 'stopped', signal: Number.parseInt(code, 16), ...(thread !== undefined && { thread }) };
}
