/** Everything that the routes share, opened once. */
import { join } from 'node:path';
import { type Processor, startProcessorThread } from '@noinit/ingest';
import { openStore, type Store } from '@noinit/store';
import type { ServerConfig } from './config.ts';
import { CodePlaces } from './explainer/code-places.ts';
import { ElfExplainer } from './explainer/elf-explainer.ts';
import { SymbolRereading } from './explainer/reread-symbols.ts';
import { WorkFolder } from './explainer/work-folder.ts';
import { IngestKeys } from './http/ingest-keys.ts';

export interface Context {
  readonly config: ServerConfig;
  readonly store: Store;
  readonly work: WorkFolder;
  readonly explainer: ElfExplainer;
  readonly places: CodePlaces;
  readonly processor: Processor;
  readonly rereading: SymbolRereading;
  readonly keys: IngestKeys;
}

export async function openContext(config: ServerConfig): Promise<Context> {
  const store = await openStore({ folder: config.folder });
  const work = await WorkFolder.open(join(config.folder, 'work'));
  const explainer = new ElfExplainer({ store, work, limits: config.explainer, log: config.log });
  const places = new CodePlaces({
    store,
    locate: (project, build, addresses) => explainer.locate(project, build, addresses),
    log: config.log,
  });
  const processor = await startProcessorThread({
    folder: config.folder,
    inbox: store.inbox,
    explainer,
    onError: (error) => config.log(`processor: ${describe(error)}`),
  });
  const rereading = new SymbolRereading({ store, work, explainer, log: config.log });
  return { config, store, work, explainer, places, processor, rereading, keys: new IngestKeys(store.projects) };
}

/** In the order of the river: nothing writes to what is closed already. */
export async function closeContext({ processor, rereading, explainer, store }: Context): Promise<void> {
  const rereadingStopped = rereading.stop();
  await processor.stop();
  await explainer.close();
  await rereadingStopped;
  await store.close();
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
