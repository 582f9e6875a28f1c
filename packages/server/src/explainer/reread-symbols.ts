/**
 * Reads ELF files again that an older server read: it knew less to look for. In the background, one after the other; who is asked
 * meanwhile answers with what is there.
 */
import type { OutdatedSymbols, Store } from '@noinit/store';
import type { ElfExplainer } from './elf-explainer.ts';
import type { WorkFolder } from './work-folder.ts';

/** Counts up whenever more, or otherwise, is kept of what an ELF file says. */
export const READER = 1;

const BATCH = 100;

export interface RereadOptions {
  readonly store: Store;
  readonly work: WorkFolder;
  readonly explainer: Pick<ElfExplainer, 'inspect'>;
  readonly log: (event: string) => void;
}

export class SymbolRereading {
  private readonly options: RereadOptions;
  private isStopped = false;
  /** Resolves when every file was read, or could not be. */
  readonly done: Promise<void>;

  constructor(options: RereadOptions) {
    this.options = options;
    this.done = this.run().catch((error: unknown) => this.note(error));
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.done;
  }

  private async run(): Promise<void> {
    const failed = new Set<string>();
    for (;;) {
      const found = await this.options.store.symbols.symbolsReadBefore(READER, BATCH + failed.size);
      const left = found.filter((each) => !failed.has(nameOf(each)));
      if (left.length === 0) return;
      for (const each of left) {
        if (this.isStopped) return;
        // What cannot be read now stays as it is, and is tried again by the next start.
        if (!(await this.reread(each))) failed.add(nameOf(each));
      }
    }
  }

  private async reread({ project, entry }: OutdatedSymbols): Promise<boolean> {
    const { store, work, explainer } = this.options;
    try {
      const path = await work.pathOf(store.blobs, project, entry.elf);
      const { dictionary, reasons } = await explainer.inspect(path);
      const { dictionary: _old, ...kept } = entry;
      await store.symbols.saveSymbols(project, { ...kept, reader: READER, reasons, ...(dictionary ? { dictionary } : {}) });
      return true;
    } catch (error) {
      this.note(error);
      return false;
    }
  }

  private note(error: unknown): void {
    if (!this.isStopped) this.options.log(`reading symbols again: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function nameOf({ project, entry }: OutdatedSymbols): string {
  return `${project} ${entry.build}`;
}
