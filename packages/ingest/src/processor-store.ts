import type { EventWriter, InboxClaims } from '@noinit/store';

/** What of a store the processor needs: the store itself on its thread, or a share of it on another. */
export interface ProcessorStore {
  readonly inbox: InboxClaims;
  readonly events: EventWriter;
}
