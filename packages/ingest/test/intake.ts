/** A store and a processor in a folder of their own, and how to send to them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildId, ProjectId, Serial, WallClock } from '@noinit/model';
import { openStore, type Store } from '@noinit/store';
import { readStoredRows, type StoredRows } from '@noinit/store/contract';
import {
  acceptChunks,
  type Explainer,
  type Processor,
  type ProcessorOptions,
  startProcessor,
  startProcessorThread,
} from '../src/index.ts';
import { makeExplainer, NOW, PROJECT, SERIAL } from './fleet.ts';

export interface Sending {
  readonly project?: ProjectId;
  readonly serial?: Serial;
  readonly at?: WallClock;
}

export class Intake {
  readonly store: Store;
  readonly processor: Processor;
  readonly errors: unknown[];
  private readonly folder: string;

  static async open(options: Partial<ProcessorOptions> & { readonly explainer?: Explainer } = {}): Promise<Intake> {
    const folder = await mkdtemp(join(tmpdir(), 'noinit-ingest-'));
    const store = await openStore({ folder });
    const errors: unknown[] = [];
    const onError = (error: unknown) => errors.push(error);
    const processor = startProcessor({ store, explainer: makeExplainer(), onError, ...options });
    return new Intake(folder, store, processor, errors);
  }

  /** The same with the processor on a thread of its own, as in a server. The thread runs compiled code. */
  static async openThreaded(options: Partial<Omit<ProcessorOptions, 'store'>> = {}): Promise<Intake> {
    const folder = await mkdtemp(join(tmpdir(), 'noinit-ingest-'));
    const store = await openStore({ folder });
    const errors: unknown[] = [];
    const onError = (error: unknown) => errors.push(error);
    const { inbox } = store;
    const processor = await startProcessorThread({ folder, inbox, explainer: makeExplainer(), onError, ...options });
    return new Intake(folder, store, processor, errors);
  }

  private constructor(folder: string, store: Store, processor: Processor, errors: unknown[]) {
    this.folder = folder;
    this.store = store;
    this.processor = processor;
    this.errors = errors;
  }

  /** Resolves with what the server would answer; the rows come a moment later. */
  send(chunks: readonly Uint8Array[], { project = PROJECT, serial = SERIAL, at = NOW }: Sending = {}) {
    return acceptChunks(this.store.inbox, { project, serial, receivedAt: at, chunks });
  }

  async saveSymbols(build: BuildId, project: ProjectId = PROJECT): Promise<void> {
    const elf = await this.store.blobs.put(project, new TextEncoder().encode(build));
    await this.store.symbols.saveSymbols(project, { build, elf, size: 40, debugInfo: 'full', uploadedAt: NOW, reader: 1 });
    this.processor.symbolsArrived(project, build);
  }

  /** Everything that is stored once nothing is left to do, arrival times aside. */
  async storedRows(): Promise<StoredRows> {
    await this.processor.idle();
    return readStoredRows(this.folder);
  }

  async close(): Promise<void> {
    await this.processor.stop();
    await this.store.close();
    await rm(this.folder, { recursive: true });
  }
}
