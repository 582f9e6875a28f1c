/**
 * Names of addresses for people who read: what a page shows now is worth a short wait, no long one. An answer that comes too late is
 * there the next time the page asks.
 */
import type { BuildId, ProjectId } from '@noinit/model';
import type { Store } from '@noinit/store';
import type { CodePlace } from './jobs.ts';

/** Longer than this, in milliseconds, no answer waits for names. */
const MAX_WAIT = 300;
/** Addresses that are remembered. A device can make them up, so they are few enough to keep. */
const MAX_REMEMBERED = 20_000;

export interface CodePlacesOptions {
  readonly store: Pick<Store, 'symbols'>;
  /** In the order of the addresses; null where nothing is known. */
  readonly locate: (project: ProjectId, build: BuildId, addresses: readonly number[]) => Promise<readonly (CodePlace | null)[]>;
  readonly log: (event: string) => void;
}

export class CodePlaces {
  private readonly options: CodePlacesOptions;
  /** The oldest first. */
  private readonly remembered = new Map<string, CodePlace | null>();
  private readonly asking = new Map<string, Promise<void>>();

  constructor(options: CodePlacesOptions) {
    this.options = options;
  }

  /** Places by address; one that has no name, or none yet, is not among them. */
  async find(project: ProjectId, build: BuildId, addresses: readonly number[]): Promise<ReadonlyMap<number, CodePlace>> {
    if (addresses.length === 0) return new Map();
    const symbols = await this.options.store.symbols.findSymbols(project, build);
    if (symbols === undefined) return new Map();
    // The file, not the build: better symbols of a build give better names.
    const nameOf = (address: number) => `${project} ${symbols.elf} ${address}`;
    const unknown = addresses.filter((address) => !this.remembered.has(nameOf(address)));
    if (unknown.length > 0) await atMost(MAX_WAIT, this.ask(project, build, unknown, nameOf));
    const found = new Map<number, CodePlace>();
    for (const address of addresses) {
      const place = this.remembered.get(nameOf(address));
      if (place) found.set(address, place);
    }
    return found;
  }

  /** The same question is asked once at a time, however many pages are open. */
  private ask(
    project: ProjectId,
    build: BuildId,
    addresses: readonly number[],
    nameOf: (address: number) => string,
  ): Promise<void> {
    const question = addresses.map(nameOf).join();
    const asked = this.asking.get(question);
    if (asked !== undefined) return asked;
    const answer = this.options
      .locate(project, build, addresses)
      .then((places) => {
        for (const [index, address] of addresses.entries()) this.remember(nameOf(address), places[index] ?? null);
      })
      // The page shows the addresses then.
      .catch((error: unknown) =>
        this.options.log(`names of addresses: ${error instanceof Error ? error.message : String(error)}`),
      )
      .finally(() => this.asking.delete(question));
    this.asking.set(question, answer);
    return answer;
  }

  private remember(name: string, place: CodePlace | null): void {
    this.remembered.set(name, place);
    for (const oldest of this.remembered.keys()) {
      if (this.remembered.size <= MAX_REMEMBERED) return;
      this.remembered.delete(oldest);
    }
  }
}

function atMost(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
